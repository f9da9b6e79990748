"""Hand over the tickets of somebody who works on them no longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.change_ticket import give_to, may_work_on
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import Person, Ticket
from helpdesk.tickets.access import known_id
from helpdesk.vocabulary import Status


def check_heir(session: Session, person: Person, heir_id: int | None) -> Person | None:
    """Who takes over the tickets of a person; None for nobody.

    :raises InvalidInput: naming ``to``: they are not of staff, or the very person who leaves.
    """
    if heir_id is None:
        return None
    heir = session.get(Person, known_id(heir_id))
    if heir is None or not heir.is_staff or heir.id == person.id:
        raise InvalidInput("to", "Their tickets can go to another active colleague, or to nobody.")
    return heir


def hand_over(
    session: Session, actor: Actor, person: Person, heir: Person | None, reason: str, now: datetime
) -> int:
    """Give all that a person has and that is not closed to somebody, or to nobody; to nobody, too,
    what the heir may not answer.

    Closed ones stay as they are; one that is opened again then is nobody's
    (:func:`helpdesk.actions.walk_status.walk_status`). Returns how many there were.
    """
    tickets = session.scalars(
        select(Ticket)
        .where(Ticket.assignee_id == person.id, Ticket.status != Status.CLOSED)
        .order_by(Ticket.id)
        .with_for_update()
    ).all()
    for ticket in tickets:
        may_have = heir is not None and may_work_on(heir, ticket)
        give_to(session, actor, ticket, heir if may_have else None, reason, now)
    return len(tickets)
