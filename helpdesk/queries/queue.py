"""The staff's queue: views with counts, pages by key (never by offset), in the order of urgency."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, select, text, tuple_
from sqlalchemy.orm import Session, aliased

from helpdesk.actor import Actor
from helpdesk.db import ask
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import InboundMail, Person, PersonAddress, SavedDraft, Ticket
from helpdesk.queries.concerns import unseen
from helpdesk.queries.filters import QueueFilter, WordsFound, conditions, words_found
from helpdesk.queries.unread import is_unread
from helpdesk.tickets.access import known_id
from helpdesk.vocabulary import PRIORITIES, Priority, Status

PAGE_SIZE = 50
ANY = QueueFilter()
MOST_COUNTED = 1000
"""A view's count is exact below this, and “999+” from there: counting further tells nobody more."""


@dataclass(frozen=True)
class View:
    """A view of the queue. Urgent ones are sorted by priority, then by who waits longest."""

    name: str
    label: str
    by_urgency: bool


VIEWS = {
    view.name: view
    for view in (
        View("mine", "Mine", True),
        View("unassigned", "Unassigned", True),
        View("open", "Open", True),
        View("waiting", "Waiting", True),
        View("resolved", "Resolved", False),
        View("all", "All", False),
    )
}


_UNFINISHED = (Status.OPEN, Status.IN_PROGRESS, Status.WAITING)
_STATUSES: dict[str, tuple[Status, ...]] = {
    "mine": _UNFINISHED,
    "unassigned": _UNFINISHED,
    "open": (Status.OPEN, Status.IN_PROGRESS),
    "waiting": (Status.WAITING,),
    "resolved": (Status.RESOLVED,),
}


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
) -> str:
    """The number of the ticket that stands after this one in a view, or before it.

    :param ticket_id: one that need not be in the view any more: its place is where it would be.
    :returns: nothing where there is none.
    :raises NotAllowed, NotFound: as :func:`queue_page`.
    """
    view = view_named(actor, view_name)
    order = _order_of(session, view, wanted)
    standing = row_statement(VIEWS["all"]).where(Ticket.id == known_id(ticket_id))
    found = ask(session, standing, me=actor.person_id).one_or_none()
    if found is None:
        return ""
    place = order.read(*order.place(QueueRow(*found)))
    statement = _rows(view, order, backwards, True).where(*conditions(actor, wanted))
    at = {f"at_{index}": value for index, value in enumerate(place)}
    row = ask(session, statement, me=actor.person_id, size=1, **at).first()
    return QueueRow(*row).number if row else ""


def view_named(actor: Actor, name: str) -> View:
    """The view of this name.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such view.
    """
    if not actor.is_staff:
        raise NotAllowed("The queue is for staff.")
    view = VIEWS.get(name)
    if view is None:
        raise NotFound("There is no such view.")
    return view


def shows_none(view: View, wanted: QueueFilter) -> bool:
    """Whether a view has no ticket of the wanted status, ever: no database looks for them then."""
    shown = _STATUSES.get(view.name)
    asked = (wanted.status, wanted.query.status)
    return shown is not None and any(status and status not in shown for status in asked)


def view_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many tickets each view has, capped at ``MOST_COUNTED``; not for “all” and “resolved”.

    And, as ``held``, how many mails wait in quarantine; as ``concerns``, how much of what concerns
    the actor they have not seen.
    """
    row = ask(session, _counts(), me=actor.person_id).one()
    return dict(row._mapping)


@cache
def _counts() -> Select[Any]:
    """One statement for all counts, built once: every page of the desk asks it."""
    found: dict[str, Select[Any]] = {
        view.name: select(Ticket.id).where(_condition(bindparam("me"), view)).limit(MOST_COUNTED)
        for view in VIEWS.values()
        if view.by_urgency
    }
    held = text("inbound_mail.state = 'held'")
    found["held"] = select(InboundMail.id).where(held).limit(MOST_COUNTED)
    found["concerns"] = unseen(bindparam("me")).limit(MOST_COUNTED)
    return select(
        *(
            select(func.count()).select_from(rows.subquery()).scalar_subquery().label(name)
            for name, rows in found.items()
        )
    )


def condition_of(actor: Actor, view: View) -> ColumnElement[bool]:
    """Which tickets a view shows to this actor."""
    return _condition(actor.person_id, view)


def _condition(me: Any, view: View) -> ColumnElement[bool]:
    # Written out, word for word as the partial indexes are, and not as parameters: only so do
    # both planners use them.
    unfinished = text("ticket.status IN ('open', 'in_progress', 'waiting')")
    conditions: dict[str, ColumnElement[bool]] = {
        "mine": and_(Ticket.assignee_id == me, unfinished),
        "unassigned": and_(Ticket.assignee_id.is_(None), unfinished),
        "open": and_(text("ticket.status IN ('open', 'in_progress')")),
        "waiting": and_(text("ticket.status = 'waiting'")),
        "resolved": Ticket.status == Status.RESOLVED,
        "all": Ticket.id > 0,
    }
    return conditions[view.name]


@dataclass(frozen=True)
class _Order:
    """The columns that a page is walked by, and how a row's place among them is written."""

    columns: tuple[Any, ...]
    ascending: bool
    place: Callable[[QueueRow], list[Any]]
    read: Callable[..., list[Any]]
    found: WordsFound | None = None


def _order_of(session: Session, view: View, wanted: QueueFilter) -> _Order:
    if wanted.query.has_words:
        found = words_found(session, wanted.query)
        # By the full text's own key: it is walked in this order, and never sorted.
        return _Order((found.ticket_id,), False, lambda row: [row.id], _read_id, found)
    return _order_of_view(view)


def _order_of_view(view: View) -> _Order:
    if view.by_urgency:
        columns = (Ticket.priority, Ticket.waiting_since, Ticket.id)
        return _Order(columns, True, _place_by_urgency, _read_urgency)
    return _Order((Ticket.updated_at, Ticket.id), False, _place_by_change, _read_change)


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
    statement = row_statement(view)
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


def row_statement(view: View) -> Select[Any]:
    """The rows of a view, to be narrowed: a :class:`QueueRow` each; for whom is ``me``."""
    requester, assignee = aliased(Person), aliased(Person)
    address, whose = _first_address(requester), _first_address(assignee)
    given_to: Any = func.coalesce(func.nullif(assignee.name, ""), whose, "")
    me = bindparam("me", type_=Ticket.assignee_id.type)
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
        )
        .join(requester, requester.id == Ticket.requester_id)
        .outerjoin(assignee, assignee.id == Ticket.assignee_id)
        .where(_condition(me, view))
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


def _read_urgency(rank: Any, since: Any, row_id: Any) -> list[Any]:
    return [PRIORITIES[rank], _moment(since), known_id(row_id)]


def _read_change(since: Any, row_id: Any) -> list[Any]:
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
