"""What is called nearly so as an operator of a search says: a tag, a team, a mailbox, a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import FormerTagName, Person, PersonAddress, Tag, Team
from helpdesk.models.person import IS_STAFF
from helpdesk.queries.known_people import (
    is_known_domain,
    known_addresses,
    lately_written_from,
)
from helpdesk.queries.mailboxes import own_mailboxes
from helpdesk.queries.people import PEOPLE, person_of_row
from helpdesk.tickets.categories import labels
from helpdesk.tickets.custom_fields import FieldView
from helpdesk.tickets.tags import folded

_MOST_NAMES = 1000
"""Of one kind: so many are compared."""
_SHORTEST = 3
_ALIKE = 0.7
_ALIKE_ADDRESSES = 0.8
"""They have more in common that says nothing, such as their end."""


def near_name(
    session: Session, actor: Actor, operator: str, value: str, known: Iterable[FieldView] = ()
) -> str:
    """The name most like this one that the actor may know; empty where there is one that is called
    so, or begins so, and where none is like it.

    :param operator: its name, such as ``tag``, or the key of a field that the team has made.
    :param known: the fields that the actor sees.
    """
    wanted = folded(value)
    if len(wanted.removeprefix("@")) < _SHORTEST or wanted in ("me", "none"):
        return ""
    if operator in ("from", "cc"):
        return _near_address(session, actor, wanted)
    if operator == "assignee" and "@" in wanted:
        names = _staff_addresses(session, actor)
    elif operator in _NAMES:
        names = _NAMES[operator](session, actor)
    else:
        names = {
            folded(one.name): one.name
            for field in known
            if field.key == operator
            for one in field.offered
        }
    if operator in _WHOLE and wanted in names:
        return ""
    if operator not in _WHOLE and any(name.startswith(wanted) for name in names):
        return ""
    return names.get(_nearest(wanted, names), "")


def _nearest(wanted: str, names: Iterable[str], alike: float = _ALIKE) -> str:
    return next(iter(get_close_matches(wanted, names, n=1, cutoff=alike)), "")


def _near_address(session: Session, actor: Actor, wanted: str) -> str:
    """The address that is alike, or the part of one: its domain, or what is before."""
    wanted = wanted.removeprefix("@")
    if known_addresses(session, actor, wanted) or is_known_domain(session, actor, wanted):
        return ""
    domains = lately_written_from(session, actor) if "." in wanted and "@" not in wanted else ()
    if near := _nearest(wanted, sorted(domains), _ALIKE_ADDRESSES):
        return near
    # The first letters may be in another order, or one of them wrong.
    swapped = (wanted[1] + wanted[0] + wanted[2:3], wanted[0] + wanted[2:3] + wanted[1])
    for beginning in (wanted[:6], wanted[:4], wanted[:3], *swapped):
        found = known_addresses(session, actor, beginning)
        parts = {part for one in found for part in (one, one.partition("@")[0])}
        if near := _nearest(wanted, sorted(parts), _ALIKE_ADDRESSES):
            return near
    return ""


def _tags(session: Session, _: Actor) -> dict[str, str]:
    names = dict(session.execute(select(Tag.folded, Tag.name).limit(_MOST_NAMES)).all())
    before = select(FormerTagName.folded).limit(_MOST_NAMES)
    return {**{name: name for name in session.scalars(before)}, **names}


def _teams(session: Session, _: Actor) -> dict[str, str]:
    return dict(session.execute(select(Team.folded, Team.name).limit(_MOST_NAMES)).all())


def _categories(session: Session, _: Actor) -> dict[str, str]:
    return {name.casefold(): name for name in labels(session)}


def _mailboxes(session: Session, actor: Actor) -> dict[str, str]:
    names = {}
    for box in own_mailboxes(session, actor):
        for name in (box.name, box.address, box.address.rpartition("@")[0]):
            names[folded(name)] = name
    return names


def _staff(session: Session, _: Actor) -> dict[str, str]:
    """Colleagues by their names as these are shown, and by the first word of these."""
    names = {}
    for row in session.execute(PEOPLE.where(IS_STAFF).limit(_MOST_NAMES)):
        name = person_of_row(row).name
        names[folded(name.split()[0])] = name.split()[0]
        names[folded(name)] = name
    return names


def _staff_addresses(session: Session, _: Actor) -> dict[str, str]:
    theirs = select(PersonAddress.address).join(Person).where(IS_STAFF).limit(_MOST_NAMES)
    return {address: address for address in session.scalars(theirs)}


_NAMES: dict[str, Callable[[Session, Actor], dict[str, str]]] = {
    "tag": _tags,
    "team": _teams,
    "category": _categories,
    "mailbox": _mailboxes,
    "assignee": _staff,
}
"""What there is for each operator: the name by how it is compared."""
_WHOLE = ("tag", "category")
"""These find what is called just so; the others what begins so."""
