"""What a view shows as a whole: to change all of it; and single rows of it, as they are now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.db import ask
from helpdesk.models import Ticket
from helpdesk.queries.filters import QueueFilter, words_found
from helpdesk.queries.queue import QueueRow, row_statement
from helpdesk.queries.views import condition_of, narrowing, searched, shows_none, view_named
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
    view = view_named(session, actor, view_name)
    if shows_none(view, wanted):
        return select(Ticket.id).where(false())
    statement = select(Ticket.id).where(condition_of(actor, view), *narrowing(actor, view, wanted))
    if until:
        statement = statement.where(Ticket.created_at <= until)
    query = searched(view, wanted)
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
    still = matching(session, actor, view_name, wanted).where(Ticket.id.in_(ids))
    chosen = only_visible(row_statement().where(Ticket.id.in_(ids)), actor)
    rows = ask(session, chosen, me=actor.person_id)
    return tuple(QueueRow(*row) for row in rows), frozenset(session.scalars(still))
