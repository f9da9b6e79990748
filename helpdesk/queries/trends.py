"""The figures over time: what came, what was solved, and how fast, by day and by category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import Ticket
from helpdesk.queries.ratings import Rating, RatingFigures, newest_words, rating_figures
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.tickets.access import visible
from helpdesk.tickets.categories import labels

MOST_DAYS = 90


@dataclass(frozen=True)
class Day:
    """What happened on a UTC day."""

    day: date
    came: int
    solved: int


@dataclass(frozen=True)
class Spread:
    """Seconds that something took: the middle one, and what nine of ten stay within."""

    count: int
    median: float | None = None
    nine_of_ten: float | None = None


@dataclass(frozen=True)
class CategorySpeed:
    """How fast tickets of a category were answered and solved; ``label`` is empty for all."""

    label: str
    came: int
    first_answer: Spread
    solved: Spread


@dataclass(frozen=True)
class Trends:
    """Days, oldest first, today last; speeds, all tickets first; and what customers found."""

    days: tuple[Day, ...]
    speeds: tuple[CategorySpeed, ...]
    ratings: RatingFigures
    words: tuple[Rating, ...]


def trends(session: Session, actor: Actor, *, days: int, now: datetime) -> Trends:
    """The last days, today among them.

    Speeds are those of the tickets that came within these days, as far as they were answered and
    solved; ratings those that were given within them.

    :param days: 1 to ``MOST_DAYS``.
    :raises NotAllowed: the actor is not staff.
    """
    if not actor.is_staff:
        raise NotAllowed("Only staff may see the figures.")
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=min(max(days, 1), MOST_DAYS) - 1)
    shown = (IN_INBOX, *visible(actor.mailbox_ids))
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    came = session.execute(
        select(
            Ticket.category, Ticket.created_at, Ticket.first_response_at, Ticket.resolved_at
        ).where(Ticket.created_at >= since, *shown)
    ).all()
    solved = session.scalars(select(Ticket.resolved_at).where(Ticket.resolved_at >= since, *shown))
    came_on = Counter(row.created_at.date() for row in came)
    solved_on = Counter(moment.date() for moment in solved if moment)
    every_day = (first + timedelta(days=n) for n in range((today - first).days + 1))
    rows: dict[str, list[_Times]] = {}
    for category, created, answered, ended in came:
        rows.setdefault(category, []).append((created, answered, ended))
    known = labels(session)
    return Trends(
        tuple(Day(day, came_on[day], solved_on[day]) for day in every_day),
        (
            _speed("", [times for of_category in rows.values() for times in of_category]),
            *(
                _speed(known.get(name, name), times)
                for name, times in sorted(rows.items(), key=lambda item: -len(item[1]))
            ),
        ),
        rating_figures(session, actor, since),
        newest_words(session, actor, since),
    )


_Times = tuple[datetime, datetime | None, datetime | None]


def _speed(label: str, times: list[_Times]) -> CategorySpeed:
    return CategorySpeed(
        label,
        len(times),
        # Where staff wrote first, nobody waited.
        _spread(
            (answered - created).total_seconds()
            for created, answered, _ in times
            if answered and answered > created
        ),
        _spread((ended - created).total_seconds() for created, _, ended in times if ended),
    )


def _spread(seconds: Iterable[float]) -> Spread:
    """Both by the nearest rank: a value that one ticket really had."""
    ordered = sorted(seconds)
    if not ordered:
        return Spread(0)
    count = len(ordered)
    return Spread(count, ordered[ceil(count * 0.5) - 1], ordered[ceil(count * 0.9) - 1])
