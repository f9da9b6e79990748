"""Report an answer undelivered: its author is told, and the ticket is work again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import SYSTEM
from helpdesk.mail_out import dead_addresses, outbox
from helpdesk.mail_out.outgoing import Recipient, unthreaded_mail
from helpdesk.mail_out.reachable import may_be_mailed
from helpdesk.mail_out.subjects import subject_with_number
from helpdesk.mail_out.templates import WRITTEN_BY_PEOPLE, TemplateName
from helpdesk.models import Comment, OutboundMail, OutboundState, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.mailboxes import mailbox_for
from helpdesk.tickets.snoozing import set_snooze
from helpdesk.vocabulary import Status

TELL_UNCERTAIN_AFTER = timedelta(minutes=10)
"""A person may find out meanwhile, and send it again: then nobody needs to be told."""
MOST_WORDS = 500
_NOT_ARRIVED = "An answer did not arrive"

# A ticket that waits for an answer to what never arrived would wait for ever.
_BACK_TO = {
    Status.WAITING: Status.IN_PROGRESS,
    Status.RESOLVED: Status.OPEN,
    Status.CLOSED: Status.OPEN,
}


def report_undelivered(
    session: Session, mail_id: int, outcome: str, words: str, *, now: datetime
) -> OutboundMail | None:
    """Report an answer that failed, bounced, or of which nobody knows.

    :param outcome: ``failed``, ``bounced`` (the mail, sent until now, is marked so) or
        ``uncertain``: then the author is told after ten minutes, and the status stays.
    :param words: what the relay, or the bounce, said.
    :returns: the mail that tells the author; None where no staff member wrote the mail.
    """
    mail = session.get(OutboundMail, mail_id, populate_existing=True)
    if mail is None:
        return None
    _mark(session, mail, outcome, words, now)
    ticket = session.get(Ticket, mail.ticket_id) if mail.ticket_id else None
    comment = session.get(Comment, mail.comment_id) if mail.comment_id else None
    if ticket is None or comment is None or mail.template not in WRITTEN_BY_PEOPLE:
        return None
    back_to = _BACK_TO.get(ticket.status)
    if outcome != OutboundState.UNCERTAIN:
        set_snooze(session, ticket, SYSTEM, None, now, _NOT_ARRIVED)
        if back_to:
            walk_status(session, ticket, SYSTEM, back_to, now, _NOT_ARRIVED)
    author = comment.author
    if author is None or not author.is_staff or not may_be_mailed(session, author.address):
        return None
    if not actor_of(author).may(ticket.mailbox_id):
        return None
    to_author = unthreaded_mail(
        session,
        mailbox_for(session, ticket),
        Recipient.of(author),
        template=TemplateName.DELIVERY_FAILED_STAFF,
        subject=subject_with_number(ticket.subject, ticket.number),
        values=_values(mail, comment, outcome, words),
        ticket_id=ticket.id,
        comment_id=comment.id,
    )
    not_before = now + TELL_UNCERTAIN_AFTER if outcome == OutboundState.UNCERTAIN else None
    return outbox.put(session, to_author, now=now, not_before=not_before)


def _mark(session: Session, mail: OutboundMail, outcome: str, words: str, now: datetime) -> None:
    """Mark a mail that came back, and its address where the words say that there is none."""
    if outcome in (OutboundState.FAILED, OutboundState.BOUNCED):
        dead_addresses.flag(session, mail.recipient, words, now)
    if outcome == OutboundState.BOUNCED:
        session.execute(
            update(OutboundMail)
            .where(
                OutboundMail.id == mail.id,
                OutboundMail.state.in_((OutboundState.SENT, OutboundState.UNCERTAIN)),
            )
            .values(state=OutboundState.BOUNCED)
        )


def _values(mail: OutboundMail, comment: Comment, outcome: str, words: str) -> dict[str, Any]:
    text = comment.reply_text or comment.text
    return {
        "outcome": outcome,
        "recipient": mail.recipient,
        "words": words[:MOST_WORDS] or "Nothing.",
        "text": text if len(text) <= MOST_WORDS else text[:MOST_WORDS] + " …",
    }
