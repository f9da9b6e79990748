"""The staff's queue: views with counts, pages by key (never by offset), in the order of urgency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    bindparam,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from helpdesk.actor import Actor
from helpdesk.db import ask
from helpdesk.models import Comment, Person, PersonAddress, SavedDraft, Ticket
from helpdesk.queries.filters import (
    QueueFilter,
    TicketsFound,
    field_found,
    is_read_in_parts,
    tag_found,
    words_found,
)
from helpdesk.queries.queue_order import (
    MOST_SORTED,
    Choice,
    Sorting,
    WalkOrder,
    by_choice,
    choice_named,
    make_key,
    of_found,
    read_key,
)
from helpdesk.queries.unread import is_unread
from helpdesk.queries.views import (
    VIEWS,
    View,
    as_indexed,
    condition,
    me_value,
    narrowing,
    searched,
    shows_none,
    view_named,
)
from helpdesk.tickets.access import known_id, only_visible, visible
from helpdesk.tickets.tags import TagOnTicket, tags_of
from helpdesk.vocabulary import Priority, Status

PAGE_SIZE = 50
LOOKED_AT = (2_000, 50_000)
"""Where a word is not to be there, so many tickets are looked at for a page; then all."""
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
    leaves_at: datetime | None = None
    """When the first of its answers leaves that were written for later."""
    checklist_done: int = 0
    checklist_total: int = 0
    tags: tuple[TagOnTicket, ...] = ()


@dataclass(frozen=True)
class QueuePage:
    """A page of a view. ``next_key`` and ``previous_key`` are opaque; empty at the ends."""

    view: View
    wanted: QueueFilter
    choice: Choice
    """The order in which it is shown."""
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
    """One page of a view, narrowed by a filter, in the order that the filter chooses, or its own.

    What is found by words comes newest first; in another order come the newest of it.

    :param key: ``next_key`` or ``previous_key`` of another page; a broken one gives the first.
    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such view.
    """
    view = view_named(session, actor, view_name)
    if shows_none(view, wanted):
        return QueuePage(view, wanted, choice_of(view, wanted), ())
    order = _order_of(session, view, wanted)
    backwards, position = read_key(key, order)
    if wanted.is_empty and not view.saved_id:
        chosen, seen = choice_of(view, wanted), actor.mailbox_ids
        statement = _whole_view(view.name, chosen, seen, backwards, bool(position))
    else:
        statement = _rows(view, order, narrowing(actor, view, wanted), backwards, bool(position))
    walk = (order, backwards, position)
    found = [QueueRow(*row) for row in _walked(session, statement, walk, actor, size + 1)]
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    has_next = more or backwards
    has_previous = (more and backwards) or (bool(position) and not backwards)
    return QueuePage(
        view,
        wanted,
        _shown_choice(view, wanted, order),
        tuple(rows),
        make_key("n", rows[-1], order) if rows and has_next else "",
        make_key("p", rows[0], order) if rows and has_previous else "",
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
    view = view_named(session, actor, view_name)
    order = _order_of(session, view, wanted)
    standing = only_visible(row_statement().where(Ticket.id == known_id(ticket_id)), actor)
    found = ask(session, standing, me=actor.person_id).one_or_none()
    if found is None:
        return "", ""
    place = order.read(*order.place(QueueRow(*found)))
    statement = _rows(view, order, narrowing(actor, view, wanted), backwards, True)
    walk = (order, backwards, place)
    row = next(iter(_walked(session, statement, walk, actor, 1)), None)
    return (row.number, make_key("n", QueueRow(*row), order)) if row else ("", "")


def choice_of(view: View, wanted: QueueFilter) -> Choice:
    """In which order a view is shown that nothing else narrows."""
    return (
        choice_named(view.root, wanted.sort)
        or choice_named(view.root, view.sort)
        or Choice(view.sorting)
    )


def _walked(
    session: Session,
    statement: Select[Any],
    walk: tuple[WalkOrder, bool, Sequence[Any] | None],
    actor: Actor,
    size: int,
) -> Sequence[Any]:
    """The next rows of a walk: in which order, whether backwards, and from which place."""
    place = {f"at_{index}": value for index, value in enumerate(walk[2] or ())}
    rows: Sequence[Any] = ()
    for part in _parts(session, *walk):
        rows = ask(session, statement, me=actor.person_id, size=size, **place, **part).all()
        if len(rows) == size:
            break
    return rows


def _parts(
    session: Session, order: WalkOrder, backwards: bool, position: Sequence[Any] | None
) -> Iterator[dict[str, int]]:
    """Between which ids tickets are looked for, where they are found among some at a time: in more
    and more, until a page of them is found.
    """
    if not (order.found and order.found.is_near):
        yield {}
        return
    newest = session.scalar(select(func.max(Ticket.id))) or 0
    goes_up = order.ascending != backwards
    at = position[0] if position else (0 if goes_up else newest)
    for many in (*LOOKED_AT, newest):
        low, high = (at, at + many) if goes_up else (at - many, at)
        yield {"from_id": low, "to_id": high}
        if (high >= newest) if goes_up else (low <= 0):
            return


def _shown_choice(view: View, wanted: QueueFilter, order: WalkOrder) -> Choice:
    is_newest_first = order.found is not None and not order.sorts_found and not order.ascending
    return Choice(Sorting.CREATED) if is_newest_first else choice_of(view, wanted)


def _order_of(session: Session, view: View, wanted: QueueFilter) -> WalkOrder:
    chosen = choice_named(view.root, wanted.sort) or choice_named(view.root, view.sort)
    query, tags = searched(view, wanted), (*view.narrowed.tags, *wanted.tags)
    if query.has_words:
        is_walked = is_read_in_parts(session, query) and _is_by_id(chosen)
        found = words_found(session, query, near=is_walked)
    elif tags and (view.sorting is Sorting.CHANGE or chosen):
        # All tickets there are: of a few among them, the tag's own index is walked. The other views
        # are short, and are walked in their own order.
        found = tag_found(tags[0])
    elif query.fields and (view.sorting is Sorting.CHANGE or chosen):
        by_field = field_found(session, query.fields)
        if by_field is None:
            return by_choice(choice_of(view, wanted))
        found = by_field
    else:
        return by_choice(choice_of(view, wanted))
    if chosen is None or chosen.sorting is Sorting.CREATED:
        return of_found(found, ascending=chosen is not None and chosen.is_reversed)
    return replace(by_choice(chosen), found=found, sorts_found=True)


def _is_by_id(chosen: Choice | None) -> bool:
    return chosen is None or chosen.sorting is Sorting.CREATED


def _together(values: Sequence[Any]) -> Any:
    return tuple_(*values) if len(values) > 1 else values[0]


@lru_cache(maxsize=1024)
def _whole_view(
    view_name: str,
    choice: Choice,
    mailbox_ids: tuple[int, ...] | None,
    backwards: bool,
    positioned: bool,
) -> Select[Any]:
    """The rows of a page of a view that nothing narrows but what its reader may see, made once:
    most of what is asked.
    """
    view = VIEWS[view_name]
    return _rows(view, by_choice(choice), visible(mailbox_ids), backwards, positioned)


def _rows(
    view: View,
    order: WalkOrder,
    narrowed: Sequence[ColumnElement[bool]],
    backwards: bool,
    positioned: bool,
) -> Select[Any]:
    """The rows of a page: for whom (``me``), how many (``size``) and, if ``positioned``, from which
    place (``at_0`` …) are parameters.
    """
    shown = [condition(me_value(), view), *narrowed]
    if order.found and order.sorts_found:
        newest = _newest(order.found, shown)
        statement = row_statement().join(newest, newest.c.id == Ticket.id)
    elif order.found:
        statement = row_statement().join(order.found.table, order.found.ticket_id == Ticket.id)
        statement = statement.where(order.found.holds, *shown)
    else:
        statement = row_statement().where(*shown, *as_indexed(view, order))
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


def _newest(found: TicketsFound, shown: Sequence[ColumnElement[bool]]) -> Subquery:
    """The ids of the newest tickets that are found and shown, as many as may be sorted."""
    return (
        select(found.ticket_id.label("id"))
        .select_from(found.table)
        .join(Ticket, Ticket.id == found.ticket_id)
        .where(found.holds, *shown)
        .order_by(found.ticket_id.desc())
        .limit(MOST_SORTED)
        .subquery()
    )


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
            _next_to_leave(),
            Ticket.checklist_done,
            Ticket.checklist_total,
            tags_of(Ticket.id),
        )
        .join(requester, requester.id == Ticket.requester_id)
        .outerjoin(assignee, assignee.id == Ticket.assignee_id)
    )


def _next_to_leave() -> Any:
    """Of what leaves in some seconds, and can be undone until then, a row says nothing."""
    return (
        select(Comment.leaves_at)
        .where(
            Comment.ticket_id == Ticket.id,
            Comment.leaves_at.is_not(None),
            Comment.status_after != "",
        )
        .order_by(Comment.leaves_at)
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def _first_address(person: type[Person]) -> Any:
    return (
        select(PersonAddress.address)
        .where(PersonAddress.person_id == person.id)
        .order_by(PersonAddress.id)
        .limit(1)
        .scalar_subquery()
    )
