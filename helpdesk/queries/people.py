"""People, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk.models import STAFF_ROLES, Person


@dataclass(frozen=True)
class PersonView:
    """A person's name and address; ``initials`` for the small round mark."""

    id: int
    name: str
    address: str
    role: str

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace(".", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES


def view_person(person: Person) -> PersonView:
    """The view of a person whose addresses are loaded (or loadable)."""
    return PersonView(person.id, person.shown_name, person.address, person.role)


def staff(session: Session) -> tuple[PersonView, ...]:
    """All active staff, by name: whom a ticket can be given to."""
    people = session.scalars(
        select(Person)
        .where(Person.role.in_(STAFF_ROLES), Person.active.is_(True))
        .options(joinedload(Person.addresses))
    ).unique()
    return tuple(sorted(map(view_person, people), key=lambda person: person.name.lower()))
