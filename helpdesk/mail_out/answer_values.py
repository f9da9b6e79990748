"""What the mail of an answer carries: its text, its files, and what was said before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.mail_out.template_values import AttachedFile, QuotedComment
from helpdesk.markdown import named_pictures
from helpdesk.models import Attachment, Comment, Person, Ticket
from helpdesk.text import shortened
from helpdesk.tickets.content import StoredFile
from helpdesk.vocabulary import MessageKind

MOST_QUOTED = 3
LONGEST_QUOTED = 3_000
"""Characters of each message that is quoted under an answer."""
PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def answer_values(
    session: Session,
    ticket: Ticket,
    *,
    text: str,
    author_name: str,
    files: Iterable[Attachment | StoredFile],
    before_id: int | None = None,
) -> dict[str, Any]:
    """The values of ``comment_added_customer``.

    :param author_name: as customers know them.
    :param before_id: the comment that the answer is; None where it is not written yet.
    """
    values: dict[str, Any] = {
        "text": text,
        "author_name": author_name,
        "attachments": attached_values(text, files),
    }
    if ticket.mailbox is not None and ticket.mailbox.quotes:
        values["quoted"] = _said_before(session, ticket, before_id)
    return values


def attached_values(text: str, files: Iterable[Attachment | StoredFile]) -> list[AttachedFile]:
    """The files of a mail that people write; its text may show pictures among them."""
    shown = named_pictures(text)
    return [_attached(number, file, shown) for number, file in enumerate(files)]


def _attached(number: int, file: Attachment | StoredFile, shown: set[str]) -> AttachedFile:
    """A file of an answer; a picture that the text shows gets a Content-ID (RFC 2392)."""
    attached = attached_file(file)
    if file.filename in shown and file.content_type in PICTURE_TYPES:
        attached["content_id"] = f"{file.sha256[:20]}.{number}@postdesk"
    return attached


def attached_file(file: Attachment | StoredFile) -> AttachedFile:
    """A file by its key in the store, as a mail takes it."""
    return {"sha256": file.sha256, "filename": file.filename, "content_type": file.content_type}


def _said_before(session: Session, ticket: Ticket, before_id: int | None) -> list[QuotedComment]:
    """The public messages before this one, the newest first, for people who keep no thread."""
    statement = (
        select(Comment)
        .where(
            Comment.ticket_id == ticket.id,
            Comment.internal.is_(False),
            Comment.kind == MessageKind.MESSAGE,
            # What has not left yet is known to nobody.
            Comment.leaves_at.is_(None),
        )
        .options(selectinload(Comment.author).selectinload(Person.addresses))
        .order_by(Comment.id.desc())
        .limit(MOST_QUOTED)
    )
    if before_id is not None:
        statement = statement.where(Comment.id < before_id)
    return [
        {
            "author_name": each.author.name_for_customers if each.author else "",
            "at": each.created_at.isoformat(),
            "text": shortened(each.reply_text or each.text, LONGEST_QUOTED),
        }
        for each in session.scalars(statement)
    ]
