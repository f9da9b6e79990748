"""A concern: something that happened to somebody of staff, kept on their list of such things."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id

_UNSEEN = text("seen_at IS NULL")


class ConcernKind(StrEnum):
    """What can have happened."""

    MENTIONED = "mentioned"
    """A note of a colleague names them."""
    ASSIGNED = "assigned"
    """A colleague gave them the ticket."""
    ANSWERED = "answered"
    """A customer wrote on a ticket of theirs."""
    NEEDS_HELP = "needs_help"
    """A customer said, by a button, that a ticket of theirs is not solved."""
    RATED = "rated"
    WOKE = "woke"
    """A ticket of theirs was snoozed, and its time came."""
    CHILDREN_DONE = "children_done"
    """All child tickets of one of theirs are finished."""


class Concern(Base):
    """One event for one person."""

    __tablename__ = "concern"
    __table_args__ = (
        Index("ix_concern_person", "person_id", "id"),
        Index(
            "ix_concern_unseen",
            "person_id",
            "ticket_id",
            sqlite_where=_UNSEEN,
            postgresql_where=_UNSEEN,
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    kind: Mapped[ConcernKind] = mapped_column(EnumText(ConcernKind))
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comment.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Who did it, where that is known."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """Empty as long as they have not seen it."""
    changed_at: Mapped[datetime] = mapped_column(index=True)
    """When it came or was seen: by it, open pages learn that there is one more or less."""
