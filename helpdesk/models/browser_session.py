"""A browser in which somebody signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class BrowserSession(Base):
    """One signed-in browser. It ends with its row: a copy of its cookie opens nothing then."""

    __tablename__ = "browser_session"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the key in the cookie, which is random and long."""
    generation: Mapped[int]
    """``Person.session_generation`` when it began: where that is another one, it has ended."""
    browser: Mapped[str] = mapped_column(default="")
    """In plain words: “Firefox on Linux”."""
    network: Mapped[str] = mapped_column(default="")
    """From where it was begun, roughly: “203.0.113.x”."""
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    """To some minutes: noting each request would write with every page."""
