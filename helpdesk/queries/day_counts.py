"""What came, was solved and was rated on each day: as it is kept, or counted ticket by ticket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Date, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.models import DayCount, InstallationFact, Ticket
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.tickets.access import visible

DAYS_COUNTED = "days_counted"
"""The fact that says so."""
_STEPS = ((60, 1), (300, 5), (1440, 15), (7200, 60), (43_200, 360))
_LAST_STEP = 1440
_WEEK = timedelta(days=7)


class DayRow(NamedTuple):
    """A row of :class:`DayCount`, or several in one."""

    day: date
    mailbox_id: int | None
    category: str
    came: int = 0
    solved: int = 0
    first_answers: Mapping[str, int] | None = None
    solutions: Mapping[str, int] | None = None
    ratings: Mapping[str, int] | None = None


COLUMNS = tuple(getattr(DayCount, name) for name in DayRow._fields)


def rounded_up(minutes: int) -> int:
    """A length of time as it is kept: to the minute up to an hour, to 5 up to five, to 15 up to a
    day, to the hour up to five days, to 6 hours up to thirty, then to the day.

    What is so already stays so.
    """
    if minutes <= 0:
        return 0
    step = next((step for most, step in _STEPS if minutes <= most), _LAST_STEP)
    return -(-minutes // step) * step


def are_days_counted(session: Session) -> bool:
    """Whether all tickets are in what is kept: those, too, that were there before."""
    return session.get(InstallationFact, DAYS_COUNTED) is not None


def kept_days(
    session: Session, since: date, mailbox_ids: tuple[int, ...] | None
) -> Iterable[DayRow]:
    """What is kept of the days since one, of these mailboxes (None: of all)."""
    rows = session.execute(
        select(*COLUMNS).where(DayCount.day >= since, *visible(mailbox_ids, DayCount.mailbox_id))
    )
    return (DayRow(*row) for row in rows)


def counted_days(
    session: Session, since: date | None = None, mailbox_ids: tuple[int, ...] | None = None
) -> list[DayRow]:
    """Count the tickets one by one, of these mailboxes (None: of all).

    :param since: the first day; None for all days.
    """
    first = since or _first_day(session)
    if first is None:
        return []
    shown = (IN_INBOX, *visible(mailbox_ids))
    # A week at a time, so that few rows are in memory.
    last = session.scalar(select(func.max(Ticket.created_at)))
    begin, found = _midnight(first), list[DayRow]()
    while last and begin <= last:
        within = (Ticket.created_at >= begin, Ticket.created_at < begin + _WEEK)
        found += summed(_came(session, (*within, *shown)))
        begin += _WEEK
    found += _solved(session, (Ticket.resolved_at >= _midnight(first), *shown))
    found += _rated(session, (Ticket.rated_at >= _midnight(first), *shown))
    return summed(found)


def summed(rows: Iterable[DayRow]) -> list[DayRow]:
    """One row a day, mailbox and category, with lengths of time rounded up; none with nothing."""
    sums: dict[tuple[Any, ...], tuple[Counter[str], ...]] = {}
    for row in rows:
        tally, firsts, solutions, ratings = sums.setdefault(
            row[:3], (Counter(), Counter(), Counter(), Counter())
        )
        tally["came"] += row.came
        tally["solved"] += row.solved
        _add(firsts, row.first_answers)
        _add(solutions, row.solutions)
        for grade, count in (row.ratings or {}).items():
            ratings[grade] += count
    every = (
        DayRow._make((*key, tally["came"], tally["solved"], *map(_but_zeros, counts)))
        for key, (tally, *counts) in sums.items()
    )
    return [row for row in every if any(row[3:])]


def _add(counts: Counter[str], more: Mapping[str, int] | None) -> None:
    for minutes, count in (more or {}).items():
        counts[str(rounded_up(int(minutes)))] += count


def _but_zeros(counts: Counter[str]) -> dict[str, int] | None:
    return {name: count for name, count in counts.items() if count} or None


def _first_day(session: Session) -> date | None:
    """The day of the first thing that happened to any ticket."""
    columns = (Ticket.created_at, Ticket.resolved_at, Ticket.rated_at)
    found = session.execute(select(*map(func.min, columns))).one()
    return min((moment.date() for moment in found if moment), default=None)


def _came(session: Session, conditions: Iterable[ColumnElement[bool]]) -> Iterator[DayRow]:
    answered = case((Ticket.first_response_at > Ticket.created_at, Ticket.first_response_at))
    of_each = (
        _day_of(session, Ticket.created_at),
        Ticket.mailbox_id,
        Ticket.category,
        _minutes_to(session, answered),
        _minutes_to(session, Ticket.resolved_at),
    )
    rows = session.execute(select(*of_each, func.count()).where(*conditions).group_by(*of_each))
    for day, mailbox_id, category, waited, took, count in rows:
        yield DayRow(
            day,
            mailbox_id,
            category,
            came=count,
            first_answers=None if waited is None else {str(waited): count},
            solutions=None if took is None else {str(took): count},
        )


def _solved(session: Session, conditions: Iterable[ColumnElement[bool]]) -> Iterator[DayRow]:
    of_each = (_day_of(session, Ticket.resolved_at), Ticket.mailbox_id, Ticket.category)
    rows = session.execute(select(*of_each, func.count()).where(*conditions).group_by(*of_each))
    for day, mailbox_id, category, count in rows:
        yield DayRow(day, mailbox_id, category, solved=count)


def _rated(session: Session, conditions: Iterable[ColumnElement[bool]]) -> Iterator[DayRow]:
    kind = (Ticket.mailbox_id, Ticket.category, Ticket.rating)
    of_each = (_day_of(session, Ticket.rated_at), *kind)
    is_rated = Ticket.rating.is_not(None)
    rows = session.execute(
        select(*of_each, func.count()).where(is_rated, *conditions).group_by(*of_each)
    )
    for day, mailbox_id, category, grade, count in rows:
        yield DayRow(day, mailbox_id, category, ratings={str(grade): count})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


# As the triggers have both, in migrations/versions/0080_day_counts.py.


def _day_of(session: Session, moment: InstrumentedAttribute[Any]) -> ColumnElement[date]:
    if _is_postgresql(session):
        return cast(func.timezone("UTC", moment), Date)
    return func.date(moment, type_=Date)


def _minutes_to(session: Session, moment: Any) -> ColumnElement[int]:
    if _is_postgresql(session):
        milliseconds = func.extract("epoch", moment - Ticket.created_at) * 1000
    else:
        days = func.julianday(moment) - func.julianday(Ticket.created_at)
        milliseconds = days * 86_400_000
    return (cast(func.round(milliseconds), BigInteger) + 59_999) // 60_000


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
