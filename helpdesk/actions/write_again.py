"""A customer writes on the page of a ticket: there, or on a new one if it was closed long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.actions.create_ticket import create_ticket
from helpdesk.actions.reply import reply
from helpdesk.actor import Actor
from helpdesk.mail_out.subjects import NO_SUBJECT
from helpdesk.models import Ticket
from helpdesk.tickets.access import ticket_to_change
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.mailboxes import first_mailbox
from helpdesk.tickets.participants import link_tickets


def write_again(
    session: Session,
    actor: Actor,
    ticket_id: int,
    *,
    text: str,
    files: Sequence[StoredFile] = (),
    now: datetime,
) -> Ticket:
    """The ticket that the customer's words are on: this one; or, where it was closed longer ago
    than its mailbox reopens tickets, a new one that continues it, as an answer by mail would.

    :raises NotFound, NotAllowed, InvalidInput:
    """
    ticket = ticket_to_change(session, ticket_id, actor)
    if not _closed_for_good(session, ticket, now):
        reply(session, actor, ticket.id, text=text, files=files, now=now)
        return ticket
    # Who may write on the old one may begin another: as themselves, not by the link's right.
    subject = ticket.subject if len(ticket.subject) >= 3 else NO_SUBJECT
    fresh = create_ticket(
        session,
        Actor(actor.person_id, actor.role),
        subject=subject,
        description=text,
        category=ticket.category,
        mailbox_id=ticket.mailbox_id,
        files=files,
        now=now,
    )
    link_tickets(session, fresh, ticket.id, "continues", now)
    return fresh


def _closed_for_good(session: Session, ticket: Ticket, now: datetime) -> bool:
    if ticket.status != "closed" or ticket.closed_at is None:
        return False
    days = (ticket.mailbox or first_mailbox(session)).reopening_days
    return now > ticket.closed_at + timedelta(days=days)
