"""What came, was solved and was rated on each day: what each change of a ticket adds, or takes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, Date, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id

UNSUMMED = "NOT is_sum"
"""What no sum has in it yet, as the databases' index has it."""
_Counts = dict[str, int]
_COUNTS = JSON(none_as_null=True)


class DayCount(Base):
    """So much more, or less, of tickets in the inbox, on one UTC day, in one mailbox and category.

    As with :class:`TicketCount`, triggers write the rows (see
    ``migrations/versions/0080_day_counts.py``), no two changes the same one, and the sweep puts
    sums in their place. A sum may stand in two rows.
    """

    __tablename__ = "day_count"
    __table_args__ = (
        Index("ix_day_count_day", "day"),
        Index(
            "ix_day_count_unsummed",
            "id",
            sqlite_where=text(UNSUMMED),
            postgresql_where=text(UNSUMMED),
        ),
    )

    id: Mapped[Id]
    day: Mapped[date] = mapped_column(Date)
    mailbox_id: Mapped[int | None] = mapped_column(BigId)
    category: Mapped[str]
    is_sum: Mapped[bool] = mapped_column(default=False, server_default=false())
    came: Mapped[int] = mapped_column(default=0, server_default="0")
    """Tickets that came on that day."""
    solved: Mapped[int] = mapped_column(default=0, server_default="0")
    """Tickets, of any day, that were solved on it."""
    first_answers: Mapped[_Counts | None] = mapped_column(_COUNTS)
    """Of those that came: how many customers waited so many minutes for their first answer."""
    solutions: Mapped[_Counts | None] = mapped_column(_COUNTS)
    """Of those that came: how many were solved within so many minutes."""
    ratings: Mapped[_Counts | None] = mapped_column(_COUNTS)
    """How many ratings of each grade were given on that day."""
