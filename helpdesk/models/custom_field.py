"""Fields that a team gives its tickets besides those that every desk has, and their values."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id

_FOR_ALL = text("mailbox_id IS NULL")
# Beginnings are looked for by their place in the index, which no language's order may change.
_Comparable = Text().with_variant(Text(collation="C"), "postgresql")


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    DATE = "date"


class CustomField(Base):
    """One field, of the tickets of a mailbox or of all."""

    __tablename__ = "custom_field"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "key"),
        Index(
            "ix_custom_field_for_all",
            "key",
            unique=True,
            sqlite_where=_FOR_ALL,
            postgresql_where=_FOR_ALL,
        ),
        # Histories name fields by their ids: that of one is not given out again.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    mailbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mailbox.id"))
    """Whose tickets have it; empty for all."""
    key: Mapped[str]
    """Its name in a search and in the API; it never changes."""
    name: Mapped[str]
    kind: Mapped[FieldKind] = mapped_column(EnumText(FieldKind))
    choices: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What there is to choose from, in order: see :mod:`helpdesk.tickets.custom_fields`."""
    on_form: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether customers fill it in where they write to us."""
    required: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether they must."""
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    """Since when nobody fills it in any more; tickets keep their values."""
    created_at: Mapped[datetime]


class CustomValue(Base):
    """What stands in a field of a ticket; no row where nothing does."""

    __tablename__ = "custom_value"
    # The values of a ticket by the key; the tickets of a value by an index, the newest first.
    __table_args__ = (
        Index("ix_custom_value_number", "field_id", "number", "ticket_id"),
        Index(
            "ix_custom_value_folded",
            "field_id",
            "folded",
            "ticket_id",
            sqlite_where=text("folded IS NOT NULL"),
            postgresql_where=text("folded IS NOT NULL"),
        ),
    )

    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(BigId, ForeignKey("custom_field.id"), primary_key=True)
    text: Mapped[str] = mapped_column(default="")
    """As it was written: a text, a number, or a day (``2026-01-31``); empty for a choice."""
    folded: Mapped[str | None] = mapped_column(_Comparable)
    """A text as it is compared."""
    number: Mapped[int | None] = mapped_column(BigId)
    """What is compared of the others: ten thousand times a number, the ordinal of a day, a choice's
    id."""
