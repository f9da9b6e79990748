"""How far somebody of staff has read a ticket."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId


class TicketSeen(Base):
    """One person's mark on one ticket."""

    __tablename__ = "ticket_seen"

    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("ticket.id"), primary_key=True, index=True
    )
    comment_id: Mapped[int] = mapped_column(BigId)
    """The newest comment that they had before their eyes."""
