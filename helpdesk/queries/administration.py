"""What the admins' pages show: people, mailboxes, categories, and the log."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import AuditEntry, AuditKind, Category, Mailbox, Person, PersonAddress
from helpdesk.text import clean_line
from helpdesk.tickets.access import actor_of, known_id
from helpdesk.vocabulary import STAFF_ROLES, MailboxRight, Role

MOST_PEOPLE = 50
LOG_PAGE = 50
LOG_PARTS = ("changes", "sign-ins")


@dataclass(frozen=True)
class PersonRow:
    """Somebody, as an admin sees them."""

    id: int
    name: str
    role: Role
    active: bool
    addresses: tuple[str, ...]
    created_at: datetime
    has_password: bool
    mailboxes: dict[int, MailboxRight] | None = None
    """Of an agent who has only some: which, and what they may there. None: all."""


@dataclass(frozen=True)
class LogEntry:
    """One line of the log."""

    id: int
    by: str
    kind: str
    subject: str
    field: str
    old_value: str
    new_value: str
    created_at: datetime


def people_found(session: Session, actor: Actor, search: str = "") -> tuple[PersonRow, ...]:
    """All of staff; or those whose name or address begins so, or has a word that does.

    :raises NotAllowed: the actor is no admin.
    """
    _check_admin(actor)
    chosen = select(Person).options(selectinload(Person.addresses)).limit(MOST_PEOPLE + 1)
    wanted = clean_line(search, 100).casefold()
    if wanted:
        named = or_(
            func.lower(Person.name).startswith(wanted, autoescape=True),
            func.lower(Person.name).contains(f" {wanted}", autoescape=True),
            exists().where(
                PersonAddress.person_id == Person.id,
                PersonAddress.address.startswith(wanted, autoescape=True),
            ),
        )
        chosen = chosen.where(named).order_by(Person.id.desc())
    else:
        in_order = (Person.active.desc(), func.lower(Person.name), Person.id)
        # However many staff there are, all of them stand on the page.
        chosen = chosen.where(Person.role.in_(STAFF_ROLES)).order_by(*in_order).limit(None)
    return tuple(map(_row, session.scalars(chosen)))


def people_of_roles(session: Session, actor: Actor, roles: Collection[str]) -> Iterator[PersonRow]:
    """Everybody of these roles, the first who came first; however many there are.

    :raises NotAllowed: the actor is no admin.
    """
    _check_admin(actor)
    chosen = select(Person).options(selectinload(Person.addresses)).order_by(Person.id)
    found = chosen.where(Person.role.in_(roles)).execution_options(yield_per=1000)
    return map(_row, session.scalars(found))


def person_row(session: Session, actor: Actor, person_id: int) -> PersonRow:
    """One person.

    :raises NotAllowed, NotFound:
    """
    _check_admin(actor)
    person = session.get(Person, known_id(person_id))
    if person is None:
        raise NotFound("There is no such person.")
    return _row(person)


def mailbox_of_id(session: Session, actor: Actor, mailbox_id: int) -> Mailbox:
    """One mailbox that was not removed.

    :raises NotAllowed, NotFound:
    """
    _check_admin(actor)
    mailbox = session.get(Mailbox, known_id(mailbox_id))
    if mailbox is None or mailbox.removed_at is not None:
        raise NotFound("There is no such mailbox.")
    return mailbox


@dataclass(frozen=True)
class MailboxRow:
    """A mailbox, as the operator and admins see it listed."""

    address: str
    name: str
    paused: bool
    removed: bool
    public: bool
    form: bool
    forwarded: bool
    receives: tuple[str, ...]
    """Hidden addresses, and lists, that bring its mail."""
    formerly: tuple[str, ...]
    """The addresses that it had before."""


def mailbox_rows(session: Session, actor: Actor) -> tuple[MailboxRow, ...]:
    """All mailboxes, the first one first, those that were removed last.

    :raises NotAllowed: the actor is no admin.
    """
    _check_admin(actor)
    found = session.scalars(select(Mailbox).order_by(Mailbox.removed_at.is_not(None), Mailbox.id))
    return tuple(
        MailboxRow(
            box.address,
            box.name,
            box.paused,
            box.removed_at is not None,
            box.public,
            box.has_form,
            box.forwarded,
            tuple(box.fed_through),
            tuple(box.former_addresses),
        )
        for box in found
    )


def categories(session: Session, actor: Actor) -> tuple[Category, ...]:
    """All categories, those out of use last.

    :raises NotAllowed: the actor is no admin.
    """
    _check_admin(actor)
    return tuple(session.scalars(select(Category).order_by(Category.active.desc(), Category.id)))


def log_page(
    session: Session, actor: Actor, before_id: int = 0, *, about: str = ""
) -> tuple[LogEntry, ...]:
    """Lines of the log, newest first; one more than a page where there are older ones.

    :param before_id: only those before this entry; 0 for the newest.
    :param about: ``changes`` or ``sign-ins`` alone; empty for both.
    :raises NotAllowed: the actor is no admin.
    """
    _check_admin(actor)
    chosen = select(AuditEntry).options(joinedload(AuditEntry.actor).selectinload(Person.addresses))
    if known_id(before_id):
        chosen = chosen.where(AuditEntry.id < before_id)
    if about in LOG_PARTS:
        signing_in = AuditEntry.kind == AuditKind.SIGN_IN
        chosen = chosen.where(signing_in if about == "sign-ins" else ~signing_in)
    entries = session.scalars(chosen.order_by(AuditEntry.id.desc()).limit(LOG_PAGE + 1))
    return tuple(
        LogEntry(
            entry.id,
            _by(entry),
            entry.kind,
            entry.subject,
            entry.field,
            entry.old_value,
            entry.new_value,
            entry.created_at,
        )
        for entry in entries
    )


def _by(entry: AuditEntry) -> str:
    if entry.actor:
        return entry.actor.shown_name
    if entry.operator:
        return f"Command line ({entry.operator})"
    return "Somebody" if entry.kind == AuditKind.SIGN_IN else "Postdesk"


def _check_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("This is for admins.")


def _row(person: Person) -> PersonRow:
    return PersonRow(
        person.id,
        person.shown_name,
        person.role,
        person.active,
        tuple(one.address for one in person.addresses),
        person.created_at,
        person.password_hash is not None,
        None if (rights := actor_of(person).rights) is None else dict(rights),
    )
