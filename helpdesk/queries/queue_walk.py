"""A list of tickets is walked part by part, so that looking for what few of them have ends in time.

A part lies between two places of the list's order. Each is longer than the one before it, as long
as there is time for it; the place where the last one ended is where another page goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter, thread_time
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from helpdesk.models import Ticket
from helpdesk.rows import ask

LOOKED_AT = 1_000
"""So many tickets of a list are looked at first."""
LOOKS_FOR = 0.05
"""After so many seconds no further part is begun."""
WAITS = 4
"""So many times as long may it take by the clock on the wall, where the processor is shared."""
_WORTH_IT = 100
"""For fewer tickets no further part is begun."""
_GROWS = 6
_AIMS = 0.8
"""This share of the time that is left is planned for: the next part may be harder than the last."""

Place = Sequence[Any]


class TimeToLook:
    """How long may be looked.

    SQLite works in this very thread: what counts is the time that the processor gave to it, or a
    busy machine would end a search that costs next to nothing. Of PostgreSQL only the time that
    passes is known.
    """

    def __init__(self, session: Session, seconds: float) -> None:
        is_here = session.get_bind().dialect.name == "sqlite"
        self.clock = thread_time if is_here else perf_counter
        self._until = self.clock() + seconds
        self._at_last = perf_counter() + seconds * WAITS

    @property
    def left(self) -> float:
        """Seconds; none where it is over."""
        return max(0.0, min(self._until - self.clock(), self._at_last - perf_counter()))


@dataclass(frozen=True)
class Walk:
    """What is walked, in which order, and which of it is found."""

    columns: tuple[Any, ...]
    """The order; the last is the ticket's id."""
    ascending: bool
    shown: Sequence[ColumnElement[bool]]
    """What is found."""
    listed: Sequence[ColumnElement[bool]] = ()
    """What all have that is walked, and by which an index is chosen: to count in it how long a part
    is. Where a list is in the order of the ids these are counted instead."""
    source: FromClause | None = None
    """What is walked, tickets among it, if not tickets alone."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Of parameters."""

    def behind(self, name: str) -> ColumnElement[bool]:
        """What stands behind the place in parameters of this name: ``at_0``, ``at_1`` …"""
        left, right = _together(self.columns), self._place(name)
        return left > right if self.ascending else left < right  # type: ignore[no-any-return]

    def up_to(self, name: str) -> ColumnElement[bool]:
        """What stands before such a place, or at it."""
        left, right = _together(self.columns), self._place(name)
        return left <= right if self.ascending else left >= right  # type: ignore[no-any-return]

    def ordered(self, statement: Select[Any]) -> Select[Any]:
        """The statement in the order of the walk."""
        return statement.order_by(
            *(one.asc() if self.ascending else one.desc() for one in self.columns)
        )

    def _place(self, name: str) -> Any:
        # Each value as its column keeps it: a priority's name is stored as its rank.
        values = enumerate(self.columns)
        return _together([bindparam(f"{name}_{index}", type_=one.type) for index, one in values])


def look(
    session: Session, walk: Walk, place: Place | None, size: int, time: TimeToLook | None
) -> tuple[list[int], Place | None]:
    """The next ids of a walk from a place on; and, where time ran out before there were as many as
    wanted, the place up to which all is told.

    :param time: None to look at all there is.
    """
    parts = _Parts(session, walk)
    found: list[int] = []
    clock = time.clock if time else perf_counter
    many, before = LOOKED_AT, (0, 0.0)
    while True:
        began = clock()
        end = parts.end(place, many)
        found += parts.ids(place, end, size - len(found))
        if len(found) >= size or end is None:
            return found, None
        left = time.left if time else 0.0
        if time and not left:
            return found, end
        took, place = (many, clock() - began), end
        many *= _GROWS
        if time and (can := int(_AIMS * left / max(_each(took, before), 1e-9))) < many:
            if can < _WORTH_IT:
                return found, end
            many = can
        before = took


def _each(took: tuple[int, float], before: tuple[int, float]) -> float:
    """Seconds for each ticket of the next part: what a longer part took more than a shorter one,
    for any part takes some time by itself.
    """
    more, longer = took[0] - before[0], took[1] - before[1]
    return longer / more if more > 0 and longer > 0 else took[1] / took[0]


def rest(session: Session, walk: Walk, place: Place | None, size: int) -> list[int]:
    """The next ids of a walk of few tickets."""
    return _Parts(session, walk).ids(place, None, size)


class _Parts:
    """The statements of a walk."""

    def __init__(self, session: Session, walk: Walk) -> None:
        self._session, self._walk = session, walk
        self._columns = walk.columns
        self._is_by_id = len(walk.columns) == 1
        self._made: dict[tuple[bool, bool], Select[Any]] = {}
        self._last = -1

    def ids(self, place: Place | None, end: Place | None, size: int) -> list[int]:
        """Those found behind a place, up to another and with it."""
        kind = (place is not None, end is not None)
        if kind not in self._made:
            self._made[kind] = self._statement(*kind)
        values = {f"at_{index}": value for index, value in enumerate(place or ())}
        values |= {f"to_{index}": value for index, value in enumerate(end or ())}
        rows = ask(self._session, self._made[kind], size=size, **self._walk.values, **values)
        return list(rows.scalars())

    def end(self, place: Place | None, many: int) -> Place | None:
        """The place of the ticket that stands so many behind; None where there are fewer."""
        if self._is_by_id:
            if self._last < 0:
                self._last = self._session.scalar(select(func.max(Ticket.id))) or 0
            at = place[0] if place else (0 if self._walk.ascending else self._last + 1)
            to = at + many if self._walk.ascending else at - many
            return [to] if 0 < to < self._last else None
        statement = self._walk.ordered(select(*self._columns).where(*self._walk.listed))
        if place is not None:
            statement = statement.where(self._walk.behind("at"))
        values = {f"at_{index}": value for index, value in enumerate(place or ())}
        skipped = bindparam("many", type_=Integer())
        statement = statement.limit(1).offset(skipped)
        rows = ask(self._session, statement, many=many - 1, **self._walk.values, **values)
        found = rows.one_or_none()
        return found and list(found)

    def _statement(self, has_place: bool, has_end: bool) -> Select[Any]:
        walk, statement = self._walk, select(self._columns[-1]).where(*self._walk.shown)
        if walk.source is not None:
            statement = statement.select_from(walk.source)
        within = [walk.behind("at")] if has_place else []
        within += [walk.up_to("to")] if has_end else []
        statement = statement.where(*within)
        return self._walk.ordered(statement).limit(bindparam("size", type_=Integer()))


def _together(values: Sequence[Any]) -> Any:
    return tuple_(*values) if len(values) > 1 else values[0]
