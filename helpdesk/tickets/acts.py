"""Acts: a status is walked to by single steps, each a row of the history; that is one change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from helpdesk.models import HistoryField

UNDOABLE = (
    HistoryField.STATUS,
    HistoryField.SUBJECT,
    HistoryField.PRIORITY,
    HistoryField.CATEGORY,
    HistoryField.ASSIGNEE,
    HistoryField.ORDER,
    HistoryField.REQUESTER,
    HistoryField.IN_COPY,
)
"""What can be given the value that it had before."""
_OF_PEOPLE = (HistoryField.REQUESTER, HistoryField.IN_COPY)


class HistoryRow(Protocol):
    """What of a row of the history tells acts apart."""

    @property
    def changed_by_id(self) -> int | None: ...

    @property
    def field(self) -> str: ...

    @property
    def old_value(self) -> str: ...

    @property
    def old_id(self) -> int | None: ...

    @property
    def created_at(self) -> datetime: ...


Row = TypeVar("Row", bound=HistoryRow)


def acts(rows: Sequence[Row]) -> list[list[Row]]:
    """Put the rows of each act together; rows and acts in their order, oldest first."""
    found: list[list[Row]] = []
    for row in rows:
        before = found[-1][-1] if found else None
        if before and row.field == HistoryField.STATUS and _goes_on(before, row):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def is_undoable(act: Sequence[HistoryRow]) -> bool:
    """Whether what an act changed can have the value before it, if nobody changed it since."""
    first = act[0]
    if first.field in _OF_PEOPLE:
        return first.old_id is not None
    was_opened = first.field == HistoryField.STATUS and not first.old_value
    return first.field in UNDOABLE and not was_opened


def changed_by_act(act: Sequence[HistoryRow]) -> tuple[str, int | None]:
    """What an act changed: a field, or whether one person is in copy."""
    first = act[0]
    return first.field, first.old_id if first.field == HistoryField.IN_COPY else None


def _goes_on(before: HistoryRow, row: HistoryRow) -> bool:
    """Whether a step follows the one before. That a ticket was opened is an act of its own."""
    same = (before.changed_by_id, before.field, before.created_at)
    return same == (row.changed_by_id, row.field, row.created_at) and before.old_value != ""
