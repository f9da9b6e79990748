"""What a view shows as a whole: to change all of it; and single rows of it, as they are now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Ticket
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue_rows import QueueRow, row_statement
from helpdesk.queries.search_few import few_found, is_among
from helpdesk.queries.search_words import holds_words, words_found
from helpdesk.queries.views import condition_of, narrowing, searched, shows_none, view_named
from helpdesk.rows import ask
from helpdesk.tickets.access import only_visible


def matching(
    session: Session,
    actor: Actor,
    view_name: str,
    wanted: QueueFilter,
    *,
    until: datetime | None = None,
) -> Select[int]:
    """The statement for the ids of all tickets that a view, narrowed so, shows.

    :param until: without those that came since then.
    :raises NotAllowed, NotFound: as :func:`queue_page`.
    """
    few = few_found(session, actor, view_named(session, actor, view_name), wanted)
    statement = _matching(session, actor, view_name, wanted, few)
    return statement.where(Ticket.created_at <= until) if until else statement


def _matching(
    session: Session, actor: Actor, view_name: str, wanted: QueueFilter, among: list[int] | None
) -> Select[int]:
    """:param among: ids of tickets among which are all that are asked for, if they are known."""
    view = view_named(session, actor, view_name)
    if shows_none(view, wanted):
        return select(Ticket.id).where(false())
    statement = select(Ticket.id).where(condition_of(actor, view), *narrowing(actor, view, wanted))
    query = searched(view, wanted)
    if among is not None:
        each = [holds_words(session, query)] if query.has_words else []
        return statement.where(is_among(session, among), *each)
    if not query.has_words:
        return statement
    found = words_found(session, query)
    return statement.join(found.table, found.ticket_id == Ticket.id).where(found.holds)


def visible_of(actor: Actor, ids: Collection[int]) -> Select[int]:
    """The statement for those of these tickets' ids that the actor may see."""
    return only_visible(select(Ticket.id).where(Ticket.id.in_(ids)), actor)


def matching_count(
    session: Session,
    actor: Actor,
    view_name: str,
    wanted: QueueFilter,
    *,
    most: int,
    until: datetime | None = None,
) -> int:
    """How many tickets :func:`matching` names; of more than ``most`` only that they are more.

    :raises NotAllowed, NotFound: as :func:`queue_page`.
    """
    found = matching(session, actor, view_name, wanted, until=until).limit(most + 1).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def rows_of(
    session: Session, actor: Actor, view_name: str, wanted: QueueFilter, ids: Collection[int]
) -> tuple[tuple[QueueRow, ...], frozenset[int]]:
    """These tickets' rows as they are now, and the ids of those that the view still shows.

    :raises NotAllowed, NotFound: as :func:`queue_page`.
    """
    still = _matching(session, actor, view_name, wanted, list(ids))
    chosen = only_visible(row_statement().where(Ticket.id.in_(ids)), actor)
    rows = ask(session, chosen, me=actor.person_id)
    return tuple(QueueRow(*row) for row in rows), frozenset(session.scalars(still))
