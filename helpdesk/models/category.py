"""A category: what a ticket is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id


class Category(Base):
    """What a ticket may be about. Its name stands on the tickets and never changes."""

    __tablename__ = "category"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    """As the API has it: ``order_issue``."""
    label: Mapped[str]
    """As people read it."""
    active: Mapped[bool] = mapped_column(default=True)
    """Whether new tickets may have it; old ones keep it."""
    created_at: Mapped[datetime]
