"""File what a mail server says of a mail of ours: it bounced, is delayed, or was delivered.

Found by the address it came to, which names the mail (VERP); else by our mark or the Message-ID in
the mail that it encloses or names; else by the address that could not be reached. A Message-ID is
known to everybody who got an answer to that mail, and an address to anybody. So a report proves
nothing that names one of our mails only as mails do that answer it, or one that was answered, or an
address alone, or that failed its authentication: it stands on the ticket, and does nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.db import keys_of
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.ledger_row import MailOutcome, record_discarded, record_filed
from helpdesk.mail_in.routing import RoutingOutcome
from helpdesk.mail_out.bounce_address import read_bounce_address, read_bounce_token
from helpdesk.models import Comment, InboundMail, InboundState, OutboundMail, OutboundState
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.merged import current_ticket
from helpdesk.vocabulary import MessageKind, Source, Verdict

GIVEN_UP_AFTER = timedelta(days=6)
"""Servers try for five days (RFC 5321 4.5.4.1): an older mail is not the one that came back."""
MOST_IDS = 50
MOST_WORDS = 500
MOST_ANSWERS = 500
_ANYBODY = "anybody could have written that, so nothing was marked as undelivered."


_CAN_BOUNCE = (OutboundState.SENDING, OutboundState.SENT, OutboundState.UNCERTAIN)


@dataclass(frozen=True)
class ReportedMail:
    """A mail of ours that a report is about, and how that is known."""

    mail: OutboundMail
    why: str
    proven: bool = True


def file_report(session: Session, mail: Incoming, *, now: datetime) -> MailOutcome | None:
    """Put a report beside the mail that it reports on; None where it is about no mail of ours.

    A permanent bounce marks that mail, opens the ticket again and tells the answer's author
    (:func:`report_undelivered`). Nothing else that a machine says changes a status.
    """
    found = reported_mail(session, mail, now)
    if found is None:
        return None
    sent = found.mail
    if found.proven and mail.kind == MessageKind.BOUNCE and sent.state in _CAN_BOUNCE:
        words = mail.bounce_words[:MOST_WORDS]
        report_undelivered(session, sent.id, OutboundState.BOUNCED, words, now=now)
    if sent.ticket_id is None:
        return record_discarded(
            session, mail, "A report on a mail of ours that has no ticket.", now
        )
    ticket = current_ticket(session, sent.ticket_id, for_update=True)
    draft = CommentDraft(
        None,
        mail.body,
        Source.MAIL,
        kind=mail.kind,
        internal=True,
        side_id=_side_of(session, sent),
        staff_annotation="" if found.proven else found.why,
        files=mail.files,
    )
    comment = add_comment(session, ticket, draft, now)
    decision = {
        "outcome": RoutingOutcome.JOIN_INTERNAL,
        "rule": "delivery report",
        "why": found.why,
    }
    return record_filed(session, mail, ticket, comment, decision, now)


def _side_of(session: Session, sent: OutboundMail) -> int | None:
    """The side conversation that a mail was sent in."""
    comment = session.get(Comment, sent.comment_id) if sent.comment_id else None
    return comment.side_conversation_id if comment else None


def answers_a_bounce_address(session: Session, mail: Incoming) -> bool:
    """Whether it came to the address that one mail of ours was sent from: machines answer there."""
    return _by_address_of_arrival(session, mail) is not None


def reported_mail(session: Session, mail: Incoming, now: datetime) -> ReportedMail | None:
    """Return the mail of ours that a report is about; None where it is about none."""
    by_verp = _by_address_of_arrival(session, mail)
    if by_verp is not None:
        return ReportedMail(
            by_verp, "It came to the address that a mail of this ticket was sent from."
        )
    marked = read_bounce_token(keys_of(session), mail.bounced_mark)
    by_mark = session.get(OutboundMail, marked) if marked else None
    if by_mark is not None:
        return ReportedMail(by_mark, "It encloses a mail that we sent from this ticket.")
    by_id = _by_message_id(session, [mail.bounced_message_id or ""])
    if by_id is not None:
        doubt = _why_doubted(session, mail, by_id)
        why = doubt or "It encloses a mail that we sent from this ticket."
        return ReportedMail(by_id, why, proven=not doubt)
    by_name = _by_message_id(session, [*mail.in_reply_to, *mail.references])
    if by_name is not None:
        why = f"It names a mail of this ticket, but encloses none: {_ANYBODY}"
        return ReportedMail(by_name, why, proven=False)
    by_recipient = _by_recipient(session, mail, now)
    if by_recipient is not None:
        why = f"It names an address that this ticket's mail went to, and not which mail: {_ANYBODY}"
        return ReportedMail(by_recipient, why, proven=False)
    return None


def _by_address_of_arrival(session: Session, mail: Incoming) -> OutboundMail | None:
    for address in mail.arrival.envelope_to:
        mail_id = read_bounce_address(keys_of(session), address)
        sent = session.get(OutboundMail, mail_id) if mail_id else None
        if sent is not None:
            return sent
    return None


def _why_doubted(session: Session, mail: Incoming, sent: OutboundMail) -> str:
    """Why a report that encloses the Message-ID of this mail proves nothing; empty where it does.

    What was answered has arrived; and whoever else got the answer knows the Message-ID by it.
    """
    if mail.verdict == Verdict.FAIL:
        return f"Its sender failed the authentication (DMARC): {_ANYBODY}"
    came = select(InboundMail.decision).where(
        InboundMail.ticket_id == sent.ticket_id, InboundMail.state == InboundState.FILED
    )
    for decision in session.scalars(came.order_by(InboundMail.id.desc()).limit(MOST_ANSWERS)):
        if sent.message_id in (one.get("value") for one in decision.get("weighed") or ()):
            return f"The mail that it encloses was answered, and so did arrive: {_ANYBODY}"
    return ""


def _by_message_id(session: Session, ids: Iterable[str]) -> OutboundMail | None:
    ours = [message_id for message_id in ids if links.may_be_ours(message_id)][:MOST_IDS]
    if not ours:
        return None
    return session.scalar(select(OutboundMail).where(OutboundMail.message_id.in_(ours)).limit(1))


def _by_recipient(session: Session, mail: Incoming, now: datetime) -> OutboundMail | None:
    addresses = [fold_address(clean_line(address)) for address in mail.bounced_addresses[:10]]
    if not addresses:
        return None
    return session.scalar(
        select(OutboundMail)
        .where(
            OutboundMail.recipient.in_(addresses),
            OutboundMail.created_at > now - GIVEN_UP_AFTER,
            OutboundMail.ticket_id.is_not(None),
        )
        .order_by(OutboundMail.id.desc())
        .limit(1)
    )
