"""The staff's queue: views with counts, pages by key (never by offset), in the order of urgency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Ticket
from helpdesk.queries import queue_walk
from helpdesk.queries.filters import QueueFilter, field_found, tag_found
from helpdesk.queries.queue_order import (
    Choice,
    Sorting,
    WalkOrder,
    by_choice,
    by_day,
    choice_named,
    make_key,
    make_key_at,
    of_found,
    read_key,
    read_stood,
)
from helpdesk.queries.queue_rows import QueueRow, row_statement
from helpdesk.queries.queue_search import LookedFor, TicketIds, found_in, named_ticket
from helpdesk.queries.search_words import Words, words_sought
from helpdesk.queries.views import (
    VIEWS,
    View,
    as_indexed,
    condition,
    me_value,
    searched,
    shows_none,
    view_named,
)
from helpdesk.rows import ask
from helpdesk.tickets.access import known_id, only_visible

PAGE_SIZE = 50
ANY = QueueFilter()


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
    is_cut: bool = False
    """Whether time ran out before all tickets were looked at, and fewer were found than wanted."""


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

    What is found by words comes newest first; in another order come the newest of it. Where looking
    takes too long, the page has what was found until then, and its key leads to the rest.

    :param key: ``next_key`` or ``previous_key`` of another page; a broken one gives the first.
    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such view.
    """
    time = queue_walk.TimeToLook(session, queue_walk.LOOKS_FOR)
    view = view_named(session, actor, view_name)
    if shows_none(view, wanted):
        return QueuePage(view, wanted, choice_of(view, wanted), ())
    order, words = _order_of(session, view, wanted)
    backwards, position = read_key(key, order)
    if wanted.is_empty and not view.saved_id and actor.mailbox_ids is None:
        found, rows = TicketIds(()), _whole_page(session, actor, view, wanted, (key, size + 1))
    else:
        asked = LookedFor(actor, view, wanted, order, words, backwards, position)
        found = _found(session, asked, size + 1, time)
        rows = _rows(session, actor, found.ids)
    return _page(view, wanted, order, rows[: size + 1], (backwards, position, size, found))


def _found(
    session: Session, asked: LookedFor, size: int, time: queue_walk.TimeToLook | None
) -> TicketIds:
    """The next tickets; the one whose number was typed stands above all others."""
    first = named_ticket(session, asked)
    if not first:
        return found_in(session, asked, size, time)
    asked = replace(asked, besides=first)
    if asked.place is None and not asked.backwards:
        found = found_in(session, asked, size - 1, time)
        return replace(found, ids=[first, *found.ids])
    found = found_in(session, asked, size, time)
    is_at_top = asked.backwards and found.end is None and len(found.ids) < size
    return replace(found, ids=[*found.ids, first]) if is_at_top else found


def _page(
    view: View,
    wanted: QueueFilter,
    order: WalkOrder,
    found: list[QueueRow],
    walked: tuple[bool, Sequence[Any] | None, int, TicketIds],
) -> QueuePage:
    backwards, position, size, looked = walked
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    has_next = more or backwards
    has_previous = (more and backwards) or (bool(position) and not backwards)
    next_key = make_key("n", rows[-1], order) if rows and has_next else ""
    previous_key = make_key("p", rows[0], order) if rows and has_previous else ""
    ahead, behind = "pn" if backwards else "np"
    if looked.end is not None:  # where it ended, it goes on
        key = make_key_at(ahead, looked.end)
        next_key, previous_key = (next_key, key) if backwards else (key, previous_key)
    if position and not rows:  # back to what stands before where it began, and at that place
        is_up = order.ascending != backwards
        key = make_key_at(behind, [*position[:-1], position[-1] + (1 if is_up else -1)])
        next_key, previous_key = (key, previous_key) if backwards else (next_key, key)
    choice = Choice(Sorting.CREATED) if order.is_newest_first else choice_of(view, wanted)
    return QueuePage(view, wanted, choice, tuple(rows), next_key, previous_key, looked.is_cut)


def neighbour(
    session: Session,
    actor: Actor,
    view_name: str,
    wanted: QueueFilter,
    ticket_id: int,
    *,
    backwards: bool = False,
    stood: str = "",
) -> tuple[str, str]:
    """The number of the ticket that stands after this one in a view, or before it; and the key of
    the page that begins behind it.

    :param ticket_id: one that need not be in the view any more: its place is where it would be.
    :param stood: where it stood before what was changed since
        (:func:`helpdesk.queries.queue_order.write_stood`); else it counts where it stands now.
    :returns: empty ones where there is none.
    :raises NotAllowed, NotFound: as :func:`queue_page`.
    """
    view = view_named(session, actor, view_name)
    order, words = _order_of(session, view, wanted)
    standing = only_visible(row_statement().where(Ticket.id == known_id(ticket_id)), actor)
    found = ask(session, standing, me=actor.person_id).one_or_none()
    if found is None:
        return "", ""
    row = QueueRow(*found)
    place = order.read(*order.place(read_stood(stood, row.id) or row))
    asked = LookedFor(actor, view, wanted, order, words, backwards, place)
    first = named_ticket(session, asked)
    if first == known_id(ticket_id):
        if backwards:
            return "", ""
        asked = replace(asked, place=None)
    ids = found_in(session, replace(asked, besides=first), 1, None).ids
    rows = _rows(session, actor, ids or ([first] if first and backwards else []))
    return (rows[0].number, make_key("n", rows[0], order)) if rows else ("", "")


