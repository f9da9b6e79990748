"""A checklist: what is to be done on a ticket, item by item. Staff alone see it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class ChecklistItem(Base):
    """One thing to do. Who did what with it stands in the ticket's history."""

    __tablename__ = "checklist_item"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    text: Mapped[str]
    is_done: Mapped[bool] = mapped_column(default=False, server_default=false())
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    """Its place: those of smaller numbers come before it, and of the same number the older."""
    is_removed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Kept, so that this can be undone."""
    created_at: Mapped[datetime]
