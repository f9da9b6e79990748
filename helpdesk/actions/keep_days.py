"""Keep what is counted of each day: of what was there before, and in few rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, false, func, insert, select, true
from sqlalchemy.orm import Session

from helpdesk.actions.count_once import is_first_to_count, read_as_of_one_moment
from helpdesk.models import DayCount
from helpdesk.queries.day_counts import (
    COLUMNS,
    DAYS_COUNTED,
    DayRow,
    are_days_counted,
    counted_days,
    summed,
)

AT_ONCE = 2_000
"""Rows that are added up in one transaction."""
_UNSUMMED = DayCount.is_sum == false()


@dataclass(frozen=True)
class CountedDays:
    """All days, counted at one moment."""

    rows: Sequence[DayRow]
    instead_of: Sequence[int]
    """The ids of what was counted before that moment."""


def count_days_before(session: Session) -> CountedDays | None:
    """Count the tickets that were there before they were counted by day; None where that was done.

    It only reads, as of one moment, and may take seconds; :func:`keep_counted_days` writes it down.
    """
    read_as_of_one_moment(session)
    if are_days_counted(session):
        return None
    return CountedDays(counted_days(session), session.scalars(select(DayCount.id)).all())


def keep_counted_days(session: Session, counted: CountedDays) -> bool:
    """Keep what was counted; False where another process did meanwhile."""
    if not is_first_to_count(session, DAYS_COUNTED):
        return False
    for begin in range(0, len(counted.instead_of), AT_ONCE):
        chosen = DayCount.id.in_(counted.instead_of[begin : begin + AT_ONCE])
        session.execute(delete(DayCount).where(chosen).execution_options(synchronize_session=False))
    _add_sums(session, counted.rows)
    return True


def unsummed_days(session: Session) -> int:
    """How many rows are in no sum yet."""
    return session.scalar(select(func.count()).select_from(DayCount).where(_UNSUMMED)) or 0


def add_up_days(session: Session) -> int:
    """Add the oldest rows to the sums of their days. Returns how many those rows were.

    Only where the days are counted: what was there before is counted instead of the rows that
    stand, which therefore must be told apart until then.
    """
    oldest = select(DayCount.id).where(_UNSUMMED).order_by(DayCount.id).limit(AT_ONCE)
    added = _taken(session, DayCount.id.in_(oldest))
    if added:
        of_days = DayCount.day.in_({row.day for row in added})
        of_categories = DayCount.category.in_({row.category for row in added})
        before = _taken(session, DayCount.is_sum == true(), of_days, of_categories)
        _add_sums(session, summed((*before, *added)))
    return len(added)


def _taken(session: Session, *conditions: ColumnElement[bool]) -> list[DayRow]:
    """Rows, which are no more."""
    gone = session.execute(
        delete(DayCount)
        .where(*conditions)
        .returning(*COLUMNS)
        .execution_options(synchronize_session=False)
    )
    return [DayRow(*row) for row in gone]


def _add_sums(session: Session, rows: Iterable[DayRow]) -> None:
    written = [{**row._asdict(), "is_sum": True} for row in rows]
    if written:
        session.execute(insert(DayCount), written)
