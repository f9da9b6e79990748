"""Which ticket a ticket is now: itself, or the one that took over its conversation."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import TicketMerged
from helpdesk.models import Ticket, TicketMerge
from helpdesk.vocabulary import Status

MOST_STEPS = 20
"""Merged tickets are merged on: a chain that long is a fault, not somebody's work."""


def current_ticket(session: Session, ticket_id: int, *, for_update: bool = False) -> Ticket:
    """The ticket where this one's conversation goes on.

    :param for_update: locked until the transaction ends.
    """
    ticket = session.get_one(Ticket, ticket_id)
    for _ in range(MOST_STEPS):
        # A merged ticket is closed: every other one needs no look-up.
        merge = session.get(TicketMerge, ticket.id) if ticket.status == Status.CLOSED else None
        if merge is None:
            break
        ticket = session.get_one(Ticket, merge.into_id)
    if for_update:
        session.refresh(ticket, with_for_update=True)
    return ticket


def row_behind(session: Session, ticket_id: int) -> set[int]:
    """The ticket, and those that were merged into it, one into the other."""
    found, newest = {ticket_id}, [ticket_id]
    while newest:
        into = TicketMerge.into_id.in_(newest)
        newest = [
            one
            for one in session.scalars(select(TicketMerge.ticket_id).where(into))
            if one not in found
        ]
        found.update(newest)
    return found


def check_goes_on_here(session: Session, ticket: Ticket) -> None:
    """Nobody changes a ticket, or writes on one, whose conversation goes on in another.

    :raises TicketMerged: it was merged; the text names where it goes on.
    """
    current = current_ticket(session, ticket.id)
    if current is not ticket:
        raise TicketMerged(current.number)
