"""Which solved tickets one is like, found a moment after it came."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId


class SimilarTicket(Base):
    """A solved ticket that another one is like; or, as place 0, that they were looked for."""

    __tablename__ = "similar_ticket"

    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    """1 for the likest."""
    other_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comment.id"), index=True)
    """The answer that solved it."""
    likeness: Mapped[float] = mapped_column(default=0.0)
