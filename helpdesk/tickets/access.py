"""Who may see a ticket and write on it; and the ticket, fetched and locked for a change."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import Comment, Participant, Person, Ticket
from helpdesk.text import bounded_int
from helpdesk.tickets.merged import check_goes_on_here
from helpdesk.vocabulary import MessageKind, Role

TicketRef = int | str | Ticket
"""How an action is told which ticket it is about."""
STAFF_ONLY = "Only staff may change this."


def actor_of(person: Person) -> Actor:
    """The actor that a signed-in person is. Someone deactivated may do nothing."""
    return Actor(person.id, person.role if person.active else Role.NOBODY)


def check_staff(actor: Actor, refusal: str, *, or_system: bool = False) -> None:
    """Let staff pass.

    :param or_system: let Postdesk itself pass, too: for what the operator does by a command.
    :raises NotAllowed: with these words, for everybody else.
    """
    if not (actor.is_staff or (or_system and actor.role == Role.SYSTEM)):
        raise NotAllowed(refusal)


def ticket_for_change(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    *,
    staff_only: str = "",
    or_system: bool = False,
) -> Ticket:
    """Return the ticket, locked until the transaction ends, if the actor may write on it.

    Staff may write on every ticket; a customer on those they are on, or came to by a tracking
    link. Anything else does not exist for them.

    :param ticket: its id or its number; or the ticket itself, where another action locked it in
        this transaction, and does this as a part of its own.
    :param staff_only: the words that refuse everybody but staff, who may do this alone.
    :param or_system: Postdesk itself may do what is for staff only, too.
    :raises NotFound: where there is no such ticket for this actor.
    :raises NotAllowed: the actor is not staff.
    """
    found = ticket if isinstance(ticket, Ticket) else _locked(session, ticket)
    if found is None or not may_see(session, found, actor):
        raise NotFound("There is no such ticket.")
    if staff_only:
        check_staff(actor, staff_only, or_system=or_system)
    return found


def open_ticket_for_change(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    *,
    staff_only: str = "",
    or_system: bool = False,
) -> Ticket:
    """Return the ticket as :func:`ticket_for_change` does, if its conversation goes on in it.

    :raises NotFound, NotAllowed:
    :raises TicketMerged: it was merged into another one.
    """
    found = ticket_for_change(session, actor, ticket, staff_only=staff_only, or_system=or_system)
    check_goes_on_here(session, found)
    return found


def find_ticket(session: Session, actor: Actor, key: int | str) -> Ticket:
    """Return the ticket of this number or id, not locked, if the actor may see it.

    :raises NotFound: there is none, or not for this actor.
    """
    if isinstance(key, int):
        found = session.get(Ticket, known_id(key))
    else:
        found = session.scalar(select(Ticket).where(_is_named(key)))
    if found is None or not may_see(session, found, actor):
        raise NotFound("There is no such ticket.")
    return found


def _locked(session: Session, key: int | str) -> Ticket | None:
    # Read anew under the lock: what the session had loaded before may be out of date by now.
    if isinstance(key, int):
        return session.get(Ticket, known_id(key), with_for_update=True)
    named = select(Ticket).where(_is_named(key)).with_for_update()
    return session.scalar(named.execution_options(populate_existing=True))


def _is_named(key: str) -> ColumnElement[bool]:
    return or_(Ticket.number == key.upper(), Ticket.id == id_written(key))


def known_id(number: int) -> int:
    """An id that a database can look up; others, from an address typed by hand, become 0."""
    return number if 0 < number < 2**63 else 0


def id_written(text: str) -> int:
    """Return the id that a text writes; 0, which no row has, where it writes none."""
    return bounded_int(text, most=2**63 - 1) or 0


def may_see(session: Session, ticket: Ticket, actor: Actor) -> bool:
    """Whether the actor may see the ticket and write on it."""
    if actor.is_staff or actor.role == Role.SYSTEM:
        return True
    if actor.ticket_id is not None:
        return actor.ticket_id == ticket.id
    if actor.role != Role.CUSTOMER or actor.person_id is None:
        return False
    return is_open_to(session, ticket, actor.person_id)


def is_open_to(session: Session, ticket: Ticket, person_id: int) -> bool:
    """Whether the ticket is this customer's to see: they are on it, and it has begun for them."""
    on_it = ticket.requester_id == person_id or is_participant(session, ticket.id, person_id)
    return on_it and bool(session.scalar(select(has_begun(ticket.id))))


def has_begun(
    ticket_id: ColumnElement[int] | InstrumentedAttribute[int] | int,
) -> ColumnElement[bool]:
    """Return that a ticket is there for its customers: not one that staff begin by writing to
    them, before that message leaves, or after it was taken back.
    """
    here = Comment.ticket_id == ticket_id
    is_unsaid = or_(Comment.leaves_at.is_not(None), Comment.kind == MessageKind.TAKEN_BACK)
    is_note = and_(Comment.from_staff.is_(True), Comment.internal.is_(True))
    return or_(exists().where(here, ~is_unsaid, ~is_note), ~exists().where(here, is_unsaid))


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
