"""An acknowledgement that was sent: what the rate limits of automatic mail are counted by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class Acknowledgement(Base):
    """One a ticket."""

    __tablename__ = "acknowledgement"
    __table_args__ = (
        Index("ix_acknowledgement_sender", "sender", "sent_at"),
        Index("ix_acknowledgement_domain", "domain", "sent_at"),
        Index("ix_acknowledgement_sent_at", "sent_at"),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), unique=True)
    sender: Mapped[str]
    """The address without its plus-tag, in lower case."""
    domain: Mapped[str]
    """Of an unproven address; empty for a proven one, which no domain's limit counts."""
    sent_at: Mapped[datetime]
