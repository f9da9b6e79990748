"""The staff's queue: views with counts, pages by key (never by offset), in the order of urgency."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, select, text, tuple_
from sqlalchemy.orm import Session, aliased

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import InboundMail, Person, PersonAddress, Ticket
from helpdesk.timeline import known_id
from helpdesk.vocabulary import PRIORITIES

PAGE_SIZE = 50
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


@dataclass(frozen=True)
class QueueRow:
    """One ticket in the queue."""

    id: int
    number: str
    subject: str
    preview: str
    status: str
    priority: str
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


@dataclass(frozen=True)
class QueuePage:
    """A page of a view. ``next_key`` and ``previous_key`` are opaque; empty at the ends."""

    view: View
    rows: tuple[QueueRow, ...]
    next_key: str = ""
    previous_key: str = ""


def queue_page(
    session: Session, actor: Actor, view_name: str, *, key: str = "", size: int = PAGE_SIZE
) -> QueuePage:
    """One page of a view.

    :param key: ``next_key`` or ``previous_key`` of another page; a broken one gives the first.
    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such view.
    """
    if not actor.is_staff:
        raise NotAllowed("The queue is for staff.")
    view = VIEWS.get(view_name)
    if view is None:
        raise NotFound("There is no such view.")
    backwards, position = _read_key(key, view)
    columns = _columns(view)
    ascending = view.by_urgency != backwards
    statement = _rows(actor, view)
    if position:
        # Each value as its column keeps it: a priority's name is stored as its rank.
        at = (literal(value, column.type) for value, column in zip(position, columns, strict=True))
        left, right = tuple_(*columns), tuple_(*at)
        statement = statement.where(left > right if ascending else left < right)
    order = [column.asc() if ascending else column.desc() for column in columns]
    found = [QueueRow(*row) for row in session.execute(statement.order_by(*order).limit(size + 1))]
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    has_next = more or backwards
    has_previous = (more and backwards) or (bool(position) and not backwards)
    return QueuePage(
        view,
        tuple(rows),
        _make_key("n", rows[-1], view) if rows and has_next else "",
        _make_key("p", rows[0], view) if rows and has_previous else "",
    )


def view_counts(session: Session, actor: Actor) -> dict[str, int]:
    """How many tickets each view has, capped at ``MOST_COUNTED``; not for “all” and “resolved”.

    And, as ``held``, how many mails wait in quarantine.
    """
    row = session.execute(_counts(), {"me": actor.person_id}).one()
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
        "resolved": Ticket.status == "resolved",
        "all": Ticket.id > 0,
    }
    return conditions[view.name]


def _columns(view: View) -> tuple[Any, ...]:
    if view.by_urgency:
        return (Ticket.priority, Ticket.waiting_since, Ticket.id)
    return (Ticket.updated_at, Ticket.id)


def _rows(actor: Actor, view: View) -> Select[Any]:
    requester, assignee = aliased(Person), aliased(Person)
    address = (
        select(PersonAddress.address)
        .where(PersonAddress.person_id == requester.id)
        .order_by(PersonAddress.id)
        .limit(1)
        .scalar_subquery()
    )
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
            func.coalesce(assignee.name, ""),
            Ticket.assignee_id,
            Ticket.comment_count,
            Ticket.answered,
            Ticket.waiting_since,
            Ticket.created_at,
            Ticket.updated_at,
        )
        .join(requester, requester.id == Ticket.requester_id)
        .outerjoin(assignee, assignee.id == Ticket.assignee_id)
        .where(condition_of(actor, view))
    )


def _make_key(direction: str, row: QueueRow, view: View) -> str:
    if view.by_urgency:
        position = [PRIORITIES.index(row.priority), row.waiting_since.isoformat(), row.id]
    else:
        position = [row.updated_at.isoformat(), row.id]
    return base64.urlsafe_b64encode(json.dumps([direction, *position]).encode()).decode()


def _read_key(key: str, view: View) -> tuple[bool, list[Any] | None]:
    """Whether the key walks backwards, and from where; a key of another make is no key."""
    try:
        direction, *position = json.loads(base64.urlsafe_b64decode(key))
        if view.by_urgency:
            rank, since, row_id = position
            return direction == "p", [PRIORITIES[rank], _moment(since), known_id(row_id)]
        since, row_id = position
        return direction == "p", [_moment(since), known_id(row_id)]
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError):
        return False, None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a key holds aware moments only")
    return moment.astimezone(UTC)
