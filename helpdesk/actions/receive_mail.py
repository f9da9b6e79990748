"""Receive a mail: file it on a ticket, hold it, or set it aside; always with the reason.

One transaction a mail (or a savepoint in a batch): the ticket or comment, its attachments, the
history, the ledger's row and the acknowledgement stand together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from helpdesk import correspondence, links, routing, timeline
from helpdesk.actions.create_ticket import begin_ticket
from helpdesk.actions.link_order import link_named_order
from helpdesk.actions.reply import customer_wrote
from helpdesk.actor import Actor
from helpdesk.addr_spec import is_address
from helpdesk.bounces import read_bounce_address
from helpdesk.db import insert_row, secret_of
from helpdesk.held_reading import held_reading
from helpdesk.incoming import Arrival, Incoming, Named
from helpdesk.languages import language_of_text
from helpdesk.mailboxes import all_mailboxes, mailbox_of
from helpdesk.models import Comment, InboundMail, OutboundMail, Person, ThreadId, Ticket
from helpdesk.people import person_at, person_for
from helpdesk.signals import find_signals
from helpdesk.text import clean_line, fold_address, split_tag
from helpdesk.timeline import Body
from helpdesk.trusted import less_reason_to_hold, trusted_as

SAME_MAIL_DAYS = 7
SAME_MAIL_HOURS_WITHOUT_IDENTITY = 1
MACHINE_KINDS = ("auto_reply", "bounce", "delayed", "delivered", "feedback_report")
REPORT_KINDS = ("bounce", "delayed", "delivered", "feedback_report")


@dataclass(frozen=True)
class Filed:
    """What became of a mail: ``filed``, ``held`` or ``set_aside``, and where."""

    state: str
    reason: str = ""
    ticket_id: int | None = None
    ticket_number: str = ""
    is_new_ticket: bool = False


def receive_mail(session: Session, mail: Incoming, *, now: datetime) -> Filed:
    """Decide where a mail belongs, and put it there.

    A mail whose spool name was filed before is not filed again: what was decided then is returned.
    """
    same = _same_mail(session, mail.arrival)
    if same is not None and same.spool_name == mail.arrival.spool_name:
        return Filed(same.state, same.reason, same.ticket_id)
    if same is not None:
        return _set_aside(
            session, mail, f"The same mail came before (inbound mail {same.id}).", now
        )
    if _is_our_own(session, mail):
        return _set_aside(session, mail, "A mail of ours came back to us.", now)
    mail = less_reason_to_hold(session, mail)
    if mail.hold_reason:
        return hold(session, mail.arrival, mail.hold_reason, now, mail)
    if mail.kind in REPORT_KINDS:
        reported = _reported_ticket(session, mail)
        if reported is not None:
            return _file_report(session, mail, reported, now)
        if not mail.arrival.envelope_from:
            return _set_aside(session, mail, "A delivery report on no mail of ours.", now)
        # Someone who forwards a report may be a customer: nothing of theirs is put out of sight.
    if not mail.arrival.envelope_from:
        # Whoever sends from nowhere wants no answer (RFC 5321 4.5.5): people's mail has a sender.
        mail = replace(mail, kind="auto_reply")
    mail = _of_its_writer(session, mail)
    if mail.sender is None or not is_address(fold_address(mail.sender.address)):
        return hold(session, mail.arrival, "It names no sender who could be answered.", now, mail)
    if _is_ours(session, mail.sender):
        reason = "It says it is from one of our own mailboxes."
        return hold(session, mail.arrival, reason, now, mail)
    return file_mail(session, mail, mail.sender, now)


def _of_its_writer(session: Session, mail: Incoming) -> Incoming:
    """The same mail as from its Reply-To, where a shop's own contact form sent it: provably, or
    from an address that is always accepted.
    """
    if mail.sender is None or not _is_ours(session, mail.sender):
        return mail
    rule = "" if mail.verdict == "pass" else trusted_as(session, mail.sender.address)
    writer = next((named for named in mail.reply_to if not _is_ours(session, named)), None)
    if writer is None or not (rule or mail.verdict == "pass"):
        return mail
    # What the pass proves is the form's address, not that of the person who filled it in.
    verdict: routing.Verdict = "fail" if mail.verdict == "fail" else "unknown"
    return replace(mail, sender=writer, verdict=verdict, trusted_as=rule)


def _is_ours(session: Session, named: Named) -> bool:
    return split_tag(named.address)[0] in all_mailboxes(session)


def hold(
    session: Session,
    arrival: Arrival,
    reason: str,
    now: datetime,
    mail: Incoming | None = None,
) -> Filed:
    """Put a mail into quarantine. ``mail`` is what could be read of it, if anything."""
    before = _already(session, arrival)
    if before is not None:
        return before
    _record(session, arrival, mail, state="held", reason=reason, now=now)
    return Filed("held", reason)


def file_mail(session: Session, mail: Incoming, sender: Named, now: datetime) -> Filed:
    """Put a mail that may be filed on the ticket where it belongs, or on a new one."""
    known = person_at(session, sender.address)
    decision = routing.decide(
        routing.Sender(known.id if known else None, bool(known and known.is_staff), mail.verdict),
        find_signals(session, mail, known.id if known else None),
        now=now,
    )
    # An order may have brought in its customer, with an address alone.
    person = (
        known if known and known.name else person_for(session, sender.address, sender.name, now)
    )
    if not person.language and not person.is_staff and mail.kind not in MACHINE_KINDS:
        person.language = language_of_text(mail.body.reply or mail.body.text)
    if decision.ticket_id is not None:
        ticket, comment = _join(session, mail, person, decision, now)
    else:
        ticket, comment = _begin(session, mail, person, decision, now)
    link_named_order(session, mail, ticket, comment, now)
    _record(
        session,
        mail.arrival,
        mail,
        state="filed",
        decision=decision.as_dict(),
        ticket=ticket,
        comment=comment,
        now=now,
    )
    return Filed("filed", "", ticket.id, ticket.number, is_new_ticket=decision.ticket_id is None)


def _note_mail(
    session: Session, mail: Incoming, ticket: Ticket, comment: Comment, *, is_new: bool
) -> None:
    """Index the mail on its ticket: before anything answers it, so that it comes first there."""
    # Who is in copy may join by naming this mail; not so where the mail itself may only be seen by
    # staff, or whoever holds a stray token would let themselves in with a second mail.
    copied = () if comment.internal else (*mail.to, *mail.cc)
    correspondence.note_mail(
        session,
        ticket,
        mail.message_id,
        comment_id=comment.id,
        recipients=[fold_address(named.address) for named in copied],
        may_be_known=not is_new,
    )


def _join(
    session: Session,
    mail: Incoming,
    person: Person,
    decision: routing.Decision,
    now: datetime,
) -> tuple[Ticket, Comment]:
    ticket = session.get_one(Ticket, decision.ticket_id, with_for_update=True)
    internal = decision.outcome == "join_internal"
    comment = timeline.add_comment(
        session,
        ticket,
        author_id=person.id,
        body=mail.body,
        source="mail",
        kind=mail.kind if mail.kind in MACHINE_KINDS else "message",
        internal=internal,
        from_staff=decision.acts_as_staff,
        unverified=decision.unverified,
        remark=decision.why if internal else "",
        files=mail.files,
        now=now,
    )
    _note_mail(session, mail, ticket, comment, is_new=False)
    if internal or mail.kind in MACHINE_KINDS:
        return ticket, comment
    if decision.level in ("V2", "V3"):
        _add_copied(session, ticket, mail, now)
    if decision.acts_as_staff:
        if ticket.status in ("open", "in_progress"):
            actor = Actor(person.id, person.role)
            timeline.walk_status(session, ticket, actor, "waiting", now, "with the reply by mail")
        correspondence.send_answer(session, ticket, comment, person, now)
    else:
        customer_wrote(session, ticket, Actor(person.id, "customer"), now)
    return ticket, comment


def _begin(
    session: Session,
    mail: Incoming,
    person: Person,
    decision: routing.Decision,
    now: datetime,
) -> tuple[Ticket, Comment]:
    mailbox = mailbox_of(session, mail.arrival.envelope_to)
    ticket = begin_ticket(
        session,
        Actor(person.id, "customer"),
        requester=person,
        subject=clean_line(mail.subject, 200) or "(no subject)",
        mailbox_id=mailbox.id if mailbox else None,
        now=now,
    )
    machine = mail.kind in MACHINE_KINDS
    comment = timeline.add_comment(
        session,
        ticket,
        author_id=person.id,
        body=_with_text(mail.body),
        source="mail",
        opening=True,
        kind=mail.kind if machine else "message",
        unverified=decision.unverified,
        files=mail.files,
        now=now,
    )
    _note_mail(session, mail, ticket, comment, is_new=True)
    for other_id in decision.mentions:
        timeline.link_tickets(session, ticket, other_id, "mentions", now)
    if decision.continues is not None:
        timeline.link_tickets(session, ticket, decision.continues, "continues", now)
    if decision.level in ("V2", "V3"):
        _add_copied(session, ticket, mail, now)
    if mail.may_be_acknowledged and not machine and mail.verdict != "fail":
        correspondence.acknowledge(
            session,
            ticket,
            verified=mail.verdict == "pass",
            answers=mail.message_id,
            now=now,
        )
    return ticket, comment


def _add_copied(session: Session, ticket: Ticket, mail: Incoming, now: datetime) -> None:
    """People in copy come onto the ticket as pending: staff's next reply shows them first."""
    for named in (*mail.to, *mail.cc)[:20]:
        if _is_ours(session, named) or not is_address(fold_address(named.address)):
            continue
        person = person_for(session, named.address, named.name, now)
        timeline.add_participant(session, ticket, person.id, "copy", now, pending=True)


