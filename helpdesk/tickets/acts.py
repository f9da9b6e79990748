"""Acts: what was done in one go, though the history has several rows of it.

A status is walked to by single steps; a merge, or a mail that is moved, brings changes of the
status along.
"""

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
    HistoryField.FOLDER,
    HistoryField.SNOOZE,
    HistoryField.REQUESTER,
    HistoryField.IN_COPY,
    HistoryField.MERGED,
    HistoryField.MERGED_INTO,
    HistoryField.MOVED_MAIL,
)
"""What can be given the value that it had before."""
MOVES = (HistoryField.MERGED, HistoryField.MERGED_INTO, HistoryField.MOVED_MAIL)
"""Of these, what took messages to another ticket."""
TAKEN_BACK = "the answer was taken back"
"""The reason in the history of what came with an answer, and went with it. It is not undone: what
the answer said stands in a composer, and is sent again from there."""
_NAMED_BY_ID = (HistoryField.REQUESTER, HistoryField.IN_COPY, *MOVES)
_EACH_BY_ITSELF = (HistoryField.IN_COPY, HistoryField.MERGED, HistoryField.MOVED_MAIL)
_STATUS = (HistoryField.STATUS.value, None)


class HistoryRow(Protocol):
    """What of a row of the history tells acts apart."""

    @property
    def id(self) -> int: ...

    @property
    def changed_by_id(self) -> int | None: ...

    @property
    def field(self) -> str: ...

    @property
    def old_value(self) -> str: ...

    @property
    def old_id(self) -> int | None: ...

    @property
    def reason(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...


Row = TypeVar("Row", bound=HistoryRow)


def acts(rows: Sequence[Row]) -> list[list[Row]]:
    """Put the rows of each act together; rows and acts in their order, oldest first."""
    found: list[list[Row]] = []
    for row in rows:
        # What a status, or what brings one along, woke up is an act of its own between them.
        before = next((act for act in reversed(found) if act[0].field != HistoryField.SNOOZE), None)
        if before and row.field == HistoryField.STATUS and _goes_on(before[-1], row):
            before.append(row)
        else:
            found.append([row])
    return found


def is_undoable(act: Sequence[HistoryRow]) -> bool:
    """Whether what an act changed can have the value before it, if nobody changed it since."""
    first = act[0]
    if first.reason == TAKEN_BACK:
        return False
    if first.field in _NAMED_BY_ID:
        return first.old_id is not None
    if first.field == HistoryField.SNOOZE and first.changed_by_id is None:
        return False  # its time came, or something came that somebody must see
    was_opened = first.field == HistoryField.STATUS and not first.old_value
    return first.field in UNDOABLE and not was_opened


def changed_by_act(act: Sequence[HistoryRow]) -> tuple[str, int | None]:
    """What an act changed: a field, or whether one person is in copy, or where one mail is."""
    first = act[0]
    return first.field, first.old_id if first.field in _EACH_BY_ITSELF else None


def newest_of_each(all_acts: Sequence[Sequence[HistoryRow]]) -> dict[tuple[str, int | None], int]:
    """The last row of the newest act that changed each thing, by what :func:`changed_by_act` says.

    :param all_acts: of one ticket, oldest first.
    """
    newest: dict[tuple[str, int | None], int] = {}
    for act in all_acts:
        newest[changed_by_act(act)] = act[-1].id
        if act[-1].field == HistoryField.STATUS:
            newest[_STATUS] = act[-1].id
    return newest


def _goes_on(before: HistoryRow, row: HistoryRow) -> bool:
    """Whether a step of the status follows from the row before, in one go with it.

    That a ticket was opened is an act of its own.
    """
    if (before.changed_by_id, before.created_at) != (row.changed_by_id, row.created_at):
        return False
    return before.field in MOVES or (before.field == row.field and before.old_value != "")
