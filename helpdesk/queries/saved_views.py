"""The saved views that somebody of staff has, and how many tickets each view has for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import SavedView, Ticket
from helpdesk.queries.filters import QueueFilter, field_found, tag_found
from helpdesk.queries.queue import choice_of
from helpdesk.queries.queue_order import by_choice
from helpdesk.queries.search_words import words_found
from helpdesk.queries.unread import is_unread
from helpdesk.queries.views import (
    MOST_COUNTED,
    VIEWS,
    View,
    as_indexed,
    condition_of,
    knowing,
    narrowing,
    view_of,
)
from helpdesk.tickets.access import visible

LOOKED_AT = 2000
"""Of the tickets of a saved view, or found by its words, so many are looked at for a count."""
LOOKED_AT_FOR_UNREAD = 200
MOST_UNREAD = 100
COUNTED_UNREAD = ("mine", "unassigned", "open", "waiting")
"""The desk's own views of which it is counted how many one has not read."""
_ANY = QueueFilter()


@dataclass(frozen=True)
class ViewCount:
    """How many tickets a view has."""

    total: int
    is_more: bool
    """Whether there may be more than were counted."""
    unread: int
    """Among the first of them, those that say something one has not read."""


def all_saved_views(session: Session) -> tuple[View, ...]:
    """All saved views there are, everybody's, in the order of their places."""
    statement = (
        select(SavedView)
        .where(SavedView.deleted_at.is_(None))
        .order_by(SavedView.position, func.lower(SavedView.name), SavedView.id)
    )
    return tuple(map(view_of, session.scalars(statement)))


def views_for(actor: Actor, saved: Sequence[View]) -> list[View]:
    """Those of them that the actor has: their own, and the shared ones."""
    return [one for one in saved if one.shared or one.owner_id == actor.person_id]


def counts_of(session: Session, actor: Actor, saved: Sequence[View]) -> dict[str, ViewCount]:
    """The counts of these saved views, and how much of the desk's own is not read, by their names.

    One statement, whose cost is bounded: of each view it looks at the first tickets alone.
    """
    own, saved = [VIEWS[name] for name in COUNTED_UNREAD], knowing(session, actor, saved)
    parts = [_unread(session, actor, view) for view in own]
    parts += [_total(session, actor, view) for view in saved]
    parts += [_unread(session, actor, view) for view in saved]
    totals: dict[str, tuple[int, int]] = {}
    unread: dict[str, int] = {}
    for name, kind, looked_at, count in session.execute(union_all(*parts)):
        if kind == "total":
            totals[name] = (count or 0, looked_at)
        else:
            unread[name] = count or 0
    counts = {}
    for name, not_read in unread.items():
        total, looked_at = totals.get(name, (0, 0))
        is_more = looked_at >= LOOKED_AT or total >= MOST_COUNTED
        counts[name] = ViewCount(min(total, MOST_COUNTED), is_more, min(not_read, MOST_UNREAD))
    return counts


def _total(session: Session, actor: Actor, view: View) -> Any:
    first = _first(session, actor, view, LOOKED_AT).subquery()
    fits = case((and_(true(), *narrowing(actor, view, _ANY)), 1), else_=0)
    return (
        select(literal(view.name), literal("total"), func.count(), func.sum(fits))
        .select_from(Ticket)
        .join(first, first.c.id == Ticket.id)
    )


def _unread(session: Session, actor: Actor, view: View) -> Any:
    first = _first(session, actor, view, LOOKED_AT_FOR_UNREAD).subquery()
    fits = and_(*narrowing(actor, view, _ANY), is_unread(actor.person_id))
    return (
        select(
            literal(view.name), literal("unread"), func.count(), func.sum(case((fits, 1), else_=0))
        )
        .select_from(Ticket)
        .join(first, first.c.id == Ticket.id)
    )


def _first(session: Session, actor: Actor, view: View, most: int) -> Select[Any]:
    """The ids of the first tickets that may belong to a view: of those that its words or a tag
    find the newest, or else of the view that it narrows, in its own order.
    """
    query, tags = view.narrowed.query, view.narrowed.tags
    found = field_found(session, query.fields) if query.fields else None
    if query.has_words or tags or found:
        if query.has_words or tags:
            found = words_found(session, query) if query.has_words else tag_found(tags[0])
        assert found
        return (
            select(found.ticket_id.label("id"))
            .select_from(found.table)
            .join(Ticket, Ticket.id == found.ticket_id)
            .where(found.holds, condition_of(actor, view), *visible(actor.mailbox_ids))
            .order_by(found.ticket_id.desc())
            .limit(most)
        )
    order = by_choice(choice_of(view, _ANY))
    by = [column.asc() if order.ascending else column.desc() for column in order.columns]
    shown = [condition_of(actor, view), *visible(actor.mailbox_ids), *as_indexed(view, order)]
    return select(Ticket.id).where(*shown).order_by(*by).limit(most)
