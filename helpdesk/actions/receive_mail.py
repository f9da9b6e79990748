"""Receive a mail: have it filed, hold it, or set it aside; always with the reason.

In the transaction of one mail or of several: the ticket or comment, its attachments, the history,
the ledger's row and the acknowledgement stand together or not at all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, select
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.absent import is_absent, is_there_now
from helpdesk.actions.end_links import end_links_in, end_links_to
from helpdesk.actions.file_mail import file_mail
from helpdesk.actions.file_mail_report import file_mail_report
from helpdesk.actions.file_report import answers_a_bounce_address, file_report, reported_mail
from helpdesk.actions.send_canary import CANARY_BACK, canary_returned
from helpdesk.addr_spec import may_be_heard
from helpdesk.db import keys_of
from helpdesk.mail_in.asked_ahead import UNSEEN
from helpdesk.mail_in.forwarded_mailboxes import as_forwarded
from helpdesk.mail_in.incoming import Arrival, Incoming
from helpdesk.mail_in.ledger_row import LedgerEntry, MailOutcome, record_discarded, record_mail
from helpdesk.mail_in.reply_to import from_own_form
from helpdesk.mail_in.trusted_senders import less_reason_to_hold
from helpdesk.mail_out.bounce_address import read_bounce_token
from helpdesk.mail_out.templates import SECRET
from helpdesk.models import Comment, InboundMail, InboundState, OutboundMail
from helpdesk.rows import ask_beside, waiting_rows, write_rows
from helpdesk.text import fold_address
from helpdesk.tickets.mailboxes import is_ours, mailbox_of
from helpdesk.vocabulary import MACHINE_KINDS, REPORT_KINDS, MessageKind, Verdict

SAME_MAIL_DAYS = 7
SAME_MAIL_HOURS_WITHOUT_IDENTITY = 1


def receive_mail(session: Session, mail: Incoming, *, now: datetime) -> MailOutcome:
    """Hold a mail, set it aside, or have it filed: as a report, or as mail (:func:`file_mail`).

    A mail whose spool name was filed before is not filed again: what was decided then is returned.
    """
    mail = as_forwarded(session, mail)
    same = _same_mail(session, mail.arrival)
    if same is not None and same.spool_name == mail.arrival.spool_name:
        return MailOutcome(same.state, same.reason, same.ticket_id)
    if same is None:
        return _decide(session, mail, now)
    if _gives_way(session, same, mail):
        outcome = _decide(session, mail, now)
        if outcome.state != InboundState.SET_ASIDE:
            _set_aside_for(session, same, mail.arrival.spool_name, now)
        return outcome
    if same.state == InboundState.SET_ASIDE and not _was_deleted(same):
        return _decide(session, mail, now)  # it was set aside by itself, as this one will be
    _name_other_mailbox(session, same, mail)
    reason = f"The same mail came before (inbound mail {same.id})."
    return record_discarded(session, mail, reason, now)


def _decide(session: Session, mail: Incoming, now: datetime) -> MailOutcome:
    """Decide about a mail that did not come before, or not as well proven."""
    _end_links_in(session, mail, now)
    if canary_returned(session, mail.subject, mail.arrival.received_at):
        return record_discarded(session, mail, CANARY_BACK, now, counts=False)
    if _is_our_own(session, mail):
        return record_discarded(session, mail, "A mail of ours came back to us.", now)
    mail = less_reason_to_hold(session, mail)
    if mail.hold_reason:
        return hold(session, mail.arrival, mail.hold_reason, now, mail)
    if not mail.arrival.envelope_from and mail.kind not in REPORT_KINDS:
        # Whoever sends from nowhere wants no answer (RFC 5321 4.5.5): people's mail has a sender.
        mail = replace(mail, kind=MessageKind.AUTO_REPLY)
    filed = _file_report(session, mail, now)
    if filed is not None:
        return filed
    mail = from_own_form(session, mail)
    if mail.sender is None or not may_be_heard(fold_address(mail.sender.address)):
        return hold(session, mail.arrival, "It names no sender who could be answered.", now, mail)
    if is_ours(session, mail.sender.address):
        reason = "It says it is from one of our own mailboxes."
        return hold(session, mail.arrival, reason, now, mail)
    return file_mail(session, mail, mail.sender, now)


def _end_links_in(session: Session, mail: Incoming, now: datetime) -> None:
    """End the sign-in links that come back to us in a mail, before anybody can read them here.

    Bounces enclose them, automatic answers quote them: staff, who see what comes in, must not
    become whom they were mailed to.
    """
    end_links_in(session, (mail.subject, mail.body.text, mail.body.html or ""))
    if mail.kind in MACHINE_KINDS:
        about = reported_mail(session, mail, now)
        if about is not None and about.proven and about.mail.template in SECRET:
            end_links_to(session, [about.mail.recipient])


def _file_report(session: Session, mail: Incoming, now: datetime) -> MailOutcome | None:
    """What became of a machine's report on a mail of ours; None where it is to be filed as mail."""
    if mail.kind == MessageKind.FEEDBACK_REPORT:
        return file_mail_report(session, mail, now=now)
    if mail.kind in REPORT_KINDS:
        filed = file_report(session, mail, now=now)
        if filed is None and not mail.arrival.envelope_from:
            return record_discarded(session, mail, "A delivery report on no mail of ours.", now)
        # Someone who forwards a report may be a customer: nothing of theirs is put out of sight.
        return filed
    if mail.kind == MessageKind.AUTO_REPLY and answers_a_bounce_address(session, mail):
        return file_report(session, mail, now=now)
    return None


