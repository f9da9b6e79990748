"""Comments: written with their files, found by their words, and shown in the queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from helpdesk import text as texts
from helpdesk.detected_language import detected_language
from helpdesk.models import Attachment, Comment, Ticket
from helpdesk.rows import add_now
from helpdesk.tickets import search
from helpdesk.tickets.content import Body, StoredFile, counts_as_file, listed
from helpdesk.tickets.written_to import WrittenTo
from helpdesk.vocabulary import MessageKind, Source


@dataclass(frozen=True)
class CommentDraft:
    """A comment as it is to be written on a ticket."""

    author_id: int | None
    body: Body
    source: Source
    _: KW_ONLY
    from_staff: bool = False
    internal: bool = False
    opening: bool = False
    """The ticket begins with it, and was begun with what the queue shows of it."""
    kind: MessageKind = MessageKind.MESSAGE
    unverified: bool = False
    claimed_name: str = ""
    """What its writer calls themselves, where nothing proves it."""
    staff_annotation: str = ""
    """What staff should know of how it came."""
    files: Iterable[StoredFile] = ()
    copied: Sequence[tuple[str, str]] = ()
    """Who else its mail named: name and address of each."""
    written_to: WrittenTo | None = None
    leaves_at: datetime | None = None
    """Until then only staff see it, and it can be taken back."""
    for_later: bool = False
    """It counts as said only once it leaves (:func:`count_as_said`)."""
    side_id: int | None = None
    """The side conversation that it is said in; then it is internal, too."""


def add_comment(session: Session, ticket: Ticket, draft: CommentDraft, now: datetime) -> Comment:
    """Write a comment on the ticket, with its attachments, and bring the queue's row up to date."""
    comment = Comment(
        ticket_id=ticket.id,
        side_conversation_id=draft.side_id,
        author_id=draft.author_id,
        from_staff=draft.from_staff,
        internal=draft.internal,
        opening=draft.opening,
        source=draft.source,
        kind=draft.kind,
        text=draft.body.text,
        reply_text=draft.body.reply,
        quoted_text=draft.body.quoted,
        signature_text=draft.body.signature,
        disclaimer_text=draft.body.disclaimer,
        html=draft.body.html,
        unverified=draft.unverified,
        claimed_name=draft.claimed_name,
        staff_annotation=draft.staff_annotation,
        copied=[{"name": name, "address": address} for name, address in draft.copied],
        written_to=draft.written_to.as_dict() if draft.written_to else None,
        leaves_at=draft.leaves_at,
        created_at=now,
    )
    add_now(session, comment)
    attachments = [attachment_of(comment.id, file) for file in draft.files]
    for attachment in attachments:
        add_now(session, attachment)
    set_committed_value(comment, "attachments", attachments)
    _note_files(ticket, comment)
    _learn_language(ticket, draft)
    if not draft.opening:
        ticket.comment_count += 1
        ticket.updated_at = now
        if not draft.internal and draft.kind == MessageKind.MESSAGE and not draft.for_later:
            # Customers see the queue's preview too, and may not read yet what has not left.
            said = None if draft.leaves_at else draft.body.listed
            _note_for_queue(ticket, said, draft.from_staff, now)
    written = draft.body.text if draft.opening else draft.body.searched
    named = (attachment.filename for attachment in attachments)
    copied = (word for one in draft.copied for word in one)
    words = (written, *named, *copied, draft.claimed_name)
    search.add_to_ticket(session, ticket, words, first=draft.opening)
    return comment


def _learn_language(ticket: Ticket, draft: CommentDraft) -> None:
    by_customer = not (draft.from_staff or draft.internal) and draft.kind == MessageKind.MESSAGE
    if by_customer and not ticket.language:
        ticket.language = detected_language(draft.body.reply or draft.body.text)


def _note_files(ticket: Ticket, comment: Comment) -> None:
    """Have the queue tell of files, where it is a message with one."""
    files = comment.attachments if comment.kind == MessageKind.MESSAGE else []
    shown = (counts_as_file(one.content_type, one.disposition, one.content_id) for one in files)
    if not ticket.has_files and any(shown):  # set again to the same, it would be looked at again
        ticket.has_files = True


class NoteLike(Protocol):
    """What of a comment tells a note that was written on the desk."""

    @property
    def from_staff(self) -> bool: ...

    @property
    def internal(self) -> bool: ...

    @property
    def opening(self) -> bool: ...

    @property
    def kind(self) -> MessageKind: ...

    @property
    def source(self) -> Source: ...

    @property
    def written_to(self) -> object: ...


def is_plain_note(comment: NoteLike) -> bool:
    """Whether staff wrote it for staff on the desk: it came as no mail, and went out as none."""
    is_note = comment.from_staff and comment.internal and comment.kind == MessageKind.MESSAGE
    is_mail = comment.source != Source.WEB or bool(comment.written_to)
    return is_note and not is_mail and not comment.opening


def attachment_of(comment_id: int, file: StoredFile) -> Attachment:
    """Return the row of a file that stands on a comment, not added yet."""
    return Attachment(
        comment_id=comment_id,
        filename=file.filename,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        disposition=file.disposition,
        content_id=file.content_id,
        reading=file.reading,
    )


def count_as_said(ticket: Ticket, comment: Comment, at: datetime) -> None:
    """Show in the queue what an answer says, and that it was given, now that it leaves."""
    said = listed(comment.reply_text, comment.quoted_text, comment.text)
    _note_for_queue(ticket, said, comment.from_staff, at)


def _note_for_queue(ticket: Ticket, text: str | None, from_staff: bool, now: datetime) -> None:
    ticket.owes_answer = False
    if text is not None:
        ticket.preview = texts.preview(text)
    if from_staff:
        ticket.waiting_since = now
        ticket.someone_else_said = ""
        if ticket.first_response_at is None:
            ticket.first_response_at = now
    elif ticket.answered:
        # A customer who writes twice has waited since the first time.
        ticket.waiting_since = now
    ticket.answered = from_staff
