"""Pages by key, newest first: for who reads a long list to its end, whatever comes in meanwhile.

A cursor names the last row that was seen, so a page costs the same wherever it is. How many rows
there are is counted once, as the list is begun, and goes along: of a million that takes longer
than the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidInput
from helpdesk.models import Ticket
from helpdesk.queries.offset_page import count_of

_WRITTEN = re.compile(r"([1-9][0-9]{0,17})-([0-9]{1,12})", re.ASCII)


@dataclass(frozen=True)
class Cursor:
    """A place in a list: after which row, and how many there were as it was begun."""

    after_id: int
    count: int

    def __str__(self) -> str:
        return f"{self.after_id}-{self.count}"


def read_cursor(written: str) -> Cursor | None:
    """Read what a program was given to go on with; None where it begins.

    :raises InvalidInput: it is none of ours.
    """
    if not written:
        return None
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise InvalidInput("cursor", "This is no cursor. Follow “next” as it is, or begin anew.")
    return Cursor(int(found[1]), int(found[2]))


def keyset_page(
    session: Session,
    chosen: Select[Ticket],
    where: Sequence[ColumnElement[bool]],
    cursor: Cursor | None,
    size: int,
) -> tuple[int, list[Ticket], Cursor | None]:
    """Return how many there were, the tickets of one page, and where the next one begins."""
    count = cursor.count if cursor else count_of(session, Ticket, where)
    older = (Ticket.id < cursor.after_id,) if cursor else ()
    # Ids ascend with time. One more than is shown says whether there is another page.
    walked = chosen.where(*where, *older).order_by(Ticket.id.desc()).limit(size + 1)
    tickets = list(session.scalars(walked))
    shown = tickets[:size]
    return count, shown, Cursor(shown[-1].id, count) if len(tickets) > size else None
