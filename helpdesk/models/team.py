"""A team: colleagues whom a ticket can be given to together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, BigId, Id


class Team(Base):
    """Colleagues who share tickets."""

    __tablename__ = "team"
    # Histories name teams by their ids: that of a deleted one is not given out again.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (SQLAlchemy's own name for it)

    id: Mapped[Id]
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)
    """The name as it is compared."""
    hands_out: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a new ticket goes on to the member who has the fewest."""
    created_at: Mapped[datetime]


class TeamMember(Base):
    """One of staff in a team."""

    __tablename__ = "team_member"

    team_id: Mapped[int] = mapped_column(BigId, ForeignKey("team.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("person.id"), primary_key=True, index=True
    )
    given_at: Mapped[datetime | None]
    """When they were handed out a ticket last."""
