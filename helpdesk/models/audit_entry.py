"""The log of what admins changed (people, mailboxes, categories), and of staff's signing in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, EnumText, Id
from helpdesk.models.person import Person


class AuditKind(StrEnum):
    """What a line of the log is about."""

    PERSON = "person"
    MAILBOX = "mailbox"
    CATEGORY = "category"
    TAG = "tag"
    TEAM = "team"
    CUSTOM_FIELD = "custom_field"
    ORDERS = "orders"
    MAIL = "mail"
    DESK = "desk"
    """The settings of the desk."""
    CANNED_REPLY = "canned_reply"
    DISPUTE_PACK = "dispute_pack"
    """A ticket's mails and times as proof: who took them, and the hash that names the pack."""
    VIEW = "view"
    """A view that all of staff have."""
    SIGN_IN = "sign_in"
    """Who came in, who was refused, and what became of passwords and sessions."""


class AuditEntry(Base):
    """One line of the log. Written, and never changed; passwords do not stand in it."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "kind", "subject", "created_at"),)

    id: Mapped[Id]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Who did it; empty for the operator at the command line, and for somebody unknown."""
    operator: Mapped[str] = mapped_column(default="")
    """The system user who did it at the command line."""
    kind: Mapped[AuditKind] = mapped_column(EnumText(AuditKind))
    subject: Mapped[str]
    """Which one, in words that still say so when it is gone: an address, a label."""
    field: Mapped[str]
    """What was changed, or ``added``."""
    old_value: Mapped[str] = mapped_column(default="")
    new_value: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    actor: Mapped[Person | None] = relationship()
