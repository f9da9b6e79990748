"""How long what is over is kept: an age for each kind, chosen by an admin."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, EnumText


class RetentionKind(StrEnum):
    """What has an age of its own."""

    TICKETS = "tickets"
    """Closed tickets, with all that is on them."""
    SPAM = "spam"
    """Tickets in the spam folder."""
    RAW_MAIL = "raw_mail"
    """The original files of mails; their tickets stay."""
    LOG = "log"
    """The admins' log, sign-ins and refused ones among it."""


class RetentionRule(Base):
    """The age of one kind, and what the last run deleted by it; no row means that all is kept."""

    __tablename__ = "retention_rule"

    kind: Mapped[RetentionKind] = mapped_column(EnumText(RetentionKind), primary_key=True)
    days: Mapped[int | None]
    """From ``begins_at`` on; None: all is kept."""
    days_before: Mapped[int | None]
    """Until then."""
    begins_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ran_at: Mapped[datetime | None]
    """When the last run began."""
    ended_at: Mapped[datetime | None]
    """When it had nothing more to do; empty while it goes on."""
    gone: Mapped[int] = mapped_column(default=0)
    """How many it deleted."""
    gone_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    """The size of the stored files that went with them, and were nobody else's."""
