"""Change who somebody is: name, role, addresses, password.

Admins only; each change is logged. One admin is always left.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import passwords, validation
from helpdesk.actions.hand_over_tickets import check_heir, hand_over
from helpdesk.actions.sign_in import set_password
from helpdesk.actor import Actor
from helpdesk.addr_spec import strict_address
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditKind, Person, PersonAddress
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets import audit
from helpdesk.tickets.access import known_id
from helpdesk.tickets.address_owners import check_not_ours
from helpdesk.tickets.people import person_at
from helpdesk.tickets.seen_form import check_seen
from helpdesk.vocabulary import ROLES, STAFF_ROLES, Role

MOST_ADDRESSES = 50


def check_person_seen(session: Session, actor: Actor, person_id: int, seen: str | None) -> None:
    """Refuse to save a form with a name and a role that are no longer what it showed.

    :param seen: see :mod:`helpdesk.tickets.seen_form`.
    :raises NotAllowed, NotFound, ChangedMeanwhile:
    """
    person = person_for_change(session, actor, person_id)
    words = {"name": person.shown_name, "role": person.role}
    check_seen(session, seen, words, AuditKind.PERSON, _name_of(person))


def rename_person(
    session: Session, actor: Actor, person_id: int, name: str, *, now: datetime
) -> Person:
    """Another name; an empty one shows their address instead.

    :raises NotAllowed, NotFound:
    """
    person = person_for_change(session, actor, person_id)
    _set(session, actor, person, "name", clean_line(name, 120), now)
    return person


def change_role(
    session: Session,
    actor: Actor,
    person_id: int,
    role: str,
    *,
    heir_id: int | None = None,
    also_oneself: bool = False,
    now: datetime,
) -> Person:
    """Make somebody a customer, an agent or an admin: it counts from their next click on.

    :param heir_id: who gets the tickets of a colleague who becomes a customer; None: nobody.
    :param also_oneself: the actor knows that they take their own right to administer.
    :raises NotAllowed, NotFound:
    :raises InvalidInput: there is no such role, or nobody would be left to administer (``role``);
        it is oneself, unawares (``oneself``); or the tickets cannot go there (``to``).
    """
    person = person_for_change(session, actor, person_id)
    validation.one_of(role, ROLES, "role")
    if role != Role.ADMIN:
        check_not_the_last_admin(session, person, "role")
        if person.id == actor.person_id and not also_oneself:
            raise InvalidInput("oneself", "This is you: say that you know it.")
    if person.is_staff and role not in STAFF_ROLES:
        heir = check_heir(session, person, heir_id)
        hand_over(session, actor, person, heir, f"{person.shown_name} is no colleague now", now)
    _set(session, actor, person, "role", Role(role), now)
    return person


def reset_password(session: Session, actor: Actor, person_id: int, *, now: datetime) -> str:
    """A new made-up password, to be told to the person; it is shown once and not kept.

    :raises NotAllowed, NotFound:
    """
    password = passwords.made_up()
    choose_password(session, actor, person_id, password, now=now)
    return password


def choose_password(
    session: Session, actor: Actor, person_id: int, password: str, *, now: datetime
) -> Person:
    """Give somebody this password.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: it is too short or too long.
    """
    person = person_for_change(session, actor, person_id)
    set_password(session, person, password)
    audit.record(session, actor, AuditKind.PERSON, _name_of(person), "password", now=now)
    return person


def replace_address(
    session: Session, actor: Actor, person_id: int, old: str, new: str, *, now: datetime
) -> Person:
    """Know somebody by another address in the place of one.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: that is no address, or another person's, or a mailbox's.
    """
    person = add_address(session, actor, person_id, new, now=now)
    if fold_address(new) != fold_address(old):
        remove_address(session, actor, person_id, old, now=now)
    return person


def add_address(
    session: Session, actor: Actor, person_id: int, address: str, *, now: datetime
) -> Person:
    """Know somebody by one more address: mail from it is theirs from now on.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: that is no address, or another person's, or a mailbox's.
    """
    person = person_for_change(session, actor, person_id)
    folded = strict_address(fold_address(address), field="address")
    check_not_ours(session, folded, "address")
    owner = person_at(session, folded)
    if owner is person:
        return person
    if owner is not None:
        raise InvalidInput("address", f"This address is {owner.shown_name}’s already.")
    if len(person.addresses) >= MOST_ADDRESSES:
        raise InvalidInput("address", f"A person has {MOST_ADDRESSES} addresses at most.")
    person.addresses.append(PersonAddress(address=folded, created_at=now))
    session.flush()
    audit.record(session, actor, AuditKind.PERSON, _name_of(person), "address", new=folded, now=now)
    return person


def remove_address(
    session: Session, actor: Actor, person_id: int, address: str, *, now: datetime
) -> Person:
    """Know somebody by this address no longer.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: it is their only one.
    """
    person = person_for_change(session, actor, person_id)
    found = next((one for one in person.addresses if one.address == fold_address(address)), None)
    if found is None:
        raise NotFound("They have no such address.")
    if len(person.addresses) == 1:
        raise InvalidInput("address", "This is their only address: add another one first.")
    session.delete(found)
    session.flush()
    session.expire(person, ["addresses"])
    audit.record(
        session, actor, AuditKind.PERSON, _name_of(person), "address", old=found.address, now=now
    )
    return person


def check_not_the_last_admin(session: Session, person: Person, field: str) -> None:
    """Refuse, naming ``field``, what would leave nobody to administer.

    :raises InvalidInput:
    """
    # Locked, so that two admins who demote each other at once do not both succeed.
    admins = session.scalars(
        select(Person.id)
        .where(Person.role == Role.ADMIN, Person.active.is_(True))
        .order_by(Person.id)
        .with_for_update()
    ).all()
    if list(admins) == [person.id]:
        raise InvalidInput(field, "This is the only admin. Make someone else an admin first.")


def person_for_change(session: Session, actor: Actor, person_id: int) -> Person:
    """The person, locked until the transaction ends.

    :raises NotAllowed: the actor is no admin.
    :raises NotFound: there is nobody of this id.
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change people.")
    person = session.get(Person, known_id(person_id), with_for_update=True)
    if person is None:
        raise NotFound("There is no such person.")
    return person


def _set(
    session: Session, actor: Actor, person: Person, field: str, new: str, now: datetime
) -> None:
    old = getattr(person, field)
    if new != old:
        name = _name_of(person)
        setattr(person, field, new)
        audit.record(session, actor, AuditKind.PERSON, name, field, old=old, new=new, now=now)


def _name_of(person: Person) -> str:
    return person.address or person.shown_name
