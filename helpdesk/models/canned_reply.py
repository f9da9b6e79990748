"""A canned reply: a text that staff answer with again and again, and what comes with it; without
a text a macro, which acts alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, EnumText, Id
from helpdesk.models.mailbox import Mailbox
from helpdesk.models.person import Person
from helpdesk.models.team import Team
from helpdesk.vocabulary import Priority, Status


class CannedReply(Base):
    """A text for answers, with its files, and what the answer does to its ticket."""

    __tablename__ = "canned_reply"

    id: Mapped[Id]
    name: Mapped[str]
    shortcut: Mapped[str] = mapped_column(default="")
    """A word to type for it, in lower case; empty for none."""
    text: Mapped[str]
    """As the composer takes it, with variables: see ``tickets.canned_replies``."""
    mailbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mailbox.id"), index=True)
    """Whose tickets it is offered on; None for all."""
    team_id: Mapped[int | None] = mapped_column(BigId)
    """Of which team a ticket must be for it to be offered; None for any, and for none."""
    language: Mapped[str] = mapped_column(default="")
    """The language that it is written in; empty where that does not matter."""
    files: Mapped[list[dict[str, Any]]]
    """``filename``, ``content_type``, ``size`` and ``sha256`` of each; they are in the store."""
    status_after: Mapped[Status | None] = mapped_column(EnumText(Status))
    """Where the answer leaves the ticket; None for the usual."""
    assigns_me: Mapped[bool] = mapped_column(default=False)
    """Whether who answers gets the ticket."""
    assignee_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Who gets it, if somebody else does."""
    priority: Mapped[Priority | None] = mapped_column(EnumText(Priority))
    """What its priority is then; None for as it was."""
    tags: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """The names of those that it puts on the ticket."""
    snooze_hours: Mapped[int] = mapped_column(default=0, server_default="0")
    """How long the ticket sleeps from then on; 0 for not at all."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    """An internal note that it adds, with variables."""
    custom: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What it fills in of the fields that the team has made: as it is typed, by the fields' ids."""
    checklist: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """The items that it puts on the ticket's checklist."""
    moves_to_id: Mapped[int | None] = mapped_column(BigId)
    """Of a macro, the mailbox that the ticket goes to; None for none."""
    used_count: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))

    mailbox: Mapped[Mailbox | None] = relationship()
    team: Mapped[Team | None] = relationship(
        primaryjoin="foreign(CannedReply.team_id) == Team.id", viewonly=True
    )
    moves_to: Mapped[Mailbox | None] = relationship(
        primaryjoin="foreign(CannedReply.moves_to_id) == Mailbox.id", viewonly=True
    )
    assignee: Mapped[Person | None] = relationship(foreign_keys=assignee_id)


class CannedUse(Base):
    """That a canned reply was used once, for as long as that may be undone."""

    __tablename__ = "canned_use"
    __table_args__ = (
        Index("ix_canned_use_reply", "canned_reply_id", "used_at"),
        Index(
            "ix_canned_use_change",
            "change_id",
            sqlite_where=text("change_id IS NOT NULL"),
            postgresql_where=text("change_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    canned_reply_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("canned_reply.id", ondelete="CASCADE")
    )
    change_id: Mapped[int | None] = mapped_column(BigId)
    """Of a macro, the line of a ticket's history that is undone with it."""
    used_at: Mapped[datetime]
