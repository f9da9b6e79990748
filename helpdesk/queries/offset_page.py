"""Pages of tickets by number, newest first: for short lists, and where the API's contract has them.

The queue is walked by key instead (:mod:`helpdesk.queries.queue`): a high number is slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from helpdesk.models import Ticket

Columns = TypeVarTuple("Columns")


def count_of(session: Session, where: Sequence[ColumnElement[bool]]) -> int:
    """How many tickets there are of these."""
    return session.scalar(select(func.count()).select_from(Ticket).where(*where)) or 0


def offset_page(
    chosen: Select[*Columns], where: Sequence[ColumnElement[bool]], page: int, size: int
) -> Select[*Columns]:
    """What is chosen of these tickets, narrowed to one page; the first has the number 1."""
    return (
        chosen.where(*where)
        # Ids ascend with time; and their index is there, so nothing has to be sorted.
        .order_by(Ticket.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
