"""Answers leave: from now on they can be read by everybody on the ticket, and not be taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions.reply import leave_at
from helpdesk.actor import SYSTEM
from helpdesk.errors import StepNotAllowed
from helpdesk.models import Comment, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.comments import count_as_said
from helpdesk.vocabulary import MessageKind


def answers_leave(session: Session, comment_ids: Collection[int], *, now: datetime) -> None:
    """The worker has claimed mails of these comments, in this same transaction.

    An answer that was written for later now counts as given, and brings the ticket to the status
    that was chosen with it; not where the customer wrote meanwhile: then it is our turn all the
    same.
    """
    if not comment_ids:
        return
    waiting = session.scalars(
        select(Comment).where(Comment.id.in_(comment_ids), Comment.leaves_at.is_not(None))
    ).all()
    for comment in waiting:
        comment.leaves_at = None
        status, comment.status_after = comment.status_after, ""
        ticket = session.get_one(Ticket, comment.ticket_id, with_for_update=True)
        if _customer_wrote_since(session, comment):
            continue
        count_as_said(ticket, comment, now if status else comment.created_at)
        if status:
            _change_status(session, ticket, comment, status, now)
    session.flush()


def _change_status(
    session: Session, ticket: Ticket, comment: Comment, status: str, now: datetime
) -> None:
    ticket.updated_at = now
    actor = actor_of(comment.author) if comment.author else SYSTEM
    try:
        leave_at(session, ticket, actor, status, now)
    except StepNotAllowed:
        return  # someone has brought the ticket elsewhere meanwhile: their word counts


def _customer_wrote_since(session: Session, comment: Comment) -> bool:
    newer = session.scalar(
        select(func.count())
        .select_from(Comment)
        .where(
            Comment.ticket_id == comment.ticket_id,
            Comment.id > comment.id,
            Comment.internal.is_(False),
            Comment.kind == MessageKind.MESSAGE,
            Comment.from_staff.is_(False),
        )
    )
    return bool(newer)
