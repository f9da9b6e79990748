"""People, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    undo_seconds: int = 0
    bounced_at: datetime | None = None
    """When mail to the address came back for good."""
    bounce_words: str = ""

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace(".", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES


def view_person(person: Person) -> PersonView:
    """The view of a person whose addresses are loaded (or loadable)."""
    first = person.addresses[0] if person.addresses else None
    return PersonView(
        person.id,
        person.shown_name,
        person.address,
        person.role,
        person.undo_seconds,
        first.bounced_at if first else None,
        first.bounce_words if first else "",
    )


def staff(session: Session) -> tuple[PersonView, ...]:
    """All active staff, by name: whom a ticket can be given to."""
    people = session.scalars(
        select(Person)
        .where(Person.role.in_(STAFF_ROLES), Person.active.is_(True))
        .options(joinedload(Person.addresses))
    ).unique()
    return tuple(sorted(map(view_person, people), key=lambda person: person.name.lower()))