def _file_report(session: Session, mail: Incoming, ticket_id: int, now: datetime) -> Filed:
    """A delivery report goes to the ticket of the mail that it reports on, changing no status."""
    ticket = session.get_one(Ticket, ticket_id, with_for_update=True)
    comment = timeline.add_comment(
        session,
        ticket,
        author_id=None,
        body=mail.body,
        source="mail",
        kind=mail.kind,
        internal=True,
        files=mail.files,
        now=now,
    )
    decision = {
        "outcome": "join_internal",
        "rule": "delivery report",
        "why": "It reports on a mail that we sent from this ticket.",
    }
    _record(
        session,
        mail.arrival,
        mail,
        state="filed",
        decision=decision,
        ticket=ticket,
        comment=comment,
        now=now,
    )
    return Filed("filed", "", ticket.id, ticket.number)


def _reported_ticket(session: Session, mail: Incoming) -> int | None:
    """The ticket of the mail that is reported on: by the address the report came to, which names
    the mail (VERP), else by a Message-ID of ours in it.
    """
    for address in mail.arrival.envelope_to:
        mail_id = read_bounce_address(secret_of(session), address)
        sent = session.get(OutboundMail, mail_id) if mail_id else None
        if sent is not None and sent.ticket_id is not None:
            return sent.ticket_id
    ids = [mail.bounced_message_id or "", *mail.in_reply_to, *mail.references]
    ours = [message_id for message_id in ids if links.may_be_ours(message_id)]
    return session.scalar(
        select(ThreadId.ticket_id)
        .where(ThreadId.message_id.in_(ours[:50]), ThreadId.minted_for_id.is_not(None))
        .limit(1)
    )


