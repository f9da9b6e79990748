"""In which order a list of tickets is walked, page by page: the view's own, or a chosen one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from helpdesk.models import Ticket
from helpdesk.queries.search_words import TicketsFound
from helpdesk.tickets.access import known_id
from helpdesk.vocabulary import PRIORITIES, Priority

MOST_SORTED = 2000
"""Of what is found by words or by a tag, so many are sorted: the newest."""


class Sorting(StrEnum):
    """By what a list shows its tickets."""

    URGENCY = "urgency"
    """By priority, then by who waits longest."""
    WAITING = "waiting"
    """Who waits longest comes first."""
    CREATED = "created"
    """The newest ticket comes first."""
    CHANGE = "updated"
    """What changed last comes first."""
    WAKING = "waking"
    """What wakes first comes first."""
    PUT_AWAY = "put_away"
    """What was put away last comes first."""


_UNFINISHED = (Sorting.URGENCY, Sorting.WAITING, Sorting.CREATED, Sorting.CHANGE)
_EVERY_TICKET = (Sorting.CHANGE, Sorting.CREATED)
OFFERED: dict[str, tuple[Sorting, ...]] = {
    **dict.fromkeys(("mine", "unassigned", "open", "waiting"), _UNFINISHED),
    **dict.fromkeys(("resolved", "closed", "all"), _EVERY_TICKET),
    "snoozed": (Sorting.WAKING,),
    **dict.fromkeys(("spam", "trash"), (Sorting.PUT_AWAY,)),
}
"""By what each view can be sorted, its own order first: each is walked by an index."""


@dataclass(frozen=True)
class Choice:
    """A chosen order: by what, and whether the other way round."""

    sorting: Sorting
    is_reversed: bool = False

    @property
    def name(self) -> str:
        """As it stands in addresses: ``created``, or ``-created`` for the other way round."""
        return f"-{self.sorting}" if self.is_reversed else str(self.sorting)


def choices_of(view_name: str) -> list[Choice]:
    """All orders that a view can be shown in."""
    return [Choice(one, back) for one in OFFERED[view_name] for back in (False, True)]


def choice_named(view_name: str, name: str) -> Choice | None:
    """The order of this name; None where this view is not shown in it."""
    return next((one for one in choices_of(view_name) if one.name == name), None)


class Placed(Protocol):
    """What a row says of its place in any order."""

    @property
    def id(self) -> int: ...
    @property
    def priority(self) -> Priority: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def waiting_since(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def snoozed_until(self) -> datetime | None: ...
    @property
    def put_away_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class WalkOrder:
    """The columns that a page is walked by, and how a row's place among them is written."""

    columns: tuple[Any, ...]
    ascending: bool
    place: Callable[[Placed], list[Any]]
    read: Callable[..., list[Any]]
    found: TicketsFound | None = None
    """In what the tickets are looked up, if not among all."""
    sorts_found: bool = False
    """Whether what is found is sorted: the newest :data:`MOST_SORTED` of it."""
    is_newest_first: bool = False
    """Whether it is this by what is asked for, and not by choice."""
    is_by_day: bool = False
    """Whether tickets are walked by when they came."""


def by_choice(choice: Choice) -> WalkOrder:
    """The order of a choice, over all tickets."""
    columns, ascending, place, read = _ORDERS[choice.sorting]
    return WalkOrder(columns, ascending != choice.is_reversed, place, read)


def of_found(found: TicketsFound, *, ascending: bool = False) -> WalkOrder:
    """By the key of the table that tickets are looked up in, newest first: it is walked in this
    order, and never sorted.
    """
    is_newest_first = not ascending
    columns = (Ticket.id,)
    return WalkOrder(columns, ascending, _place_by_id, _read_id, found, False, is_newest_first)


def by_day() -> WalkOrder:
    """By when tickets came, newest first: those from before a day stand beside one another."""
    columns = (Ticket.created_at, Ticket.id)
    order = WalkOrder(columns, False, _place_by_day, _read_moment)
    return replace(order, is_newest_first=True, is_by_day=True)


def make_key(direction: str, row: Placed, order: WalkOrder) -> str:
    """The key of the page that begins behind a row (``n``), or ends before it (``p``)."""
    return _written(direction, order.place(row))


