"""A sender whose mail goes to spam: what “block” leaves behind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, Id
from helpdesk.models.person import Person


class BlockedSender(Base):
    """An address (``ann@mail.example``), or all of a domain (``@mail.example``).

    What they write is filed, in spam; they are mailed nothing, and are never told.
    """

    __tablename__ = "blocked_sender"

    id: Mapped[Id]
    address: Mapped[str] = mapped_column(unique=True)
    """In lower case."""
    added_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    """Empty where the operator added it from the command line."""
    added_at: Mapped[datetime]

    added_by: Mapped[Person | None] = relationship()
