"""What a ticket's question means, where a language model told: made a moment after it came."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId


class TicketMeaning(Base):
    """A vector of the ticket's subject and first message (:mod:`helpdesk.meanings`)."""

    __tablename__ = "ticket_meaning"

    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), primary_key=True)
    model: Mapped[str] = mapped_column(String(32))
    """Which model made it: those of two models cannot be compared."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)