def _set_aside(session: Session, mail: Incoming, reason: str, now: datetime) -> Filed:
    _record(session, mail.arrival, mail, state="set_aside", reason=reason, now=now)
    return Filed("set_aside", reason)


def _already(session: Session, arrival: Arrival) -> Filed | None:
    row = session.scalar(select(InboundMail).where(InboundMail.spool_name == arrival.spool_name))
    return None if row is None else Filed(row.state, row.reason, row.ticket_id)


def _same_mail(session: Session, arrival: Arrival) -> InboundMail | None:
    """The row of this very arrival if there is one, else of the same mail come before.

    One question answers both: the same file of the spool has the same bytes, and so the same key.
    """
    span = (
        timedelta(days=SAME_MAIL_DAYS)
        if arrival.has_identity
        else timedelta(hours=SAME_MAIL_HOURS_WITHOUT_IDENTITY)
    )
    is_itself = InboundMail.spool_name == arrival.spool_name
    return session.scalar(
        select(InboundMail)
        .where(
            InboundMail.same_key == arrival.same_key,
            InboundMail.received_at > arrival.received_at - span,
            or_(is_itself, InboundMail.state != "set_aside"),
        )
        .order_by(is_itself.desc(), InboundMail.id)
        .limit(1)
    )


def _is_our_own(session: Session, mail: Incoming) -> bool:
    if not mail.message_id or not links.may_be_ours(mail.message_id):
        return False
    found = session.scalar(
        select(OutboundMail.id).where(OutboundMail.message_id == mail.message_id)
    )
    return found is not None


def _with_text(body: Body) -> Body:
    return body if body.text.strip() else timeline.plain_body("(no text)")


def _record(
    session: Session,
    arrival: Arrival,
    mail: Incoming | None,
    *,
    state: str,
    now: datetime,
    reason: str = "",
    decision: dict[str, Any] | None = None,
    ticket: Ticket | None = None,
    comment: Comment | None = None,
) -> None:
    """The ledger's row of this mail."""
    mailbox = mailbox_of(session, arrival.envelope_to)
    decision = decision or {"outcome": state, "why": reason}
    if mail is not None and mail.authentication is not None:
        decision = {**decision, "authentication": dict(mail.authentication)}
    if arrival.released_by:
        decision = {**decision, "released_by": arrival.released_by}
    if mail is not None and mail.trusted_as:
        decision = {**decision, "trusted_as": mail.trusted_as}
    row = {
        "spool_name": arrival.spool_name,
        "state": state,
        "reason": reason,
        "raw_sha256": arrival.raw_sha256,
        "size": arrival.size,
        "same_key": arrival.same_key,
        "envelope_from": arrival.envelope_from,
        "envelope_to": list(arrival.envelope_to),
        "peer": arrival.peer,
        "received_at": arrival.received_at,
        "subject": clean_line(mail.subject) if mail else "",
        "from_address": fold_address(mail.sender.address) if mail and mail.sender else "",
        "message_id": mail.message_id if mail else None,
        "kind": mail.kind if mail else "message",
        "defects": list(mail.defects) if mail else [],
        "decision": decision,
        "reading": held_reading(mail) if mail and state == "held" else None,
        "mailbox_id": mailbox.id if mailbox else None,
        "ticket_id": ticket.id if ticket else None,
        "comment_id": comment.id if comment else None,
        "decided_at": now,
    }
    if arrival.released_by:
        session.execute(
            update(InboundMail)
            .where(InboundMail.spool_name == arrival.spool_name)
            .values(row)
            .execution_options(synchronize_session=False)
        )
    else:
        insert_row(session, InboundMail, **row)
