"""What open pages ask every few seconds: small counts of what came since they were shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Change, Comment, Ticket
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import ANY
from helpdesk.queries.search_words import holds_words
from helpdesk.queries.views import condition_of, narrowing, searched, view_named
from helpdesk.vocabulary import MessageKind

MOST_NEW = 100
"""More than this is not counted: the page says “99+”, and asks no more of the database."""


def changed_in_view(
    session: Session, actor: Actor, view_name: str, since: datetime, wanted: QueueFilter = ANY
) -> int:
    """How many tickets of a view came or changed after ``since``, at most ``MOST_NEW``.

    What nobody but the actor changed since is no news to them.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such view.
    """
    view = view_named(session, actor, view_name)
    # First what changed (an index of its own, a few rows), then which of it is in the view.
    changed = (
        select(Ticket.id)
        .where(Ticket.updated_at > since)
        .order_by(Ticket.updated_at.desc())
        .limit(MOST_NEW)
        .subquery()
    )
    statement = (
        select(func.count())
        .select_from(Ticket)
        .join(changed, changed.c.id == Ticket.id)
        .where(
            condition_of(actor, view),
            *narrowing(actor, view, wanted),
            ~_changed_by(since, actor.person_id) | _changed_by_others(since, actor.person_id),
        )
    )
    query = searched(view, wanted)
    if query.has_words:
        statement = statement.where(holds_words(session, query))
    return session.scalar(statement) or 0


def _changed_by(since: datetime, person_id: int | None) -> ColumnElement[bool]:
    change, comment = Change.changed_by_id == person_id, Comment.author_id == person_id
    return _some_change(since, change) | _some_comment(since, comment)


def _changed_by_others(since: datetime, person_id: int | None) -> ColumnElement[bool]:
    change = Change.changed_by_id.is_distinct_from(person_id)
    comment = Comment.author_id.is_distinct_from(person_id)
    return _some_change(since, change) | _some_comment(since, comment)


def _some_change(since: datetime, by: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Change.ticket_id == Ticket.id, Change.created_at > since, by)


def _some_comment(since: datetime, by: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Comment.ticket_id == Ticket.id, Comment.created_at > since, by)


def newer_comments(session: Session, ticket_id: int, seen_comment_id: int) -> int:
    """How many comments of a ticket are newer than the newest that was seen."""
    statement = (
        select(func.count())
        .select_from(Comment)
        .where(
            Comment.ticket_id == ticket_id,
            Comment.id > seen_comment_id,
            Comment.kind != MessageKind.TAKEN_BACK,
        )
    )
    return session.scalar(statement) or 0
