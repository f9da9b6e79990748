"""The history: who changed which field of a ticket, from what, to what, when and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, Id
from helpdesk.models.person import Person


class Change(Base):
    """One row of a ticket's history."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_ticket", "ticket_id", "id"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    changed_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Empty where Postdesk itself did it."""
    field: Mapped[str]
    old_value: Mapped[str] = mapped_column(default="")
    new_value: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    changed_by: Mapped[Person | None] = relationship()
