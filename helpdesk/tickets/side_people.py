"""Who is in a side conversation, and who must not be."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import Participant, Person, SideConversation, SidePerson, Ticket
from helpdesk.tickets.access import visible

_IS_STAFF = "{address} is a colleague: name them in a note."
_IS_ON_IT = (
    "{address} is on this ticket, and would read here what the customer is not to see. "
    "Write to them by a reply."
)
_IS_PENDING = "{address} was named in copy on this ticket: leave them out of it first."
_IS_ASIDE = (
    "{address} is in a side conversation of this ticket, and would read what the customer reads. "
    "Write to them there."
)


class IsCustomer(InvalidInput):
    """Somebody who is to be written to in a side conversation is a customer of ours; ``addresses``
    are all of them.
    """

    def __init__(self, message: str, addresses: tuple[str, ...]) -> None:
        super().__init__("to", message)
        self.addresses = addresses


def people_in(session: Session, side_id: int) -> list[Person]:
    """To whom staff wrote in a side conversation, those first who were first."""
    return list(
        session.scalars(
            select(Person)
            .join(SidePerson, SidePerson.person_id == Person.id)
            .where(SidePerson.side_conversation_id == side_id)
            .order_by(SidePerson.id)
        )
    )


def check_stands_apart(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    people: Collection[Person],
    new: Collection[Person],
    known_customers: Collection[str] | None,
) -> None:
    """See that nobody is written to beside the customer's conversation who is in it, or is to be.

    :param people: everybody who is written to; whoever is in it already may be on the ticket since.
    :param new: those of them who are named for the first time.
    :param known_customers: the addresses of customers of ours that the writer was asked about;
        None where nobody is to be asked.
    :raises InvalidInput: (``to``) one of them is staff, or on this ticket, or pending there.
    :raises IsCustomer: one of them has tickets of their own that the actor may see, and the writer
        was not asked.
    """
    there = session.execute(
        select(Participant.person_id, Participant.pending).where(Participant.ticket_id == ticket.id)
    )
    on_it = {row.person_id: row.pending for row in there}
    for person in people:
        if person.is_staff:
            raise InvalidInput("to", _IS_STAFF, address=person.address)
        if person.id in on_it or person.id == ticket.requester_id:
            why = _IS_PENDING if on_it.get(person.id) else _IS_ON_IT
            raise InvalidInput("to", why, address=person.address)
    if known_customers is not None and new:
        _ask_about_customers(session, actor, new, known_customers)


def check_not_aside(
    session: Session, ticket: Ticket, people: Iterable[Person], field: str, why: str = _IS_ASIDE
) -> None:
    """See that nobody comes to the customer's conversation who is asked beside it.

    :param people: who are to get what is written to the customer.
    :param why: the refusal, with ``{address}`` in it.
    :raises InvalidInput: (``field``) one of them is in a side conversation of this ticket.
    """
    wanted = {person.id: person for person in people}
    if not wanted:
        return
    aside = session.scalar(
        select(SidePerson.person_id)
        .join(SideConversation, SideConversation.id == SidePerson.side_conversation_id)
        .where(SideConversation.ticket_id == ticket.id, SidePerson.person_id.in_(wanted))
        .order_by(SidePerson.id)
        .limit(1)
    )
    if aside is not None:
        raise InvalidInput(field, why, address=wanted[aside].address)


def _ask_about_customers(
    session: Session, actor: Actor, people: Collection[Person], known_customers: Collection[str]
) -> None:
    asked = [person.id for person in people]
    theirs = select(Ticket.requester_id).where(
        Ticket.requester_id.in_(asked), *visible(actor.mailbox_ids)
    )
    customers = set(session.scalars(theirs.distinct()))
    named = tuple(person.address for person in people if person.id in customers)
    if any(address not in known_customers for address in named):
        are = "is a customer of ours" if len(named) == 1 else "are customers of ours"
        raise IsCustomer(
            f"{', '.join(named)} {are}. Send again to write to them here all the same.", named
        )
