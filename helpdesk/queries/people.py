"""People, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.actor import Actor, MailboxRights, rights_of
from helpdesk.addr_spec import can_be_answered
from helpdesk.db import AnyRow
from helpdesk.models import IS_STAFF, AfterSending, Person, PersonAddress
from helpdesk.models.person import name_for_customers, shown_name
from helpdesk.rows import ask
from helpdesk.vocabulary import STAFF_ROLES, MailboxRight, Role


@dataclass(frozen=True)
class PersonView:
    """A person's name and address; ``initials`` for the small round mark."""

    id: int
    name: str
    address: str
    role: Role
    undo_seconds: int = 0
    bounced_at: datetime | None = None
    """When mail to the address came back for good."""
    bounce_words: str = ""
    complained_at: datetime | None = None
    """When the address's reader called a mail of ours spam."""
    after_sending: AfterSending = AfterSending.NEXT
    single_keys: bool = True
    dense: bool = False
    rights: MailboxRights | None = None
    """Of staff who have only some mailboxes: which, and what they may there."""

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace(".", " ").split() if word[0].isalnum()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"

    @property
    def name_for_customers(self) -> str:
        """The name by which customers know them: of staff the first name alone."""
        return name_for_customers(self.name, self.address, self.role)

    @property
    def cannot_be_answered(self) -> bool:
        """Whether they have an address that mail can come from, and not go to."""
        return bool(self.address) and not can_be_answered(self.address)

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def answers_in(self) -> str:
        """Of staff who have only some mailboxes: those whose tickets they can be given, for the
        desk's scripts, as “ 1 3 ”; empty for who can be given any."""
        boxes = self.actor.mailboxes_with(MailboxRight.ANSWER)
        return "" if boxes is None else f" {' '.join(map(str, boxes))} "

    @property
    def actor(self) -> Actor:
        """This person, active, as actions see them."""
        return Actor(self.id, self.role, rights=self.rights)


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
        first.complained_at if first else None,
        person.after_sending,
        person.single_keys,
        person.dense,
        rights_of(person.role, person.mailbox_rights),
    )


def people(session: Session, ids: Iterable[int | None]) -> dict[int, PersonView]:
    """The views of these people by their ids, in one look-up; an id may be missing or repeated."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return {row.id: person_of_row(row) for row in ask(session, _BY_IDS, ids=sorted(wanted))}


def person_of_row(row: AnyRow) -> PersonView:
    """The view of a row of :data:`PEOPLE`."""
    return PersonView(
        row.id,
        shown_name(row.name, row.address or ""),
        row.address or "",
        row.role,
        row.undo_seconds,
        row.bounced_at,
        row.bounce_words or "",
        row.complained_at,
        row.after_sending,
        row.single_keys,
        row.dense,
        rights_of(row.role, row.mailbox_rights),
    )


_first_address = (
    select(func.min(PersonAddress.id))
    .where(PersonAddress.person_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
)


def name_shown(person: type[Person]) -> Any:
    """The name of a person of a statement as it is shown everywhere (:func:`shown_name`); empty
    where there is nobody.
    """
    address = PersonAddress.address
    from_at = func.ltrim(address, func.replace(address, "@", ""))
    before_at = (
        select(func.substr(address, 1, func.length(address) - func.length(from_at)))
        .where(PersonAddress.person_id == person.id)
        .order_by(PersonAddress.id)
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(func.nullif(person.name, ""), before_at, "")


PEOPLE = select(
    Person.id,
    Person.name,
    Person.role,
    Person.undo_seconds,
    Person.active,
    Person.session_generation,
    PersonAddress.address,
    PersonAddress.bounced_at,
    PersonAddress.bounce_words,
    PersonAddress.complained_at,
    Person.after_sending,
    Person.single_keys,
    Person.dense,
    Person.mailbox_rights,
).outerjoin(PersonAddress, PersonAddress.id == _first_address)
"""What a view of a person is made of. Made once: every page asks it."""
_BY_IDS = PEOPLE.where(Person.id.in_(bindparam("ids", expanding=True)))


_COLLEAGUES_BY_IDS = _BY_IDS.where(IS_STAFF, Person.active.is_(True))


def active_staff(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The names, by their ids, of those among these people who are colleagues now."""
    if not (wanted := sorted(set(ids))):
        return {}
    rows = ask(session, _COLLEAGUES_BY_IDS, ids=wanted)
    return {row.id: shown_name(row.name, row.address or "") for row in rows}


def staff(session: Session) -> tuple[PersonView, ...]:
    """All active staff, by name: whom a ticket can be given to."""
    people = session.scalars(
        select(Person)
        .where(IS_STAFF, Person.active.is_(True))
        .options(joinedload(Person.addresses))
    ).unique()
    return tuple(sorted(map(view_person, people), key=lambda person: person.name.lower()))
