"""A draft: what somebody of staff began to write and has not sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class DraftKind(StrEnum):
    """What it is to become."""

    REPLY = "reply"
    NOTE = "note"
    FORWARD = "forward"
    """The note with a message that is forwarded, and to whom."""
    SIDE = "side"
    """A message in a side conversation, or one that begins it."""
    TICKET = "ticket"
    """A ticket that staff open for a customer."""


class SavedDraft(Base):
    """What one person writes in one place: a reply or a note on a ticket, or a new ticket."""

    __tablename__ = "draft"
    __table_args__ = (
        Index(
            "ix_draft_on_ticket",
            "ticket_id",
            "person_id",
            "kind",
            "side_id",
            unique=True,
            sqlite_where=text("ticket_id IS NOT NULL"),
            postgresql_where=text("ticket_id IS NOT NULL"),
        ),
        Index(
            "ix_draft_of_new",
            "person_id",
            unique=True,
            sqlite_where=text("ticket_id IS NULL"),
            postgresql_where=text("ticket_id IS NULL"),
        ),
        Index("ix_draft_age", "updated_at"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    kind: Mapped[DraftKind] = mapped_column(EnumText(DraftKind))
    ticket_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket.id"))
    """None for a new ticket."""
    side_id: Mapped[int] = mapped_column(BigId, default=0, server_default="0")
    """The side conversation that it is written in; 0 for a new one, and for what is in none."""
    came_from_id: Mapped[int | None] = mapped_column(BigId)
    """The ticket it was written on, where a merge brought it here, below no other one."""
    text: Mapped[str]
    fields: Mapped[dict[str, Any]]
    """The form's other fields by their names, as they were typed or chosen."""
    files: Mapped[list[dict[str, Any]]]
    """``filename``, ``content_type``, ``size`` and ``sha256`` of each; they are in the store."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
