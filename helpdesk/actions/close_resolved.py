"""Close what has been resolved for some days without a word. Run by the sweep."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import SYSTEM
from helpdesk.models import Comment, Ticket
from helpdesk.tickets.children import is_held
from helpdesk.tickets.desk_settings import desk_settings
from helpdesk.vocabulary import MessageKind, Status

AT_ONCE = 10
"""Tickets in one transaction: others wait for it, where the database has one writer."""


def close_resolved(session: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Close the tickets that are due, those resolved first before the others; how many there were.

    Nobody is mailed: that it is solved they were told, and an answer opens the ticket again.
    """
    days = desk_settings(session).close_days
    if days is None:
        return 0
    due = session.scalars(
        _due(now - timedelta(days=days)).limit(limit).with_for_update(skip_locked=True, of=Ticket)
    ).all()
    reason = f"{days} day{'' if days == 1 else 's'} without a word"
    for ticket in due:
        walk_status(session, ticket, SYSTEM, Status.CLOSED, now, reason)
    return len(due)


def closing_due(session: Session, now: datetime) -> bool:
    """Whether any ticket is to be closed."""
    days = desk_settings(session).close_days
    if days is None:
        return False
    return session.scalar(_due(now - timedelta(days=days)).limit(1)) is not None


def _due(silent_since: datetime) -> Select[Ticket]:
    """The tickets that were resolved by then, and on which nobody wrote since or will."""
    word = exists().where(
        Comment.ticket_id == Ticket.id,
        Comment.internal.is_(False),
        Comment.kind == MessageKind.MESSAGE,
        or_(Comment.created_at > silent_since, Comment.leaves_at.is_not(None)),
    )
    return (
        select(Ticket)
        .where(
            # By the index that has only these, in their order. That on the status, which SQLite
            # would prefer without statistics, has to be sorted.
            Ticket.resolved_at <= silent_since,
            Ticket.closed_at.is_(None),
            (Ticket.status + "") == Status.RESOLVED,
            ~word,
            ~is_held(),
        )
        .order_by(Ticket.resolved_at, Ticket.id)
    )
