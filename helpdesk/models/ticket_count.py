"""How many tickets there are of each kind: what each change of a ticket adds, or takes away."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id
from helpdesk.models.ticket import PriorityRank
from helpdesk.vocabulary import Priority


class TicketCount(Base):
    """So many tickets more, or fewer, in the inbox, of one kind.

    The database writes a row whenever a ticket comes, goes, or becomes one of another kind (by
    triggers, see ``migrations/versions/0075_ticket_counts.py``). No two changes write the same row,
    so none waits for another; the sums are what is there, and now and then they take the rows'
    place.
    """

    __tablename__ = "ticket_count"

    id: Mapped[Id]
    mailbox_id: Mapped[int | None] = mapped_column(BigId)
    status: Mapped[str]
    category: Mapped[str]
    priority: Mapped[Priority] = mapped_column(PriorityRank)
    tickets: Mapped[int]
    answered: Mapped[int]
    """Of these, those whose customer waited for a first answer, and had it."""
    waited_ms: Mapped[int] = mapped_column(BigInteger)
    """Milliseconds that they waited for it, in sum."""
    rated: Mapped[int]
    rated_good: Mapped[int]
