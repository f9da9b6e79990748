"""An alarm: something about mail that the admins should know of, for as long as it lasts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, EnumText, Id


class AlarmKind(StrEnum):
    """What an alarm is about."""

    SILENCE = "silence"
    """A mailbox is too quiet."""
    CANARY = "canary"
    """A test mail did not come back."""
    UNWRITTEN = "unwritten"
    """Mails could not be written."""
    FETCH = "fetch"
    """A mailbox's mail cannot be fetched."""
    SEND = "send"
    """A mailbox's mail cannot be sent by its own account."""
    GATEWAY = "gateway"
    """A gateway's door or filer stopped. Has no row: whoever asks sees it at once."""


class Alarm(Base):
    """A row stands while its cause lasts: a mailbox is too quiet, the canary did not return, mails
    could not be written."""

    __tablename__ = "alarm"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    """``silence:<mailbox id>``, ``fetch:<id>:<trouble>``, ``send:<mailbox id>:<trouble>``,
    ``canary`` or ``unwritten``: one alarm for one cause."""
    kind: Mapped[AlarmKind] = mapped_column(EnumText(AlarmKind))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Plain values, as the template ``mail_alarm_staff`` takes them."""
    since: Mapped[datetime]
    noticed_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When the admins were mailed last."""


class Canary(Base):
    """A mail that was sent to see whether it comes back, and when it did."""

    __tablename__ = "canary"
    __table_args__ = (Index("ix_canary_sent_at", "sent_at"),)

    id: Mapped[Id]
    mailbox_id: Mapped[int] = mapped_column(BigId, ForeignKey("mailbox.id"))
    sent_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
