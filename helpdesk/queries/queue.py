"""The staff's queue: views with counts, pages by key (never by offset), in the order of urgency."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from helpdesk.actor import Actor
from helpdesk.db import ask
from helpdesk.models import Person, PersonAddress, SavedDraft, Ticket
from helpdesk.queries.filters import QueueFilter, TicketsFound, conditions, tag_found, words_found
from helpdesk.queries.unread import is_unread
from helpdesk.queries.views import VIEWS, Sorting, View, condition, me_value, shows_none, view_named
from helpdesk.tickets.access import known_id
from helpdesk.tickets.tags import TagOnTicket, tags_of
from helpdesk.vocabulary import PRIORITIES, Priority, Status

PAGE_SIZE = 50
ANY = QueueFilter()


@dataclass(frozen=True)
class QueueRow:
    """One ticket in the queue."""

    id: int
    number: str
    subject: str
    preview: str
    status: Status
    priority: Priority
    category: str
    requester_name: str
    requester_address: str
    assignee_name: str
    assignee_id: int | None
    comment_count: int
    answered: bool
    waiting_since: datetime
    created_at: datetime
    updated_at: datetime
    someone_else_said: str = ""
    """What somebody wrote who is not on the ticket, for staff alone."""
    claimed_name: str = ""
    """What the requester calls themselves, where nothing proves it."""
    is_unread: bool = False
    """Whether somebody else wrote what the reader has not seen."""
    has_drafts: bool = False
    """Whether anybody of staff has begun to write."""
    has_files: bool = False
    """Whether a file came with a message or a note."""
    mailbox_id: int | None = None
    snoozed_until: datetime | None = None
    put_away_at: datetime | None = None
    """Since when it is in spam or trash."""
    tags: tuple[TagOnTicket, ...] = ()


@dataclass(frozen=True)
class QueuePage:
    """A page of a view. ``next_key`` and ``previous_key`` are opaque; empty at the ends."""

    view: View
    wanted: QueueFilter
    rows: tuple[QueueRow, ...]
    next_key: str = ""
    previous_key: str = ""


def queue_page(
    session: Session,
    actor: Actor,
    view_name: str,
    wanted: QueueFilter = ANY,
    *,
    key: str = "",
    size: int = PAGE_SIZE,
) -> QueuePage:
    """One page of a view, narrowed by a filter. What is found by its words comes newest first.

    :param key: ``next_key`` or ``previous_key`` of another page; a broken one gives the first.
    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such view.
    """
    view = view_named(actor, view_name)
    if shows_none(view, wanted):
        return QueuePage(view, wanted, ())
    order = _order_of(session, view, wanted)
    backwards, position = _read_key(key, order)
    if wanted == ANY:
        statement = _whole_view(view.name, backwards, bool(position))
    else:
        statement = _rows(view, order, backwards, bool(position))
        statement = statement.where(*conditions(actor, wanted))
    place = {f"at_{index}": value for index, value in enumerate(position or ())}
    answer = ask(session, statement, me=actor.person_id, size=size + 1, **place)
    found = [QueueRow(*row) for row in answer]
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    has_next = more or backwards
    has_previous = (more and backwards) or (bool(position) and not backwards)
    return QueuePage(
        view,
        wanted,
        tuple(rows),
        _make_key("n", rows[-1], order) if rows and has_next else "",
        _make_key("p", rows[0], order) if rows and has_previous else "",
    )


def neighbour(
    session: Session,
    actor: Actor,
    view_name: str,
    wanted: QueueFilter,
    ticket_id: int,
    *,
    backwards: bool = False,
) -> tuple[str, str]:
    """The number of the ticket that stands after this one in a view, or before it; and the key of
    the page that begins behind it.

    :param ticket_id: one that need not be in the view any more: its place is where it would be.
    :returns: empty ones where there is none.
    :raises NotAllowed, NotFound: as :func:`queue_page`.
    """
    view = view_named(actor, view_name)
    order = _order_of(session, view, wanted)
    standing = row_statement().where(Ticket.id == known_id(ticket_id))
    found = ask(session, standing, me=actor.person_id).one_or_none()
    if found is None:
        return "", ""
    place = order.read(*order.place(QueueRow(*found)))
    statement = _rows(view, order, backwards, True).where(*conditions(actor, wanted))
    at = {f"at_{index}": value for index, value in enumerate(place)}
    row = ask(session, statement, me=actor.person_id, size=1, **at).first()
    return (row.number, _make_key("n", QueueRow(*row), order)) if row else ("", "")


@dataclass(frozen=True)
class _Order:
    """The columns that a page is walked by, and how a row's place among them is written."""

    columns: tuple[Any, ...]
    ascending: bool
    place: Callable[[QueueRow], list[Any]]
    read: Callable[..., list[Any]]
    found: TicketsFound | None = None


def _order_of(session: Session, view: View, wanted: QueueFilter) -> _Order:
    if wanted.query.has_words:
        found = words_found(session, wanted.query)
        # By the full text's own key: it is walked in this order, and never sorted.
        return _newest_first(found)
    if wanted.tags and view.sorting is Sorting.CHANGE:
        # All tickets there are: of a few among them, the tag's own index is walked. The other views
        # are short, and are walked in their own order.
        return _newest_first(tag_found(wanted.tags[0]))
    return _order_of_view(view)


