"""Which tickets of a list a search finds: by what few have, by the full text, or one after another.

Whatever is asked for, a page of it ends in time (see :mod:`helpdesk.queries.queue_walk`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import Any

from sqlalchemy import ColumnElement, false, func, join
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Ticket
from helpdesk.queries import queue_walk
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue_order import MOST_SORTED, WalkOrder, of_found
from helpdesk.queries.queue_walk import Place, TimeToLook, Walk, look
from helpdesk.queries.search_few import few_found, few_with, is_among, is_postgresql
from helpdesk.queries.search_query import SearchQuery
from helpdesk.queries.search_words import TicketsFound, Words, rarest_first
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.queries.views import View, as_indexed, condition, me_value, narrowing
from helpdesk.vocabulary import PRIORITIES


@dataclass(frozen=True)
class LookedFor:
    """What is looked for, in which order, and from where on."""

    actor: Actor
    view: View
    wanted: QueueFilter
    order: WalkOrder
    words: Words | None
    backwards: bool
    place: Place | None
    besides: int = 0
    """The id of a ticket that is left out: it stands above the others."""

    @property
    def goes_up(self) -> bool:
        return self.order.ascending != self.backwards

    def walk(
        self,
        shown: Sequence[ColumnElement[bool]],
        *,
        columns: tuple[Any, ...] | None = None,
        listed: Sequence[ColumnElement[bool]] = (),
        found: TicketsFound | None = None,
    ) -> Walk:
        """The walk of this list, which finds what is shown.

        :param found: a table in whose order it goes.
        """
        source = None
        if found is not None:
            columns = (found.ticket_id,)
            shown = [found.holds, *shown]
            source = join(found.table, Ticket.__table__, found.ticket_id == Ticket.id)
        values = {"me": self.actor.person_id}
        columns = columns or self.order.columns
        return Walk(columns, self.goes_up, shown, listed, source, values)


@dataclass(frozen=True)
class TicketIds:
    """The ids of tickets, in order."""

    ids: Sequence[int]
    end: Place | None = None
    """Where time ran out: up to there all is told."""
    is_cut: bool = False
    """Whether it did."""


def named_ticket(session: Session, asked: LookedFor) -> int:
    """The id of the ticket whose number is looked for, and nothing else, if the list shows it; else
    0. It comes before those that mention it.
    """
    number = _number_in(asked.wanted.query)
    if not number or asked.wanted.sort or asked.words is None:
        return 0
    narrowed = narrowing(asked.actor, asked.view, asked.wanted)
    shown = [condition(me_value(), asked.view), *narrowed, asked.words.of_each]
    walk = asked.walk([Ticket.number == number, *shown])
    return next(iter(queue_walk.rest(session, walk, None, 1)), 0)


_NUMBER = re.compile(r"(?:tkt)?(20\d{9,18})")


def _number_in(query: SearchQuery) -> str:
    """The ticket's number that is the one word that is looked for; else empty."""
    groups = (*((term,) for term in query.terms), *query.either)
    if len(groups) != 1 or len(groups[0][0].words) != 1:
        return ""
    found = _NUMBER.fullmatch(groups[0][0].words[0])
    return f"TKT{found[1]}" if found else ""


def found_in(session: Session, asked: LookedFor, size: int, time: TimeToLook | None) -> TicketIds:
    """The next tickets of a list.

    :param time: None to look at all there is.
    """
    narrowed = narrowing(asked.actor, asked.view, asked.wanted)
    if asked.besides:
        narrowed.append(Ticket.id != asked.besides)
    # SQLite prefers the index of any value to that of the order, and reads all that have it, as
    # does PostgreSQL where it takes many values for few: of a condition within a function they
    # know none.
    hidden: list[ColumnElement[bool]] = [func.coalesce(one, false()) for one in narrowed]
    if not is_postgresql(session):
        narrowed = hidden
    in_view = condition(me_value(), asked.view)
    shown = [in_view, *narrowed]
    few = few_found(session, asked.actor, asked.view, asked.wanted)
    if few is not None:
        each = [asked.words.of_each] if asked.words else []
        return TicketIds(_of_few(session, asked, few, [*shown, *each], asked.place, size))
    if asked.order.sorts_found:
        return _sorted(session, asked, shown, size, time)
    if asked.words:
        return _by_words(session, asked, shown, size, time)
    if asked.order.found:
        return _looked(session, asked.walk(shown, found=asked.order.found), asked, size, time)
    listed = [in_view, *as_indexed(asked.view, asked.order), *_of_one_priority(asked)]
    if asked.order.is_by_day:
        queries = asked.view.narrowed.query, asked.wanted.query
        before = min(one.created_before for one in queries if one.created_before)
        hidden, listed = [in_view, *hidden], [IN_INBOX, Ticket.created_at < before]
    walk = asked.walk([*hidden, *listed], listed=listed)
    return _looked(session, walk, asked, size, time)


