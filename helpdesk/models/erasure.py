"""An erasure of a person: how far it is, and what is left of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class Erasure(Base):
    """While it goes on it knows whom it is about; once it has ended, hashes and counts alone."""

    __tablename__ = "erasure"

    id: Mapped[Id]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    operator: Mapped[str] = mapped_column(default="")
    """The system user who asked at the command line."""
    ended_at: Mapped[datetime | None]
    work: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Whom and what is still to be erased: see ``actions/erase_person.py``. Empty at the end."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What went, by the names of ``queries.erasure.ErasurePlan``."""
    key: Mapped[str]
    """Of the hashes: see :mod:`helpdesk.tombstones`."""
    address_hashes: Mapped[list[str]] = mapped_column(JSON, default=list)
    ticket_hashes: Mapped[list[str]] = mapped_column(JSON, default=list)
