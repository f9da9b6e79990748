"""Sign in: an address and a password."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk import passwords
from helpdesk.errors import NotAllowed
from helpdesk.models import Person
from helpdesk.tickets.people import person_at


def check_password(session: Session, address: str, password: str) -> Person:
    """The active person with this address and password.

    :raises NotAllowed: with the same words, after the same time, whatever was wrong.
    """
    person = person_at(session, address)
    right = passwords.matches(password, person.password_hash if person else None)
    if not right or person is None or not person.active:
        raise NotAllowed("That address and password do not match.")
    return person


def set_password(session: Session, person: Person, password: str) -> None:
    """Give a person a new password; every session begun before ends.

    :raises InvalidInput: it is too short.
    """
    person.password_hash = passwords.hash_password(password)
    person.session_generation += 1