def _of_one_priority(asked: LookedFor) -> list[ColumnElement[bool]]:
    """Of a list by urgency, those of one priority stand together: no others are walked."""
    if asked.order.columns[0] is not Ticket.priority:
        return []
    both = (asked.view.narrowed, asked.wanted)
    chosen = {one for each in both for one in (each.priority, each.query.priority)}
    return [Ticket.priority == one for one in chosen if one in PRIORITIES]


def _looked(
    session: Session, walk: Walk, asked: LookedFor, size: int, time: TimeToLook | None
) -> TicketIds:
    ids, end = look(session, walk, asked.place, size, time)
    return TicketIds(ids, end, end is not None)


def _of_few(
    session: Session,
    asked: LookedFor,
    few: list[int],
    shown: Sequence[ColumnElement[bool]],
    place: Place | None,
    size: int,
) -> list[int]:
    """Those of a few tickets that are shown, in the order of the list."""
    if not few:
        return []
    return queue_walk.rest(session, asked.walk([is_among(session, few), *shown]), place, size)


def _sorted(
    session: Session,
    asked: LookedFor,
    shown: Sequence[ColumnElement[bool]],
    size: int,
    time: TimeToLook | None,
) -> TicketIds:
    """Of much that is found, the newest, in another order."""
    assert asked.order.found is not None
    order = of_found(asked.order.found)
    newest = replace(asked, order=order, backwards=False, place=None)
    if asked.words:
        found = _by_words(session, newest, shown, MOST_SORTED, time)
    else:
        walk = newest.walk(shown, found=order.found)
        found = _looked(session, walk, newest, MOST_SORTED, time)
    ids = _of_few(session, asked, list(found.ids), [], asked.place, size)
    return TicketIds(ids, None, found.is_cut)


def _by_words(
    session: Session,
    asked: LookedFor,
    shown: Sequence[ColumnElement[bool]],
    size: int,
    time: TimeToLook | None,
) -> TicketIds:
    """The newest tickets with these words."""
    words = asked.words
    assert words is not None
    by_index = asked.walk(shown, found=words.found)
    if words.is_walked and words.is_index:
        return _looked(session, by_index, asked, size, time)
    # Of words that many tickets have, the newest are quickly found among the newest tickets.
    each = asked.walk([*shown, words.of_each], columns=(Ticket.id,))
    if not words.is_index:
        return _looked(session, each, asked, size, time)
    began = perf_counter()
    ids, end = look(session, each, asked.place, size, TimeToLook(session, 0))
    if end is None:
        return TicketIds(ids)
    left, now = size - len(ids), perf_counter()
    if not is_postgresql(session):
        return TicketIds([*ids, *queue_walk.rest(session, by_index, end, left)])
    # By the index all are found, before any is told: where they are not quickly found without.
    seconds = time.left if time else None
    is_slow = seconds is None or not ids or (now - began) * left / len(ids) > seconds
    few = _few_with(session, words, seconds) if is_slow else None
    if few is not None:
        each_of_few = [*shown, words.of_each]
        return TicketIds([*ids, *_of_few(session, asked, few, each_of_few, end, left)])
    more, end = look(session, each, end, left, time)
    return TicketIds([*ids, *more], end, end is not None)


def _few_with(session: Session, words: Words, seconds: float | None) -> list[int] | None:
    """The ids of tickets among which are all with these words: by the rarest of them, or by all."""
    began = perf_counter()
    for one in islice(rarest_first(session, words), 2):
        few = few_with(session, one, None if seconds is None else seconds / 4)
        if few is not None:
            return few
    return few_with(session, words.found, seconds and seconds - (perf_counter() - began))