def make_key_at(direction: str, place: Sequence[Any]) -> str:
    """The key of the page that begins behind a place (``n``), or ends before it (``p``)."""
    return _written(direction, [_plain(value) for value in place])


def _written(direction: str, place: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([direction, *place]).encode()).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return PRIORITIES.index(value) if value in PRIORITIES else value


def read_key(key: str, order: WalkOrder) -> tuple[bool, list[Any] | None]:
    """Whether the key walks backwards, and from where; a key of another make is no key."""
    try:
        direction, *position = json.loads(base64.urlsafe_b64decode(key))
        return direction == "p", order.read(*position)
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError):
        return False, None


@dataclass(frozen=True)
class Stood:
    """Where a ticket stood when somebody opened it, in whatever order."""

    id: int
    priority: Priority
    created_at: datetime
    waiting_since: datetime
    updated_at: datetime
    snoozed_until: datetime | None
    put_away_at: datetime | None


def write_stood(row: Placed) -> str:
    """Where a ticket stands now, as a page of it keeps that; opaque."""
    moments = (
        row.created_at,
        row.waiting_since,
        row.updated_at,
        row.snoozed_until,
        row.put_away_at,
    )
    return _written(
        str(PRIORITIES.index(row.priority)), [one.isoformat() if one else "" for one in moments]
    )


def read_stood(text: str, ticket_id: int) -> Stood | None:
    """Where this ticket stood, as :func:`write_stood` wrote it; None for what it did not write."""
    try:
        rank, *written = json.loads(base64.urlsafe_b64decode(text))
        created, waiting, updated, snoozed, put_away = (
            _moment(one) if one else None for one in written
        )
        if not (created and waiting and updated):
            return None
        priority = PRIORITIES[int(rank)]
        return Stood(ticket_id, priority, created, waiting, updated, snoozed, put_away)
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError):
        return None


def _place_by_id(row: Placed) -> list[Any]:
    return [row.id]


def _place_by_day(row: Placed) -> list[Any]:
    return [row.created_at.isoformat(), row.id]


def _place_by_urgency(row: Placed) -> list[Any]:
    return [PRIORITIES.index(row.priority), row.waiting_since.isoformat(), row.id]


def _place_by_waiting(row: Placed) -> list[Any]:
    return [row.waiting_since.isoformat(), row.id]


def _place_by_change(row: Placed) -> list[Any]:
    return [row.updated_at.isoformat(), row.id]


def _place_by_waking(row: Placed) -> list[Any]:
    # One that left the view meanwhile stands where it would have come first.
    return [(row.snoozed_until or datetime.min.replace(tzinfo=UTC)).isoformat(), row.id]


def _place_put_away(row: Placed) -> list[Any]:
    return [(row.put_away_at or datetime.max.replace(tzinfo=UTC)).isoformat(), row.id]


def _read_urgency(rank: Any, since: Any, row_id: Any) -> list[Any]:
    return [PRIORITIES[rank], _moment(since), known_id(row_id)]


def _read_moment(since: Any, row_id: Any) -> list[Any]:
    return [_moment(since), known_id(row_id)]


def _read_id(row_id: Any) -> list[Any]:
    if not isinstance(row_id, int):
        raise TypeError("an id is a number")
    return [known_id(row_id)]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a key holds aware moments only")
    return moment.astimezone(UTC)


_URGENT = (Ticket.priority, Ticket.waiting_since, Ticket.id)
_Columns = tuple[Any, ...]
_ORDERS: dict[
    Sorting, tuple[_Columns, bool, Callable[[Placed], list[Any]], Callable[..., list[Any]]]
] = {
    Sorting.URGENCY: (_URGENT, True, _place_by_urgency, _read_urgency),
    Sorting.WAITING: ((Ticket.waiting_since, Ticket.id), True, _place_by_waiting, _read_moment),
    Sorting.CREATED: ((Ticket.id,), False, _place_by_id, _read_id),
    Sorting.CHANGE: ((Ticket.updated_at, Ticket.id), False, _place_by_change, _read_moment),
    Sorting.WAKING: ((Ticket.snoozed_until, Ticket.id), True, _place_by_waking, _read_moment),
    Sorting.PUT_AWAY: ((Ticket.put_away_at, Ticket.id), False, _place_put_away, _read_moment),
}
"""Of each sorting: the columns, whether they ascend, and how a place is written and read."""
