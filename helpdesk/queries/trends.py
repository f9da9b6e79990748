"""The figures over time: what came, what was solved, and how fast, by day and by category."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from math import ceil

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.queries.day_counts import (
    DayRow,
    are_days_counted,
    counted_days,
    kept_days,
    summed,
)
from helpdesk.queries.ratings import Rating, RatingFigures, newest_words
from helpdesk.tickets.categories import labels
from helpdesk.vocabulary import GRADES

MOST_DAYS = 90


@dataclass(frozen=True)
class Day:
    """What happened on a UTC day."""

    day: date
    came: int
    solved: int


@dataclass(frozen=True)
class Spread:
    """Seconds that something took: what half of them stay within, and nine of ten; rounded up as
    :func:`helpdesk.queries.day_counts.rounded_up` does.
    """

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
    find = kept_days if are_days_counted(session) else counted_days
    rows = summed(find(session, first, actor.mailbox_ids))
    came_on, solved_on, ratings = Counter[date](), Counter[date](), Counter[str]()
    of_categories: dict[str, list[DayRow]] = {}
    for row in rows:
        came_on[row.day] += row.came
        solved_on[row.day] += row.solved
        ratings.update(row.ratings or {})
        if row.came:
            of_categories.setdefault(row.category, []).append(row)
    every_day = (first + timedelta(days=n) for n in range((today - first).days + 1))
    known = labels(session)
    speeds = (_speed(known.get(name, name), found) for name, found in of_categories.items())
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return Trends(
        tuple(Day(day, came_on[day], solved_on[day]) for day in every_day),
        (_speed("", rows), *sorted(speeds, key=lambda speed: (-speed.came, speed.label))),
        RatingFigures({grade: ratings[grade] for grade in GRADES}),
        newest_words(session, actor, since),
    )


def _speed(label: str, rows: Iterable[DayRow]) -> CategorySpeed:
    came, first_answers, solutions = 0, Counter[int](), Counter[int]()
    for row in rows:
        came += row.came
        for total, counts in ((first_answers, row.first_answers), (solutions, row.solutions)):
            for minutes, count in (counts or {}).items():
                total[int(minutes)] += count
    return CategorySpeed(label, came, _spread(first_answers), _spread(solutions))


def _spread(minutes: Counter[int]) -> Spread:
    """Both by the nearest rank."""
    count = minutes.total()
    if not count:
        return Spread(0)
    ordered = sorted(minutes)
    reached = list(accumulate(minutes[one] for one in ordered))
    median, nine_of_ten = (ordered[bisect_left(reached, ceil(count * of))] for of in (0.5, 0.9))
    return Spread(count, median * 60, nine_of_ten * 60)
