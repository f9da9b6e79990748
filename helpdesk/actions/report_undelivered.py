"""Report an answer undelivered: its author is told, and the ticket is work again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import SYSTEM
from helpdesk.db import secret_of
from helpdesk.mail_out import dead_addresses, outbox
from helpdesk.mail_out.subjects import subject_with_number
from helpdesk.mail_out.templates import WRITTEN_BY_PEOPLE
from helpdesk.models import Comment, OutboundMail, Person, Ticket
from helpdesk.tickets.mailboxes import first_mailbox

TELL_UNCERTAIN_AFTER = timedelta(minutes=10)
"""A person may find out meanwhile, and send it again: then nobody needs the notice."""
MOST_WORDS = 500

# A ticket that waits for an answer to what never arrived would wait for ever.
_BACK_TO = {"waiting": "in_progress", "resolved": "open", "closed": "open"}


def report_undelivered(
    session: Session, mail_id: int, outcome: str, words: str, *, now: datetime
) -> OutboundMail | None:
    """An answer failed, bounced, or nobody knows.

    :param outcome: ``failed``, ``bounced`` (the mail, sent until now, is marked so) or
        ``uncertain``: then the author is told after ten minutes, and the status stays.
    :param words: what the relay, or the bounce, said.
    :returns: the notice to the author; None where no staff member wrote the mail.
    """
    mail = session.get(OutboundMail, mail_id, populate_existing=True)
    if mail is None:
        return None
    if outcome in ("failed", "bounced"):
        dead_addresses.flag(session, mail.recipient, words, now)
    if outcome == "bounced":
        session.execute(
            update(OutboundMail)
            .where(OutboundMail.id == mail_id, OutboundMail.state.in_(("sent", "uncertain")))
            .values(state="bounced")
        )
    ticket = session.get(Ticket, mail.ticket_id) if mail.ticket_id else None
    comment = session.get(Comment, mail.comment_id) if mail.comment_id else None
    if ticket is None or comment is None or mail.template not in WRITTEN_BY_PEOPLE:
        return None
    back_to = _BACK_TO.get(ticket.status)
    if back_to and outcome != "uncertain":
        reason = "An answer did not arrive"
        walk_status(session, ticket, SYSTEM, back_to, now, reason)
    author = comment.author
    if author is None or not author.is_staff or not author.address:
        return None
    return _tell(session, author, mail, ticket, comment, outcome, words, now)


def _tell(
    session: Session,
    author: Person,
    mail: OutboundMail,
    ticket: Ticket,
    comment: Comment,
    outcome: str,
    words: str,
    now: datetime,
) -> OutboundMail:
    secret = secret_of(session)
    mailbox = ticket.mailbox or first_mailbox(session)
    domain = mailbox.address.rpartition("@")[2]
    text = comment.reply_text or comment.text
    return outbox.put(
        session,
        template="delivery_failed_staff",
        values={
            "outcome": outcome,
            "recipient": mail.recipient,
            "words": words[:MOST_WORDS] or "Nothing.",
            "text": text if len(text) <= MOST_WORDS else text[:MOST_WORDS] + " …",
        },
        recipient=author.address,
        recipient_name=author.name,
        person_id=author.id,
        ticket_id=ticket.id,
        comment_id=comment.id,
        mailbox_id=mailbox.id,
        subject=subject_with_number(ticket.subject, ticket.number),
        message_id=links.mint_message_id(secret, ticket.id, author.id, domain),
        in_reply_to="",
        references=[],
        reply_to="",
        queue="notifications",
        now=now,
        not_before=now + TELL_UNCERTAIN_AFTER if outcome == "uncertain" else None,
    )
