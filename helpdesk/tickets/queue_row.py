"""What the queue shows of a ticket, and finds it by, worked out anew from its comments: after some
were moved, read again, or taken back.
"""

from __future__ import annotations

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from helpdesk import text as texts
from helpdesk.models import Attachment, Comment, Participant, Ticket
from helpdesk.tickets import search
from helpdesk.tickets.content import counts_as_file, listed
from helpdesk.vocabulary import MessageKind


def refresh_queue_row(session: Session, ticket: Ticket) -> None:
    """Bring preview, counts, files, whose turn it is and which comment opens it up to date."""
    on_it = Comment.ticket_id == ticket.id
    public = (
        on_it,
        Comment.internal.is_(False),
        Comment.kind == MessageKind.MESSAGE,
        Comment.leaves_at.is_(None),
    )
    count = (
        select(func.count())
        .select_from(Comment)
        .where(on_it, Comment.kind != MessageKind.TAKEN_BACK)
    )
    ticket.comment_count = session.scalar(count) or 0
    ticket.has_files = _has_files(session, ticket)
    search.index_ticket(session.connection(), ticket.id)
    _mark_opening(session, ticket)
    note_someone_else(session, ticket)
    newest = session.scalar(select(Comment).where(*public).order_by(Comment.id.desc()).limit(1))
    ticket.preview = _preview_of(newest) if newest else ""
    ticket.answered = newest is not None and newest.from_staff and not _is_for_somebody(newest)
    if newest is None:
        return
    if ticket.answered:
        ticket.waiting_since = newest.created_at
        return
    last_answer = session.scalar(
        select(func.max(Comment.id)).where(*public, Comment.from_staff.is_(True))
    )
    waiting_since = session.scalar(
        select(func.min(Comment.created_at)).where(*public, Comment.id > (last_answer or 0))
    )
    ticket.waiting_since = waiting_since or newest.created_at


def _has_files(session: Session, ticket: Ticket) -> bool:
    kinds = session.execute(
        select(Attachment.content_type, Attachment.disposition, Attachment.content_id)
        .join(Comment, Comment.id == Attachment.comment_id)
        .where(Comment.ticket_id == ticket.id, Comment.kind == MessageKind.MESSAGE)
    )
    return any(counts_as_file(*kind) for kind in kinds)


def _is_for_somebody(comment: Comment) -> bool:
    """Whether staff opened the ticket with it for somebody on the phone; not where they wrote to
    them.
    """
    return comment.opening and comment.written_to is None


def note_someone_else(session: Session, ticket: Ticket) -> None:
    """Bring up to date what somebody wrote since our last answer who is not on the ticket."""
    on_ticket = Comment.ticket_id == ticket.id
    answered = select(func.max(Comment.id)).where(
        on_ticket,
        Comment.from_staff.is_(True),
        Comment.internal.is_(False),
        Comment.kind == MessageKind.MESSAGE,
        Comment.leaves_at.is_(None),
    )
    people = select(Participant.person_id).where(
        Participant.ticket_id == ticket.id, Participant.pending.is_(False)
    )
    # Staff have answered in the same side conversation.
    later = aliased(Comment)
    newest = session.scalar(
        select(Comment)
        .where(
            on_ticket,
            Comment.internal.is_(True),
            Comment.from_staff.is_(False),
            Comment.opening.is_(False),
            Comment.kind == MessageKind.MESSAGE,
            Comment.id > func.coalesce(answered.scalar_subquery(), 0),
            or_(Comment.side_conversation_id.is_not(None), Comment.author_id.not_in(people)),
            ~exists().where(
                later.ticket_id == ticket.id,
                later.side_conversation_id == Comment.side_conversation_id,
                later.id > Comment.id,
                later.from_staff.is_(True),
                later.kind == MessageKind.MESSAGE,
            ),
        )
        .order_by(Comment.id.desc())
        .limit(1)
    )
    ticket.someone_else_said = said_by_someone_else(newest) if newest else ""


def said_by_someone_else(comment: Comment) -> str:
    """What the staff's queue shows of a comment by somebody who is not on the ticket."""
    return _preview_of(comment) or "(no text)"


def _preview_of(comment: Comment) -> str:
    return texts.preview(listed(comment.reply_text, comment.quoted_text, comment.text))


def _mark_opening(session: Session, ticket: Ticket) -> None:
    """A ticket has one opening message: of several, the first; none that was taken back."""
    first = session.scalar(
        select(Comment)
        .where(Comment.ticket_id == ticket.id, Comment.kind != MessageKind.TAKEN_BACK)
        .order_by(Comment.id)
        .limit(1)
    )
    marked = session.scalars(
        select(Comment).where(Comment.ticket_id == ticket.id, Comment.opening.is_(True))
    ).all()
    for comment in marked:
        comment.opening = comment is first
    if first is not None and not marked:
        first.opening = True
