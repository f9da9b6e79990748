"""Ticket numbers: counted by the UTC day."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from helpdesk.models import TicketDay
from helpdesk.rows import ask


def next_number(session: Session, now: datetime) -> str:
    """The next ticket number of this UTC day: ``TKT20261123001``, growing past 999.

    One upsert: two transactions at once wait for each other and never get the same number.
    """
    day = f"{now:%Y%m%d}"
    statement = _count_on(session.get_bind().dialect.name)
    last = ask(session, statement, of_day=day).scalar_one()
    return f"TKT{day}{last:03d}"


@cache
def _count_on(dialect: str) -> Any:
    """Made once: making a statement costs as much as running it."""
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    return (
        insert(TicketDay)
        .values(day=bindparam("of_day", type_=TicketDay.day.type), last=1)
        .on_conflict_do_update(index_elements=["day"], set_={"last": TicketDay.last + 1})
        .returning(TicketDay.last)
    )
