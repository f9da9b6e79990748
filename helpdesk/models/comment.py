"""A comment: one message on a ticket, with its attachments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, EnumText, Id
from helpdesk.models.person import Person
from helpdesk.vocabulary import MessageKind, Source


class Comment(Base):
    """One message on a ticket: a reply (public) or an internal note (staff only)."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_ticket", "ticket_id", "id"),
        # What has not left yet: few, whatever the table holds.
        Index(
            "ix_comment_leaves",
            "ticket_id",
            "leaves_at",
            sqlite_where=text("leaves_at IS NOT NULL"),
            postgresql_where=text("leaves_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    side_conversation_id: Mapped[int | None] = mapped_column(BigId)
    """The side conversation that it is said in: then it is internal, too. No foreign key: SQLite
    would copy the whole table for one."""
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    from_staff: Mapped[bool] = mapped_column(default=False)
    internal: Mapped[bool] = mapped_column(default=False)
    opening: Mapped[bool] = mapped_column(default=False)
    """The message that the ticket began with: its description."""
    source: Mapped[Source] = mapped_column(EnumText(Source))
    """How it came."""
    kind: Mapped[MessageKind] = mapped_column(EnumText(MessageKind), default=MessageKind.MESSAGE)
    """The mail's kind; machine mail is shown small."""
    text: Mapped[str]
    """The whole body as text."""
    reply_text: Mapped[str]
    """The new part alone."""
    quoted_text: Mapped[str] = mapped_column(default="")
    signature_text: Mapped[str] = mapped_column(default="")
    disclaimer_text: Mapped[str] = mapped_column(default="", server_default="")
    """Notices of confidentiality that the sender's server put under it."""
    html: Mapped[str | None]
    """Sanitised; refers to inline attachments as ``cid:…``."""
    unverified: Mapped[bool] = mapped_column(default=False)
    """The sender's address was not proven (below V2)."""
    claimed_name: Mapped[str] = mapped_column(default="")
    """The name that its mail gives or that was typed into the form, where nothing proves it."""
    staff_annotation: Mapped[str] = mapped_column("remark", default="")
    """Why it stands here as it does, where that needs saying (a token used by a stranger)."""
    copied: Mapped[list[dict[str, str]]] = mapped_column(default=list)
    """Who else the mail named in To and Cc, or an answer went to in copy: ``name`` and ``address``.
    The ticket is found by them. It gives them nothing."""
    written_to: Mapped[dict[str, Any] | None]
    """Who stands in To, Cc and Bcc of it: see ``tickets.written_to``. None where that is not known,
    or it was no mail."""
    leaves_at: Mapped[datetime | None]
    """Set while a staff answer waits for its time to leave: until then only staff see it."""
    status_after: Mapped[str] = mapped_column(default="")
    """The status that an answer for later brings the ticket to, once it leaves."""
    created_at: Mapped[datetime]

    author: Mapped[Person | None] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.id")


class Attachment(Base):
    """A file of a comment. The content stands in the blob store under its SHA-256."""

    __tablename__ = "attachment"

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(BigId, ForeignKey("comment.id"), index=True)
    filename: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    disposition: Mapped[str] = mapped_column(default="attachment")
    content_id: Mapped[str | None]
    reading: Mapped[dict[str, Any] | None]
    """What was read out of it when it came: a calendar invitation as a card (``type``:
    ``calendar``), an attached mail as a mail (``mail``)."""
