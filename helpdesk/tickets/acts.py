"""Acts: what was done in one go, though the history has several rows of it.

A status is walked to by single steps; a merge, or a mail that is moved, brings changes of the
status along; several tags come and go together; a macro changes several fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol, TypeVar

from helpdesk.models import HistoryField

UNDOABLE = (
    HistoryField.STATUS,
    HistoryField.SUBJECT,
    HistoryField.PRIORITY,
    HistoryField.CATEGORY,
    HistoryField.LANGUAGE,
    HistoryField.ASSIGNEE,
    HistoryField.TEAM,
    HistoryField.MAILBOX,
    HistoryField.ORDER,
    HistoryField.FOLDER,
    HistoryField.SNOOZE,
    HistoryField.THANKS,
    HistoryField.TAG,
    HistoryField.CUSTOM,
    HistoryField.REQUESTER,
    HistoryField.IN_COPY,
    HistoryField.MERGED,
    HistoryField.MERGED_INTO,
    HistoryField.MOVED_MAIL,
    HistoryField.MACRO,
    HistoryField.SPLIT,
    HistoryField.SPLIT_FROM,
    HistoryField.LINK,
    HistoryField.PARENT,
    HistoryField.CHILD,
    HistoryField.CHECKLIST,
    HistoryField.CHECKLIST_PLACE,
)
"""What can be given the value that it had before."""
MOVES = (
    HistoryField.MERGED,
    HistoryField.MERGED_INTO,
    HistoryField.MOVED_MAIL,
    HistoryField.SPLIT,
    HistoryField.SPLIT_FROM,
)
"""Of these, what took messages to another ticket."""
RELATIONS = (HistoryField.LINK, HistoryField.PARENT, HistoryField.CHILD)
"""What says how a ticket and another one belong together."""
TAKEN_BACK = "the answer was taken back"
"""The reason in the history of what came with an answer, and went with it. It is not undone: what
the answer said stands in a composer, and is sent again from there."""
BROUGHT_ALONG = "came with it"
"""The reason in the history of what an act brought along: of a merge the tags, of another mailbox
the team, and that somebody who does not see it has the ticket no longer."""
_NAMED_BY_ID = (
    HistoryField.REQUESTER, HistoryField.IN_COPY, HistoryField.MAILBOX, *MOVES, *RELATIONS,
)  # fmt: skip
_BRINGS_ALONG = (*MOVES, HistoryField.MAILBOX)
_EACH_BY_ITSELF = (
    HistoryField.IN_COPY, HistoryField.MERGED, HistoryField.MOVED_MAIL, HistoryField.TAG,
    HistoryField.MACRO, HistoryField.SPLIT, HistoryField.CHECKLIST, HistoryField.CUSTOM,
    *RELATIONS,
)  # fmt: skip
_SAME_THING: dict[str, HistoryField] = {
    HistoryField.SPLIT: HistoryField.MERGED, HistoryField.SPLIT_FROM: HistoryField.MERGED_INTO
}  # fmt: skip
"""What is undone by the other: split, and merged again."""
_STATUS = (HistoryField.STATUS.value, None)

HEADS = (*MOVES, HistoryField.MACRO, HistoryField.MAILBOX)
"""What says in one line of the history what an act did, whatever came along."""


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
    def new_value(self) -> str: ...

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
        if before and (_is_of_macro(before[0], row) or _goes_on(before[-1], row)):
            before.append(row)
        else:
            found.append([row])
    return found


def each_by_itself(rows: Sequence[Row]) -> list[list[Row]]:
    """What an act brought along, a thing at a time; tags together."""
    kinds = groupby(rows, key=lambda row: (row.field, row.field != HistoryField.TAG and row.id))
    return [list(of_kind) for _, of_kind in kinds]


def is_undoable(act: Sequence[HistoryRow]) -> bool:
    """Whether what an act changed can have the value before it, if nobody changed it since."""
    first = act[0]
    if first.reason == TAKEN_BACK:
        return False
    if first.field == HistoryField.MACRO:
        return first.new_value != ""
    if first.field in _NAMED_BY_ID:
        return first.old_id is not None
    if first.field == HistoryField.SNOOZE and first.changed_by_id is None:
        return False  # its time came, or something came that somebody must see
    was_opened = first.field == HistoryField.STATUS and not first.old_value
    return first.field in UNDOABLE and not was_opened


def stands(act: Sequence[HistoryRow], newest: Mapping[tuple[str, int | None], int]) -> bool:
    """Whether nobody changed again what an act changed.

    :param newest: what :func:`newest_of_each` says of all acts of the ticket.
    """
    return all(newest[thing] == act[-1].id for thing in _changed_by(act))


def newest_of_each(all_acts: Sequence[Sequence[HistoryRow]]) -> dict[tuple[str, int | None], int]:
    """The last row of the newest act that changed each thing: a field, or whether one person is in
    copy, one tag stands there, or where one mail is.

    :param all_acts: of one ticket, oldest first.
    """
    newest: dict[tuple[str, int | None], int] = {}
    for act in all_acts:
        newest.update(dict.fromkeys(_changed_by(act), act[-1].id))
        if act[-1].field == HistoryField.STATUS:
            newest[_STATUS] = act[-1].id
        if act[0].field in _BRINGS_ALONG:
            newest.update(
                dict.fromkeys(map(_thing, (row for row in act if _came_along(row))), act[-1].id)
            )
    return newest


def old_and_new(act: Sequence[HistoryRow]) -> tuple[str, str]:
    """What was there before an act, and what after it; of tags, which went and which came, with
    commas between.
    """
    first = act[0]
    if first.field == HistoryField.TAG:
        tags = [row for row in act if row.field == first.field]
        gone, came = (row.old_value for row in tags), (row.new_value for row in tags)
        return ", ".join(filter(None, gone)), ", ".join(filter(None, came))
    return first.old_value, (first if first.field in HEADS else act[-1]).new_value


def _changed_by(act: Sequence[HistoryRow]) -> list[tuple[str, int | None]]:
    """What an act changed; what came along with it is left out."""
    if act[0].field == HistoryField.THANKS:  # that the status stayed: undone, it goes on from there
        return [_STATUS]
    things = act if act[0].field in (HistoryField.TAG, HistoryField.MACRO) else act[:1]
    if act[0].field == HistoryField.MACRO and act[0].old_id is None:
        things = act[1:]  # it added no note: nothing but its changes can be taken back
    return [_thing(row) for row in things]


def _thing(row: HistoryRow) -> tuple[str, int | None]:
    field = _SAME_THING.get(row.field, row.field)
    return field, row.old_id if row.field in _EACH_BY_ITSELF else None


def _came_along(row: HistoryRow) -> bool:
    return row.reason == BROUGHT_ALONG and row.field not in _BRINGS_ALONG


def _is_of_macro(head: HistoryRow, row: HistoryRow) -> bool:
    """Whether a row says what the macro did that an act begins with."""
    if head.field != HistoryField.MACRO or row.field == HistoryField.MACRO:
        return False
    return (head.changed_by_id, head.created_at) == (row.changed_by_id, row.created_at)


def _goes_on(before: HistoryRow, row: HistoryRow) -> bool:
    """Whether a row was written in one go with the row before: a further step of the status,
    another tag, or what that act brought along.

    That a ticket was opened is an act of its own.
    """
    if (before.changed_by_id, before.created_at) != (row.changed_by_id, row.created_at):
        return False
    if _came_along(row) and (before.field in _BRINGS_ALONG or _came_along(before)):
        return True
    if row.field == HistoryField.TAG:
        return before.field == row.field and before.reason == row.reason
    if row.field != HistoryField.STATUS:
        return False
    if before.field in MOVES or _came_along(before):
        return True
    return before.field == row.field and before.old_value != ""
