"""Hand over the tickets of somebody who works on them no longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.mail_out.notifications import notify
from helpdesk.models import HistoryField, NotificationKind, Person, Ticket
from helpdesk.tickets.access import known_id
from helpdesk.tickets.history import record_change
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
    """Give all that a person has and that is not closed to somebody, or to nobody.

    Closed ones stay as they are; one that is opened again then is nobody's
    (:func:`helpdesk.actions.walk_status.walk_status`). Returns how many there were.
    """
    tickets = session.scalars(
        select(Ticket)
        .where(Ticket.assignee_id == person.id, Ticket.status != Status.CLOSED)
        .order_by(Ticket.id)
        .with_for_update()
    ).all()
    old, new = person.shown_name, heir.shown_name if heir else ""
    for ticket in tickets:
        record_change(session, ticket, actor, HistoryField.ASSIGNEE, old, new, now, reason)
        ticket.assignee = heir
        if heir is not None and heir.id != actor.person_id:
            notify(
                session,
                NotificationKind.ASSIGNED,
                ticket,
                by_id=actor.person_id,
                person_id=heir.id,
                now=now,
            )
    return len(tickets)