def hold(
    session: Session,
    arrival: Arrival,
    reason: str,
    now: datetime,
    mail: Incoming | None = None,
) -> MailOutcome:
    """Put a mail into quarantine. ``mail`` is what could be read of it, if anything."""
    before = _already(session, arrival)
    if before is not None:
        return before
    record_mail(session, arrival, mail, LedgerEntry(InboundState.HELD, reason), now)
    return MailOutcome(InboundState.HELD, reason)


def _gives_way(session: Session, same: InboundMail, mail: Incoming) -> bool:
    """Whether a mail that was held or set aside gives way to this copy of it, whose sender is
    better proven: the first came by a way that broke its signature, say.
    """
    checked = (same.decision.get("authentication") or {}).get("verdict")
    if _PROVES[mail.verdict] <= _PROVES.get(checked, _PROVES[Verdict.UNKNOWN]):
        return False
    # Read anew: somebody may be releasing it.
    session.refresh(same, with_for_update=True)
    return same.state in (InboundState.HELD, InboundState.SET_ASIDE)


_PROVES: dict[str | None, int] = {
    Verdict.FAIL: 0,
    Verdict.UNKNOWN: 1,
    Verdict.NONE: 1,
    Verdict.PASS: 2,
}


def _was_deleted(same: InboundMail) -> bool:
    return "discarded_by" in same.decision


def _set_aside_for(session: Session, same: InboundMail, spool_name: str, now: datetime) -> None:
    """Set the first copy aside in favour of the one of this name."""
    better = session.scalar(select(InboundMail.id).where(InboundMail.spool_name == spool_name))
    same.decision = {**same.decision, "came_again": better}
    same.state, same.decided_at = InboundState.SET_ASIDE, now
    same.reason = f"Came again, better: inbound mail {better}."


def _name_other_mailbox(session: Session, same: InboundMail, mail: Incoming) -> None:
    """Say on the first one's comment that the mail came to another mailbox of ours, too."""
    mailbox = mailbox_of(session, mail.arrival.envelope_to)
    comment = session.get(Comment, same.comment_id) if same.comment_id else None
    if mailbox is None or comment is None or mailbox.id == same.mailbox_id:
        return
    if mailbox.address not in comment.staff_annotation:
        told = f"{comment.staff_annotation} It was sent to {mailbox.address}, too."
        comment.staff_annotation = told.strip()


def _already(session: Session, arrival: Arrival) -> MailOutcome | None:
    row = session.scalar(select(InboundMail).where(InboundMail.spool_name == arrival.spool_name))
    return None if row is None else MailOutcome(row.state, row.reason, row.ticket_id)


def _same_mail(session: Session, arrival: Arrival) -> InboundMail | None:
    """The row of this very arrival if there is one, else of the same mail come before.

    One question answers both: the same file of the spool has the same bytes, and so the same key.
    """
    if is_absent(session, UNSEEN, arrival.same_key):
        is_there_now(session, UNSEEN, arrival.same_key)  # once this one is recorded
        return None
    span = (
        timedelta(days=SAME_MAIL_DAYS)
        if arrival.has_identity
        else timedelta(hours=SAME_MAIL_HOURS_WITHOUT_IDENTITY)
    )
    since = arrival.received_at - span
    of_this = {"spool_name": arrival.spool_name, "same_key": arrival.same_key, "since": since}
    if any(row["same_key"] == arrival.same_key for row in waiting_rows(session, InboundMail)):
        write_rows(session, (InboundMail.__tablename__,))
    found = ask_beside(session, _SAME_MAIL, **of_this).scalar()
    return None if found is None else session.get(InboundMail, found)


_is_itself = InboundMail.spool_name == bindparam("spool_name", type_=InboundMail.spool_name.type)
# What a person did about it counts before what was set aside by itself.
_IS_ASIDE = case((InboundMail.state == InboundState.SET_ASIDE, 1), else_=0)
_SAME_MAIL = (
    select(InboundMail.id)
    .where(
        InboundMail.same_key == bindparam("same_key", type_=InboundMail.same_key.type),
        InboundMail.received_at > bindparam("since", type_=InboundMail.received_at.type),
    )
    .order_by(_is_itself.desc(), _IS_ASIDE, InboundMail.id)
    .limit(1)
)
"""Made once: every mail asks it, and making it costs as much as running it."""


def _is_our_own(session: Session, mail: Incoming) -> bool:
    """Whether it carries our own mark, or the Message-ID of a mail of ours."""
    if mail.loop_mark and read_bounce_token(keys_of(session), mail.loop_mark):
        return True
    if not mail.message_id or not links.may_be_ours(mail.message_id):
        return False
    found = session.scalar(
        select(OutboundMail.id).where(OutboundMail.message_id == mail.message_id)
    )
    return found is not None
