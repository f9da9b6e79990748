"""How much of our mail arrives, by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import OutboundMail, OutboundState
from helpdesk.tickets.access import mails_from


@dataclass(frozen=True)
class DeliveryDay:
    """The mails that were put into the outbox on one UTC day, by what became of them."""

    day: date
    sent: int = 0
    lost: int = 0
    """Failed, bounced or uncertain."""
    waiting: int = 0
    """Queued, deferred, or being sent."""

    @property
    def total(self) -> int:
        return self.sent + self.lost + self.waiting


@dataclass(frozen=True)
class DeliveryFigures:
    """Day after day, oldest first, without gaps."""

    days: tuple[DeliveryDay, ...]

    @property
    def sent(self) -> int:
        return sum(day.sent for day in self.days)

    @property
    def lost(self) -> int:
        return sum(day.lost for day in self.days)

    @property
    def waiting(self) -> int:
        return sum(day.waiting for day in self.days)

    @property
    def success(self) -> float | None:
        """The share that arrived as far as we know, of what is decided: 0 to 1; None of none."""
        decided = self.sent + self.lost
        return self.sent / decided if decided else None


def delivery_figures(
    session: Session, actor: Actor, *, now: datetime, days: int = 14
) -> DeliveryFigures:
    """The last ``days`` days, today included. Cancelled mails count nowhere.

    :raises NotAllowed: the actor is not staff.
    """
    if not actor.is_staff:
        raise NotAllowed("Only staff may see the figures.")
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    mail, day = OutboundMail, _day_of(session)
    rows = session.execute(
        select(
            day,
            func.count().filter(mail.state == OutboundState.SENT),
            func.count().filter(
                mail.state.in_(
                    (OutboundState.FAILED, OutboundState.BOUNCED, OutboundState.UNCERTAIN)
                )
            ),
            func.count().filter(
                mail.state.in_(
                    (OutboundState.QUEUED, OutboundState.DEFERRED, OutboundState.SENDING)
                )
            ),
        )
        .where(
            mail.created_at >= datetime(first.year, first.month, first.day, tzinfo=UTC),
            *mails_from(actor.mailbox_ids),
        )
        .group_by(day)
    )
    found = {}
    for at, *counts in rows:
        named = date.fromisoformat(str(at))  # SQLite tells it as text
        found[named] = DeliveryDay(named, *counts)
    every = (first + timedelta(days=n) for n in range(days))
    return DeliveryFigures(tuple(found.get(one, DeliveryDay(one)) for one in every))


def _day_of(session: Session) -> ColumnElement[date]:
    created = OutboundMail.created_at
    if session.get_bind().dialect.name == "postgresql":
        return func.date(func.timezone("UTC", created), type_=Date)
    return func.date(created)  # kept in UTC there
