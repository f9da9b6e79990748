"""Keep the counts of tickets: of what was there before they were kept, and few rows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from helpdesk.actions.count_once import is_first_to_count, read_as_of_one_moment
from helpdesk.models import TicketCount
from helpdesk.queries.stats import COUNTED, are_counted, count_tickets

AT_ONCE = 2_000
"""Rows that are added up in one transaction."""
_KINDS = (TicketCount.mailbox_id, TicketCount.status, TicketCount.category, TicketCount.priority)
_SUMS = (
    TicketCount.tickets,
    TicketCount.answered,
    TicketCount.waited_ms,
    TicketCount.rated,
    TicketCount.rated_good,
)
_NAMES = tuple(column.key for column in (*_KINDS, *_SUMS))


@dataclass(frozen=True)
class Counted:
    """All tickets, counted at one moment."""

    rows: Sequence[dict[str, Any]]
    """As they are to stand in the table."""
    instead_of: Sequence[int]
    """The ids of what was counted before that moment."""


def count_before(session: Session) -> Counted | None:
    """Count the tickets that were there before they were counted; None where that was done.

    It only reads, as of one moment, and may take seconds; :func:`keep_counted` writes it down.
    """
    read_as_of_one_moment(session)
    if are_counted(session):
        return None
    found = [dict(zip(_NAMES, row, strict=True)) for row in count_tickets(session)]
    return Counted(found, session.scalars(select(TicketCount.id)).all())


def keep_counted(session: Session, counted: Counted) -> bool:
    """Keep what was counted; False where another process did meanwhile."""
    if not is_first_to_count(session, COUNTED):
        return False
    _delete(session, counted.instead_of)
    _add(session, counted.rows)
    return True


def kept_rows(session: Session) -> int:
    """How many rows the counts are."""
    return session.scalar(select(func.count()).select_from(TicketCount)) or 0


def add_up(session: Session) -> int:
    """Put sums in the place of the oldest rows. Returns how many rows that are fewer."""
    oldest = select(TicketCount.id).order_by(TicketCount.id).limit(AT_ONCE)
    gone: Sequence[Sequence[Any]] = session.execute(
        delete(TicketCount)
        .where(TicketCount.id.in_(oldest))
        .returning(*_KINDS, *_SUMS)
        .execution_options(synchronize_session=False)
    ).all()
    sums: dict[tuple[Any, ...], list[int]] = {}
    for row in gone:
        kind, values = tuple(row[: len(_KINDS)]), row[len(_KINDS) :]
        before = sums.get(kind, [0] * len(_SUMS))
        sums[kind] = [one + other for one, other in zip(before, values, strict=True)]
    found = [(*kind, *values) for kind, values in sums.items() if any(values)]
    _add(session, [dict(zip(_NAMES, row, strict=True)) for row in found])
    return len(gone) - len(found)


def _delete(session: Session, ids: Sequence[int]) -> None:
    for begin in range(0, len(ids), AT_ONCE):
        chosen = TicketCount.id.in_(ids[begin : begin + AT_ONCE])
        session.execute(
            delete(TicketCount).where(chosen).execution_options(synchronize_session=False)
        )


def _add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(TicketCount), list(rows))
