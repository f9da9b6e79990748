"""Comments: written with their files, found by their words, and shown in the queue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from helpdesk import text as texts
from helpdesk.db import add_now
from helpdesk.models import Attachment, Comment, Ticket
from helpdesk.tickets import search
from helpdesk.tickets.content import Body, StoredFile
from helpdesk.vocabulary import MessageKind, Source


def add_comment(
    session: Session,
    ticket: Ticket,
    *,
    author_id: int | None,
    body: Body,
    source: Source,
    now: datetime,
    from_staff: bool = False,
    internal: bool = False,
    opening: bool = False,
    kind: MessageKind = MessageKind.MESSAGE,
    unverified: bool = False,
    remark: str = "",
    files: Iterable[StoredFile] = (),
    leaves_at: datetime | None = None,
    for_later: bool = False,
) -> Comment:
    """Write a comment on the ticket, with its attachments, and bring the queue's row up to date.

    :param opening: the ticket begins with it, and was begun with what the queue shows of it.
    :param leaves_at: until then only staff see it, and it can be taken back.
    :param for_later: it counts as said only once it leaves (:func:`count_as_said`).
    """
    comment = Comment(
        ticket_id=ticket.id,
        author_id=author_id,
        from_staff=from_staff,
        internal=internal,
        opening=opening,
        source=source,
        kind=kind,
        text=body.text,
        reply_text=body.reply,
        quoted_text=body.quoted,
        signature_text=body.signature,
        html=body.html,
        unverified=unverified,
        remark=remark,
        leaves_at=leaves_at,
        created_at=now,
    )
    add_now(session, comment)
    attachments = [
        Attachment(
            comment_id=comment.id,
            filename=file.filename,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            disposition=file.disposition,
            content_id=file.content_id,
            reading=file.reading,
        )
        for file in files
    ]
    for attachment in attachments:
        add_now(session, attachment)
    set_committed_value(comment, "attachments", attachments)
    if not opening:
        ticket.comment_count += 1
        ticket.updated_at = now
        if not internal and kind == MessageKind.MESSAGE and not for_later:
            # Customers see the queue's preview too, and may not read yet what has not left.
            _note_for_queue(ticket, None if leaves_at else body.said, from_staff, now)
    written = body.text if opening else body.said
    named = (attachment.filename for attachment in attachments)
    search.add_to_ticket(session, ticket, (written, *named), first=opening)
    return comment


def count_as_said(ticket: Ticket, comment: Comment, at: datetime) -> None:
    """Show in the queue what an answer says, and that it was given, now that it leaves."""
    _note_for_queue(ticket, comment.reply_text or comment.text, comment.from_staff, at)


def _note_for_queue(ticket: Ticket, text: str | None, from_staff: bool, now: datetime) -> None:
    if text is not None:
        ticket.preview = texts.preview(text)
    if from_staff:
        ticket.waiting_since = now
        if ticket.first_response_at is None:
            ticket.first_response_at = now
    elif ticket.answered:
        # A customer who writes twice has waited since the first time.
        ticket.waiting_since = now
    ticket.answered = from_staff
