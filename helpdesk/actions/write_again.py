"""A customer writes on the page of a ticket: there, or on a new one if it was closed long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import Actor
from helpdesk.mail_out.subjects import NO_SUBJECT
from helpdesk.models import Ticket, TicketLinkKind
from helpdesk.tickets.access import ticket_for_change
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.participants import link_tickets
from helpdesk.tickets.reopening import is_closed_for_good, reopening_days
from helpdesk.vocabulary import Status


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
    ticket = ticket_for_change(session, actor, ticket_id)
    closed_at = ticket.closed_at if ticket.status == Status.CLOSED else None
    if not is_closed_for_good(closed_at, reopening_days(ticket), now):
        reply(session, actor, ticket, Answer(text, files=files), now=now)
        return ticket
    # Who may write on the old one may begin another: as themselves, not by the link's right.
    subject = ticket.subject if len(ticket.subject) >= 3 else NO_SUBJECT
    fresh = create_ticket(
        session,
        Actor(actor.person_id, actor.role),
        TicketDraft(
            subject,
            text,
            category=ticket.category,
            mailbox_id=ticket.mailbox_id,
            files=files,
        ),
        now=now,
    )
    link_tickets(session, fresh, ticket.id, TicketLinkKind.CONTINUES, now)
    return fresh
