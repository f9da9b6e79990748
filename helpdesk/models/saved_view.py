"""A view that somebody of staff saved: a search in one of the desk's views, under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, Id
from helpdesk.models.person import Person


class SavedView(Base):
    """A search under a name, with its order and columns; its owner's own, or all staff's."""

    __tablename__ = "saved_view"
    # Addresses name views by their ids: that of a deleted one is not given out again.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (SQLAlchemy's own name for it)

    id: Mapped[Id]
    name: Mapped[str]
    base: Mapped[str]
    """The name of the view of the desk that it narrows."""
    search: Mapped[str]
    """As it was typed: see ``queries.search_query``."""
    sort: Mapped[str]
    """The order, as ``queries.queue_order`` names it; empty for that of the view it narrows."""
    columns: Mapped[list[str]] = mapped_column(JSON)
    """What a row shows."""
    shared: Mapped[bool]
    """Whether all of staff have it, and not its owner alone."""
    position: Mapped[int]
    """Its place among the saved views: those of smaller numbers come before it."""
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    """Kept for a while, for whoever undoes that."""

    owner: Mapped[Person] = relationship()
