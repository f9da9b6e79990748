"""The settings of the desk: what admins choose for all of it, in the browser."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id

DEFAULT_CLOSE_DAYS = 7


class DeskSettings(Base):
    """One row; none while nothing was chosen."""

    __tablename__ = "desk_settings"

    id: Mapped[Id]
    # No default of the column: it would stand for None.
    close_days: Mapped[int | None]
    """After how many days without a word a resolved ticket is closed; None: never."""
    answering_takes: Mapped[bool] = mapped_column(default=True)
    """Whether who answers a ticket that nobody has gets it."""
    thanks_keep_finished: Mapped[bool] = mapped_column(default=True)
    """Whether a mail that only thanks leaves a finished ticket as it is."""
