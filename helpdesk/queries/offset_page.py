"""Pages by number, newest first: for short lists, and where the API's contract has them.

The queue is walked by key instead (:mod:`helpdesk.queries.queue`): a high number is slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from helpdesk.models import InboundMail, OutboundMail, Ticket

Columns = TypeVarTuple("Columns")
Listed = type[Ticket] | type[InboundMail] | type[OutboundMail]


def count_of(session: Session, listed: Listed, where: Sequence[ColumnElement[bool]]) -> int:
    """Return how many rows of this table meet the conditions."""
    return session.scalar(select(func.count()).select_from(listed).where(*where)) or 0


def offset_page(
    chosen: Select[*Columns],
    listed: Listed,
    where: Sequence[ColumnElement[bool]],
    *,
    page: int,
    size: int,
) -> Select[*Columns]:
    """Return what is chosen of these rows, narrowed to one page; the first has the number 1."""
    return (
        chosen.where(*where)
        # Ids ascend with time; and their index is there, so nothing has to be sorted.
        .order_by(listed.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
