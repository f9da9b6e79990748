"""An order: a purchase of the shop that a ticket may concern."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class Order(Base):
    """A purchase of the shop, known by its number."""

    __tablename__ = "shop_order"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    placed_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
