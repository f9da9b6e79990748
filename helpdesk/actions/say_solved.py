"""Whose request it is says how it stands: “this is solved”, or “I still need help”."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.mail_out.notifications import notify
from helpdesk.models import NotificationKind, Ticket
from helpdesk.tickets.access import ticket_for_change
from helpdesk.vocabulary import Role, Status

FINISHED = (Status.RESOLVED, Status.CLOSED)


def say_solved(session: Session, actor: Actor, ticket_id: int, *, now: datetime) -> Ticket:
    """The ticket, resolved by its requester. One that is finished already stays as it is.

    :raises NotFound, NotAllowed:
    """
    ticket = _of_customer(session, actor, ticket_id)
    if ticket.status not in FINISHED:
        walk_status(session, ticket, actor, Status.RESOLVED, now, "the customer says so")
    return ticket


def ask_for_more_help(session: Session, actor: Actor, ticket_id: int, *, now: datetime) -> Ticket:
    """The ticket, open again: it is our turn, from now on, and those who work on it are told.

    One that is open stays as it is.

    :raises NotFound, NotAllowed:
    """
    ticket = _of_customer(session, actor, ticket_id)
    if ticket.status in FINISHED:
        walk_status(session, ticket, actor, Status.OPEN, now, "the customer needs more help")
        ticket.answered, ticket.waiting_since = False, now
        notify(
            session,
            NotificationKind.CUSTOMER_REPLIED,
            ticket,
            by_id=actor.person_id,
            by_button="help",
            now=now,
        )
    return ticket


def _of_customer(session: Session, actor: Actor, ticket_id: int) -> Ticket:
    ticket = ticket_for_change(session, actor, ticket_id)
    if actor.role != Role.CUSTOMER or actor.person_id != ticket.requester_id:
        raise NotAllowed("This is for the one who asked to say.")
    return ticket
