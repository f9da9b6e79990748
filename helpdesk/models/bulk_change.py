"""A change of many tickets at once: what was asked for, and how far it is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class BulkField(StrEnum):
    """What is changed of each ticket."""

    STATUS = "status"
    PRIORITY = "priority"
    CATEGORY = "category"
    ASSIGNEE = "assignee"
    TEAM = "team"
    MAILBOX = "mailbox"
    FOLDER = "folder"
    SNOOZE = "snooze"
    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"
    CUSTOM = "custom"
    """What stands in a field that the team has made."""
    MACRO = "macro"
    """All that a macro says."""
    MERGE = "merge"
    """Its conversation goes on in another one."""


class BulkState(StrEnum):
    """How far a bulk change is with one ticket."""

    TO_DO = "to_do"
    DONE = "done"
    UNCHANGED = "unchanged"
    """It was so before."""
    FAILED = "failed"
    TO_UNDO = "to_undo"
    UNDONE = "undone"
    NOT_UNDONE = "not_undone"
    """It was changed again since."""


class BulkChange(Base):
    """One value given to many tickets, by one person."""

    __tablename__ = "bulk_change"
    __table_args__ = (Index("ix_bulk_change_age", "created_at"),)

    id: Mapped[Id]
    made_by_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    field: Mapped[BulkField] = mapped_column(EnumText(BulkField))
    value: Mapped[str]
    """The new value; for an assignee the person's id, or nothing; for a merge the ticket's id;
    of a snooze its time (:mod:`helpdesk.tickets.snoozing`), or nothing;
    of a macro or a mailbox its id; of a field its id, ``=``, and what is to stand there."""
    reason: Mapped[str] = mapped_column(default="")
    despite_children: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether tickets are finished, too, that open children hold open."""
    total: Mapped[int]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When each ticket was worked off; empty again while it is being undone."""
    undone_at: Mapped[datetime | None]
    """When somebody asked for it to be undone."""
    undone_by_id: Mapped[int | None] = mapped_column(BigId)
    """Who that was."""


class BulkTicket(Base):
    """One ticket of a bulk change."""

    __tablename__ = "bulk_ticket"
    __table_args__ = (
        Index("ix_bulk_ticket_state", "bulk_id", "state", "ticket_id"),
        Index("ix_bulk_ticket_ticket", "ticket_id"),
    )

    bulk_id: Mapped[int] = mapped_column(BigId, ForeignKey("bulk_change.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), primary_key=True)
    state: Mapped[BulkState] = mapped_column(EnumText(BulkState), default=BulkState.TO_DO)
    problem: Mapped[str] = mapped_column(default="")
    """Why it failed, for people."""
    change_id: Mapped[int | None] = mapped_column(BigId)
    """The row of the history by which it can be undone."""
