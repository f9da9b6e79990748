"""Step a ticket's status: one allowed step, as a program asks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.change_ticket import change_status
from helpdesk.actor import Actor
from helpdesk.errors import StepNotAllowed
from helpdesk.models import Ticket
from helpdesk.tickets.access import TicketRef, open_ticket_for_change
from helpdesk.vocabulary import STATUSES, STEPS


def step_status(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    status: str,
    *,
    now: datetime,
    reason: str = "",
    despite_children: bool = False,
) -> Ticket:
    """Bring a ticket one step on (or back). The status it has already changes nothing.

    People on the desk may resolve from any status at once; a program takes the steps one by one,
    and is told which there are.

    :raises NotFound, NotAllowed, TicketMerged, InvalidInput, StepNotAllowed:
    """
    ticket = open_ticket_for_change(session, actor, ticket)
    steps = STEPS[ticket.status]
    if actor.is_staff and status in STATUSES and status not in (ticket.status, *steps):
        raise StepNotAllowed(ticket.status, status, steps)
    return change_status(
        session,
        actor,
        ticket,
        status,
        now=now,
        reason=reason,
        despite_children=despite_children,
    )
