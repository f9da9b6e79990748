"""Who may see a ticket and write on it; and the ticket, fetched and locked for a change."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotFound
from helpdesk.models import Participant, Person, Ticket


def actor_of(person: Person) -> Actor:
    """The actor that a signed-in person is. Someone deactivated may do nothing."""
    return Actor(person.id, person.role if person.active else "nobody")


def ticket_to_change(session: Session, ticket_id: int, actor: Actor) -> Ticket:
    """The ticket, locked until the transaction ends, if the actor may write on it.

    Staff may write on every ticket; a customer on those they are on, or came to by a tracking
    link. Anything else does not exist for them.

    :raises NotFound: where there is no such ticket for this actor.
    """
    # Read anew under the lock: what the session had loaded before may be out of date by now.
    ticket = session.get(Ticket, known_id(ticket_id), with_for_update=True)
    if ticket is None or not may_see(session, ticket, actor):
        raise NotFound("There is no such ticket.")
    return ticket


def known_id(number: int) -> int:
    """An id that a database can look up; others, from an address typed by hand, become 0."""
    return number if 0 < number < 2**63 else 0


def may_see(session: Session, ticket: Ticket, actor: Actor) -> bool:
    """Whether the actor may see the ticket and write on it."""
    if actor.is_staff or actor.role == "system":
        return True
    if actor.ticket_id is not None:
        return actor.ticket_id == ticket.id
    if actor.role != "customer" or actor.person_id is None:
        return False
    return ticket.requester_id == actor.person_id or is_participant(
        session, ticket.id, actor.person_id
    )


def is_participant(session: Session, ticket_id: int, person_id: int) -> bool:
    """Whether the person is on the ticket. Someone pending is not: they see nothing yet."""
    found = session.scalar(
        select(Participant.id).where(
            Participant.ticket_id == ticket_id,
            Participant.person_id == person_id,
            Participant.pending.is_(False),
        )
    )
    return found is not None
