"""The history of a ticket: one line for one act, and what of it can be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.db import AnyRow
from helpdesk.models import HistoryField
from helpdesk.queries.people import PersonView, people
from helpdesk.queries.ticket_statements import BULKS, changes_of
from helpdesk.rows import ask
from helpdesk.tickets.acts import (
    BROUGHT_ALONG,
    HEADS,
    MOVES,
    acts,
    each_by_itself,
    is_together,
    left_by,
    old_and_new,
    parts_of,
    standing,
)

_UNSEEN = "a ticket that you do not see"


@dataclass(frozen=True)
class BulkOfChange:
    """A change of many tickets, as the history of one of them names it."""

    id: int
    others: int
    """How many tickets besides."""


@dataclass(frozen=True)
class ChangeView:
    """One line of the history: a change, or the steps of a walk to a status."""

    id: int
    by: PersonView | None
    field: str
    old_value: str
    new_value: str
    reason: str
    created_at: datetime
    can_be_undone: bool = False
    """Whether the field is as this act left it, and can go back."""
    bulk: BulkOfChange | None = None
    """The change of many tickets that it is of."""
    parts: tuple[ChangeView, ...] = ()
    """Of a macro what it changed, of an answer what else it changed, of another act what came along
    with it."""
    about: str = ""
    """Of a field that the team has made: its name."""
    key: str = ""
    """And its key."""
    undoes: tuple[ChangeView, ...] = ()
    """Of an answer what of all that it changed would be undone; empty for all of it."""

    @property
    def moves_messages(self) -> bool:
        """Whether messages went to another ticket by it, or came from one."""
        return self.field in MOVES

    @property
    def is_several(self) -> bool:
        """Whether it is of several things, none of which stands for the others."""
        return bool(self.parts) and self.field not in HEADS

    @property
    def changed_by(self) -> str:
        return self.by.name if self.by else "Postdesk"


def history(session: Session, ticket_id: int, actor: Actor | None = None) -> tuple[ChangeView, ...]:
    """The history of a ticket, oldest first, each single step; other tickets are named as far as
    the actor may see them, where one is given.
    """
    changes, unseen = changes_of(session, actor, ticket_id)
    known = people(session, (change.changed_by_id for change in changes))
    return lines_of([[change] for change in changes], known, unseen=unseen)


def changed_at(
    session: Session, actor: Actor, ticket_id: int, at: datetime
) -> tuple[ChangeView, ...]:
    """What the actor changed on a ticket at one moment, a line for each act."""
    changes, unseen = changes_of(session, actor, ticket_id)
    own = [row for row in changes if (row.created_at, row.changed_by_id) == (at, actor.person_id)]
    known = people(session, [row.changed_by_id for row in own])
    return lines_of(acts(own), known, unseen=unseen)


def bulks_on(session: Session, ticket_id: int) -> dict[int, BulkOfChange]:
    """The changes of many tickets by the rows of the history that they wrote."""
    rows = ask(session, BULKS, ticket_id=ticket_id)
    return {change_id: BulkOfChange(bulk_id, total - 1) for change_id, bulk_id, total in rows}


def lines_of(
    changes: Sequence[Sequence[AnyRow]],
    known: Mapping[int, PersonView],
    bulks: Mapping[int, BulkOfChange] = MappingProxyType({}),
    gone: Collection[int] = (),
    unseen: Collection[int] = (),
) -> tuple[ChangeView, ...]:
    """A line for each act.

    :param changes: acts, oldest first.
    :param known: who did them.
    :param bulks: the changes of many tickets by the last rows of what they did here.
    :param gone: the first rows of what cannot be undone though it stands.
    :param unseen: rows that name a ticket which the reader does not see.
    """
    left, out = left_by(changes), {*gone, *unseen}
    views = []
    for act in changes:
        back = [part for part in standing(act, left) if part[0].id not in out]
        several = parts_of(act) if is_together(act) else [act]
        line, *others = (_line(part, known, unseen) for part in several)
        views.append(
            replace(
                line,
                id=act[-1].id,
                can_be_undone=bool(back),
                bulk=bulks.get(act[-1].id),
                parts=(*line.parts, *others),
                undoes=tuple(_line(part, known, unseen) for part in back) if others else (),
            )
        )
    return tuple(views)


def _line(
    act: Sequence[AnyRow], known: Mapping[int, PersonView], unseen: Collection[int] = ()
) -> ChangeView:
    """What an act changed, whether or not it can be undone."""
    first, last = act[0], act[-1]
    old, new = old_and_new(act)
    if first.id in unseen:
        old, new = old and _UNSEEN, new and _UNSEEN
    told = parts_of(act)
    if first.field != HistoryField.MACRO:
        is_tags = first.field == HistoryField.TAG  # told together, by the line itself
        rest = [row for row in act[1:] if not (is_tags and row.field == first.field)]
        told = each_by_itself([row for row in rest if row.reason == BROUGHT_ALONG])
    return ChangeView(
        last.id,
        known[first.changed_by_id] if first.changed_by_id else None,
        first.field,
        old,
        new,
        (first if first.field in HEADS else last).reason,
        last.created_at,
        parts=tuple(_line(part, known) for part in told),
        about=first.field_name or "",
        key=first.field_key or "",
    )
