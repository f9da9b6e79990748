"""Finding the person behind an address, and making one where there is none yet."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from helpdesk.absent import is_absent, is_there_now
from helpdesk.addr_spec import heard_address, strict_address
from helpdesk.models import Person, PersonAddress
from helpdesk.rows import add_now, ask, count_as_added, objects
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets.address_owners import check_not_ours
from helpdesk.vocabulary import Role

NOBODY = "person_address.address"
"""Under this name it is noted which addresses nobody has (:mod:`helpdesk.absent`)."""


def person_at(session: Session, address: str) -> Person | None:
    """The person who has this address, or None."""
    folded = fold_address(address)
    if is_absent(session, NOBODY, folded):
        return None
    return objects(session, _PERSON_AT, address=folded).one_or_none()


_PERSON_AT = (
    select(Person)
    .join(PersonAddress, PersonAddress.person_id == Person.id)
    .where(PersonAddress.address == bindparam("address", type_=PersonAddress.address.type))
)


def person_for(session: Session, address: str, name: str, now: datetime) -> Person:
    """The person who has this address; a new customer where nobody has.

    A name is taken over only where none was known: nobody renames another person by mail.

    :raises InvalidInput: where that is no address we could ever answer, or a mailbox's.
    """
    folded = strict_address(fold_address(address), field="email")
    check_not_ours(session, folded, "email")
    name = clean_line(name, 120)
    person = person_at(session, folded) or _add_customer(session, folded, name, "", now)
    if name and not person.name:
        person.name = name
    return person


def new_customer(
    session: Session, address: str, name: str, now: datetime, *, language: str = ""
) -> Person:
    """A customer with an address that, as :func:`person_at` said, nobody has. It may be one that
    we cannot write to.

    :raises InvalidInput: where that is no address, or a mailbox's.
    """
    folded = heard_address(fold_address(address))
    check_not_ours(session, folded, "email")
    return _add_customer(session, folded, clean_line(name, 120), language, now)


def _add_customer(
    session: Session, address: str, name: str, language: str, now: datetime
) -> Person:
    person = Person(name=name, role=Role.CUSTOMER, language=language, created_at=now)
    add_now(session, person)
    is_there_now(session, NOBODY, address)
    claim = _claim(session.get_bind().dialect.name)
    claimed = ask(session, claim, of=address, by=person.id, at=now).scalar()
    if claimed is None:
        # Another transaction made the same person meanwhile: the address is unique.
        session.delete(person)
        session.flush()
        return objects(session, _PERSON_AT, address=address).one()
    own = PersonAddress(
        id=claimed,
        address=address,
        person_id=person.id,
        bounced_at=None,
        bounce_words="",
        complained_at=None,
        created_at=now,
    )
    count_as_added(session, own)
    set_committed_value(person, "addresses", [own])
    return person


def write_to(session: Session, person: Person, address: str) -> None:
    """Have mail to a person go to this address of theirs from now on; the others stay theirs.

    It becomes the first. What is known of an address, that mail to it came back, goes along.
    """
    first = person.addresses[0]
    own = next((one for one in person.addresses if one.address == address), None)
    if own is None or own is first:
        return
    kept = [(one.address, one.bounced_at, one.bounce_words, one.complained_at)
            for one in (own, first)]  # fmt: skip
    # Two rows cannot exchange what is unique: meanwhile one of them has another text.
    own.address = f"{address}\n"
    session.flush()
    for one, values in zip((first, own), kept, strict=True):
        one.address, one.bounced_at, one.bounce_words, one.complained_at = values
        session.flush()


@cache
def _claim(dialect: str) -> Executable:
    """Give an address to a person; the row's id, or nothing where it is somebody's already.

    Waits for whoever is doing the same, and needs no savepoint for that.
    """
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    return (
        insert(PersonAddress)
        .values(
            address=bindparam("of", type_=PersonAddress.address.type),
            person_id=bindparam("by", type_=PersonAddress.person_id.type),
            created_at=bindparam("at", type_=PersonAddress.created_at.type),
        )
        .on_conflict_do_nothing(index_elements=["address"])
        .returning(PersonAddress.id)
    )
