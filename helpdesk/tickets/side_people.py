"""Who is in a side conversation, and who must not be."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidInput
from helpdesk.models import Participant, Person, SidePerson, Ticket

_IS_STAFF = "{address} is a colleague: name them in a note."
_IS_ON_IT = (
    "{address} is on this ticket, and would read here what the customer is not to see. "
    "Write to them by a reply."
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
    ticket: Ticket,
    people: Iterable[Person],
    known_customers: Collection[str] | None,
) -> None:
    """See that nobody is asked beside the customer's conversation who is in it.

    :param known_customers: the addresses of customers of ours that the writer was asked about;
        None where nobody is to be asked.
    :raises InvalidInput: (``to``) one of them is staff, or on this ticket.
    :raises IsCustomer: one of them has tickets of their own, and the writer was not asked.
    """
    people = list(people)
    if not people:
        return
    on_it = set(
        session.scalars(
            select(Participant.person_id).where(
                Participant.ticket_id == ticket.id, Participant.pending.is_(False)
            )
        )
    )
    for person in people:
        if person.is_staff:
            raise InvalidInput("to", _IS_STAFF, address=person.address)
        if person.id in on_it or person.id == ticket.requester_id:
            raise InvalidInput("to", _IS_ON_IT, address=person.address)
    if known_customers is not None:
        _ask_about_customers(session, people, known_customers)


def _ask_about_customers(
    session: Session, people: list[Person], known_customers: Collection[str]
) -> None:
    asked = [person.id for person in people]
    theirs = select(Ticket.requester_id).where(Ticket.requester_id.in_(asked)).distinct()
    customers = set(session.scalars(theirs))
    named = tuple(person.address for person in people if person.id in customers)
    if any(address not in known_customers for address in named):
        are = "is a customer of ours" if len(named) == 1 else "are customers of ours"
        raise IsCustomer(
            f"{', '.join(named)} {are}. Send again to write to them here all the same.", named
        )
