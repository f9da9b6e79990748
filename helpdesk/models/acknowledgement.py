"""Acknowledgements: those sent, which the limits are counted by; and why others were not."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class Refusal(StrEnum):
    """Why no acknowledgement leaves. The values are kept on the ticket and in a mail's decision."""

    IMPORTED = "imported"
    FORWARDED = "forwarded"
    """Staff forwarded it: the customer did not write to this address."""
    NULL_SENDER = "null_sender"
    NO_SENDER = "no_sender"
    MACHINE = "machine"
    AUTO_SUBMITTED = "auto_submitted"
    SUPPRESSED = "suppressed"
    """A field asks for no automatic answers, or an automatic answer carries it."""
    LIST = "list"
    """Bulk mail, or from a mailing list."""
    NO_REPLY = "no_reply"
    NOT_ADDRESSED = "not_addressed"
    """It names us in neither To nor Cc."""
    AUTHENTICATION_FAILED = "authentication_failed"
    SWITCHED_OFF = "switched_off"
    NO_ADDRESS = "no_address"
    SPAM = "spam"
    """Its sender is blocked."""
    RATE_LIMIT = "rate_limit"
    """Enough left already, to this address, this domain or in all."""


class Acknowledgement(Base):
    """One that was sent: one a ticket."""

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
