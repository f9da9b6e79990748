"""An API token: lets a program act as a person. Only its hash is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, Id
from helpdesk.models.person import Person


class ApiToken(Base):
    """A token of the API, shown once when it is issued."""

    __tablename__ = "api_token"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the token: it is random and long, so a slow hash would add nothing."""
    label: Mapped[str] = mapped_column(default="")
    """What it is for, in the words of who issued it."""
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What it may be used for: names of ``vocabulary.SCOPES``."""
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    """To the hour: noting each use would write with every request."""
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