def _newest_first(found: TicketsFound) -> _Order:
    return _Order((found.ticket_id,), False, lambda row: [row.id], _read_id, found)


def _order_of_view(view: View) -> _Order:
    match view.sorting:
        case Sorting.URGENCY:
            columns = (Ticket.priority, Ticket.waiting_since, Ticket.id)
            return _Order(columns, True, _place_by_urgency, _read_urgency)
        case Sorting.CHANGE:
            return _Order((Ticket.updated_at, Ticket.id), False, _place_by_change, _read_moment)
        case Sorting.WAKING:
            return _Order((Ticket.snoozed_until, Ticket.id), True, _place_by_waking, _read_moment)
        case Sorting.PUT_AWAY:
            return _Order((Ticket.put_away_at, Ticket.id), False, _place_put_away, _read_moment)


def _together(values: Sequence[Any]) -> Any:
    return tuple_(*values) if len(values) > 1 else values[0]


@cache
def _whole_view(view_name: str, backwards: bool, positioned: bool) -> Select[Any]:
    """The rows of a page of a view that nothing narrows, made once: most of what is asked."""
    view = VIEWS[view_name]
    return _rows(view, _order_of_view(view), backwards, positioned)


def _rows(view: View, order: _Order, backwards: bool, positioned: bool) -> Select[Any]:
    """The rows of a page: for whom (``me``), how many (``size``) and, if ``positioned``, from which
    place (``at_0`` …) are parameters.
    """
    statement = row_statement().where(condition(me_value(), view))
    if order.found:
        statement = statement.join(order.found.table, order.found.ticket_id == Ticket.id)
        statement = statement.where(order.found.holds)
    ascending = order.ascending != backwards
    if positioned:
        # Each value as its column keeps it: a priority's name is stored as its rank.
        at = [
            bindparam(f"at_{index}", type_=column.type)
            for index, column in enumerate(order.columns)
        ]
        left, right = _together(order.columns), _together(at)
        statement = statement.where(left > right if ascending else left < right)
    by = [column.asc() if ascending else column.desc() for column in order.columns]
    return statement.order_by(*by).limit(bindparam("size", type_=Integer()))


def row_statement() -> Select[Any]:
    """The rows of tickets, to be narrowed: a :class:`QueueRow` each; for whom is ``me``."""
    requester, assignee = aliased(Person), aliased(Person)
    address, whose = _first_address(requester), _first_address(assignee)
    given_to: Any = func.coalesce(func.nullif(assignee.name, ""), whose, "")
    me = me_value()
    draft = select(SavedDraft.id).where(SavedDraft.ticket_id == Ticket.id).limit(1)
    return (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.subject,
            Ticket.preview,
            Ticket.status,
            Ticket.priority,
            Ticket.category,
            requester.name,
            address,
            given_to,
            Ticket.assignee_id,
            Ticket.comment_count,
            Ticket.answered,
            Ticket.waiting_since,
            Ticket.created_at,
            Ticket.updated_at,
            Ticket.someone_else_said,
            Ticket.claimed_name,
            is_unread(me),
            draft.scalar_subquery().is_not(None),
            Ticket.has_files,
            Ticket.mailbox_id,
            Ticket.snoozed_until,
            Ticket.put_away_at,
            tags_of(Ticket.id),
        )
        .join(requester, requester.id == Ticket.requester_id)
        .outerjoin(assignee, assignee.id == Ticket.assignee_id)
    )


def _first_address(person: type[Person]) -> Any:
    return (
        select(PersonAddress.address)
        .where(PersonAddress.person_id == person.id)
        .order_by(PersonAddress.id)
        .limit(1)
        .scalar_subquery()
    )


def _place_by_urgency(row: QueueRow) -> list[Any]:
    return [PRIORITIES.index(row.priority), row.waiting_since.isoformat(), row.id]


def _place_by_change(row: QueueRow) -> list[Any]:
    return [row.updated_at.isoformat(), row.id]


def _place_by_waking(row: QueueRow) -> list[Any]:
    # One that left the view meanwhile stands where it would have come first.
    return [(row.snoozed_until or datetime.min.replace(tzinfo=UTC)).isoformat(), row.id]


def _place_put_away(row: QueueRow) -> list[Any]:
    return [(row.put_away_at or datetime.max.replace(tzinfo=UTC)).isoformat(), row.id]


def _read_urgency(rank: Any, since: Any, row_id: Any) -> list[Any]:
    return [PRIORITIES[rank], _moment(since), known_id(row_id)]


def _read_moment(since: Any, row_id: Any) -> list[Any]:
    return [_moment(since), known_id(row_id)]


def _read_id(row_id: Any) -> list[Any]:
    if not isinstance(row_id, int):
        raise TypeError("an id is a number")
    return [known_id(row_id)]


def _make_key(direction: str, row: QueueRow, order: _Order) -> str:
    position = [direction, *order.place(row)]
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _read_key(key: str, order: _Order) -> tuple[bool, list[Any] | None]:
    """Whether the key walks backwards, and from where; a key of another make is no key."""
    try:
        direction, *position = json.loads(base64.urlsafe_b64decode(key))
        return direction == "p", order.read(*position)
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError):
        return False, None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a key holds aware moments only")
    return moment.astimezone(UTC)
