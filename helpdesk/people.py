"""Finding the person behind an address, and making one where there is none yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.addr_spec import strict_address
from helpdesk.models import Person, PersonAddress
from helpdesk.text import clean_line, fold_address


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
    folded = strict_address(fold_address(address), field="email")
    name = clean_line(name, 120)
    person = person_at(session, folded) or _add_customer(session, folded, name, "", now)
    if name and not person.name:
        person.name = name
    return person


def new_customer(
    session: Session, address: str, name: str, now: datetime, *, language: str = ""
) -> Person:
    """A customer with an address that, as :func:`person_at` said, nobody has.

    :raises InvalidInput: where that is no address we could ever answer.
    """
    folded = strict_address(fold_address(address), field="email")
    return _add_customer(session, folded, clean_line(name, 120), language, now)


def _add_customer(
    session: Session, address: str, name: str, language: str, now: datetime
) -> Person:
    person = Person(name=name, role="customer", language=language, created_at=now)
    person.addresses.append(PersonAddress(address=address, created_at=now))
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        # Another transaction made the same person meanwhile: the address is unique.
        made = person_at(session, address)
        if made is None:
            raise
        return made
    return person
