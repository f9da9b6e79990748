"""The log of what admins changed: people, mailboxes, categories."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, EnumText, Id
from helpdesk.models.person import Person


class AuditKind(StrEnum):
    """What an admin changed."""

    PERSON = "person"
    MAILBOX = "mailbox"
    CATEGORY = "category"
    ORDERS = "orders"


class AuditEntry(Base):
    """One change of the settings. Written, and never changed; passwords do not stand in it."""

    __tablename__ = "audit_entry"

    id: Mapped[Id]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Who did it; empty for the operator at the command line."""
    kind: Mapped[AuditKind] = mapped_column(EnumText(AuditKind))
    subject: Mapped[str]
    """Which one, in words that still say so when it is gone: an address, a label."""
    field: Mapped[str]
    """What was changed, or ``added``."""
    old_value: Mapped[str] = mapped_column(default="")
    new_value: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    actor: Mapped[Person | None] = relationship()
