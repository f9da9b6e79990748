"""Taking an internal note out of a conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Comment, HistoryField, Notice, Ticket
from helpdesk.tickets.concerns import withdraw_note
from helpdesk.tickets.history import record_change
from helpdesk.tickets.queue_row import refresh_queue_row
from helpdesk.vocabulary import MessageKind


def hide_note(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    comment: Comment,
    now: datetime,
    reason: str = "",
) -> None:
    """Take a note out of the conversation; the history says that there was one.

    Colleagues whom it names are told nothing, as far as they were not told yet. The right to is
    checked before.
    """
    comment.kind = MessageKind.TAKEN_BACK
    session.execute(delete(Notice).where(Notice.comment_id == comment.id))
    withdraw_note(session, ticket.id, comment.id, now)
    record_change(session, ticket, actor, HistoryField.NOTE, "added", "taken back", now, reason)
    session.flush()
    refresh_queue_row(session, ticket)
