"""Tags: words that staff put on tickets, and which ticket has which."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class TagColour(StrEnum):
    """The colours that a tag may have; pages say how each looks, in the light and in the dark."""

    GREY = "grey"
    BLUE = "blue"
    TEAL = "teal"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    PINK = "pink"
    PURPLE = "purple"


class Tag(Base):
    """A word for tickets of one kind. Capitals make no difference between two."""

    __tablename__ = "tag"
    # The history names tags by their ids: that of a deleted one is not given out again.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (SQLAlchemy's own name for it)

    id: Mapped[Id]
    name: Mapped[str]
    """As it is shown."""
    folded: Mapped[str] = mapped_column(unique=True)
    """As it is compared."""
    colour: Mapped[TagColour] = mapped_column(EnumText(TagColour))
    created_at: Mapped[datetime]


class FormerTagName(Base):
    """A name that a tag had before, or that one had which was merged into it: a search by it finds
    the tag's tickets, as long as no other tag is called so.
    """

    __tablename__ = "former_tag_name"
    __table_args__ = (Index("ix_former_tag_name_tag", "tag_id", "until"),)

    folded: Mapped[str] = mapped_column(primary_key=True)
    """As it is compared."""
    tag_id: Mapped[int] = mapped_column(BigId, ForeignKey("tag.id"))
    until: Mapped[datetime]
    """When the tag was called so last."""


class TicketTag(Base):
    """A tag on a ticket."""

    __tablename__ = "ticket_tag"
    # The tags of a ticket by the key; the tickets of a tag, the newest first, by the index.
    __table_args__ = (Index("ix_ticket_tag_tag", "tag_id", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(BigId, ForeignKey("tag.id"), primary_key=True)