def count_found(
    session: Session,
    actor: Actor,
    view_name: str,
    wanted: QueueFilter,
    *,
    most: int,
    seconds: float,
) -> tuple[int, bool]:
    """How many tickets a search finds in a view, and whether there may be more: of more than
    ``most``, or where time ran out.

    :raises NotAllowed, NotFound: as :func:`queue_page`.
    """
    time = queue_walk.TimeToLook(session, seconds)
    view, wanted = view_named(session, actor, view_name), replace(wanted, sort="")
    if shows_none(view, wanted):
        return 0, False
    order, words = _order_of(session, view, wanted)
    asked = LookedFor(actor, view, wanted, order, words, False, None)
    found = found_in(session, asked, most + 1, time)
    return min(len(found.ids), most), found.is_cut or len(found.ids) > most


def choice_of(view: View, wanted: QueueFilter) -> Choice:
    """In which order a view is shown that nothing else narrows."""
    return (
        choice_named(view.root, wanted.sort)
        or choice_named(view.root, view.sort)
        or Choice(view.sorting)
    )


def _order_of(session: Session, view: View, wanted: QueueFilter) -> tuple[WalkOrder, Words | None]:
    """In which order tickets are looked at; and the words that are looked for."""
    chosen = choice_named(view.root, wanted.sort) or choice_named(view.root, view.sort)
    query, tags = searched(view, wanted), (*view.narrowed.tags, *wanted.tags)
    words, is_long = None, view.sorting is Sorting.CHANGE or chosen is not None
    if query.has_words:
        words = words_sought(session, query)
        found = words.found
    elif tags and is_long:
        # All tickets there are: of a few among them, the tag's own index is walked. The other views
        # are short, and are walked in their own order.
        found = tag_found(tags[0])
    elif query.fields and is_long and (by_field := field_found(session, query.fields)):
        found = by_field
    elif (wanted.query.created_before or view.narrowed.query.created_before) and (
        chosen is None and view.sorting is Sorting.CHANGE
    ):
        return by_day(), None
    else:
        return by_choice(choice_of(view, wanted)), None
    if chosen is None or chosen.sorting is Sorting.CREATED:
        return of_found(found, ascending=chosen is not None and chosen.is_reversed), words
    return replace(by_choice(chosen), found=found, sorts_found=True), words


def _whole_page(
    session: Session, actor: Actor, view: View, wanted: QueueFilter, walked: tuple[str, int]
) -> list[QueueRow]:
    """The rows of a page of a view that nothing narrows."""
    choice, (key, size) = choice_of(view, wanted), walked
    backwards, position = read_key(key, by_choice(choice))
    place = {f"at_{index}": value for index, value in enumerate(position or ())}
    statement = _whole_view(view.name, choice, backwards, bool(position))
    rows = ask(session, statement, me=actor.person_id, size=size, **place)
    return [QueueRow(*row) for row in rows.all()]


@lru_cache(maxsize=256)
def _whole_view(view_name: str, choice: Choice, backwards: bool, positioned: bool) -> Select[Any]:
    """The rows of a page of a view that nothing narrows, made once: most of what is asked.

    For whom (``me``), how many (``size``) and, if ``positioned``, from which place (``at_0`` …) are
    parameters.
    """
    view, order = VIEWS[view_name], by_choice(choice)
    walk = queue_walk.Walk(
        order.columns,
        order.ascending != backwards,
        [condition(me_value(), view), *as_indexed(view, order)],
    )
    statement = row_statement().where(*walk.shown)
    if positioned:
        statement = statement.where(walk.behind("at"))
    return walk.ordered(statement).limit(bindparam("size", type_=Integer()))


def _rows(session: Session, actor: Actor, ids: Sequence[int]) -> list[QueueRow]:
    """The rows of these tickets, in this order."""
    if not ids:
        return []
    statement = row_statement().where(Ticket.id.in_(ids))
    rows = {row[0]: QueueRow(*row) for row in ask(session, statement, me=actor.person_id)}
    return [rows[one] for one in ids if one in rows]
