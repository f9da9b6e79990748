"""An idempotency key: lets a program repeat a request without the thing happening twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class IdempotencyKey(Base):
    """A key that a person's program chose, the request it stands for, and what was answered."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    key: Mapped[str]
    request_hash: Mapped[str]
    """SHA-256 of what was asked: the same key for something else is a mistake of the program."""
    response: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
