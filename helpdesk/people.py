"""Finding the person behind an address, and making one where there is none yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidInput
from helpdesk.models import Person, PersonAddress
from helpdesk.text import clean_line, fold_address, is_address


def person_at(session: Session, address: str) -> Person | None:
    """The person who has this address, or None."""
    return session.scalar(
        select(Person)
        .join(PersonAddress, PersonAddress.person_id == Person.id)
        .where(PersonAddress.address == fold_address(address))
    )


def person_for(session: Session, address: str, name: str, now: datetime) -> Person:
    """The person who has this address; a new customer where nobody has.

    A name is taken over only where none was known: nobody renames another person by mail.

    :raises InvalidInput: where that is no address we could ever answer.
    """
    folded = fold_address(address)
    if not is_address(folded):
        raise InvalidInput("email", "That is no mail address, such as ann@example.org.")
    person = person_at(session, folded)
    name = clean_line(name, 120)
    if person is None:
        person = Person(name=name, role="customer", created_at=now)
        person.addresses.append(PersonAddress(address=folded, created_at=now))
        session.add(person)
        session.flush()
    elif name and not person.name:
        person.name = name
    return person
