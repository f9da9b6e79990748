"""An order: a purchase of the shop that a ticket may concern."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, BigId, Id
from helpdesk.models.person import Person


class Order(Base):
    """A purchase of the shop, known by its number."""

    __tablename__ = "shop_order"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    placed_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(default="")
    total: Mapped[str] = mapped_column(default="")
    """A decimal number as the shop gave it (“49.90”); empty where it gave none."""
    currency: Mapped[str] = mapped_column(default="")
    """Three letters of ISO 4217, or empty."""
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What was bought: ``name`` and ``quantity``, and whatever else the shop tells."""
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
