"""Acts: what was done in one go, though the history has several rows of it.

A status is walked to by single steps; a merge, or a mail that is moved, brings changes of the
status along; several tags come and go together; a macro, and an answer, change several fields.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, Protocol, TypeVar

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
WITH_REPLY = "with the reply"
"""The reason in the history of what a staff answer changed, with its status."""
BEGUN = "begun by writing to them"
"""The same, of the message that staff began a ticket with."""
UNDONE = "undone"
"""The reason in the history of what was undone."""
TAKEN_BACK = "the answer was taken back"
"""The reason in the history of what came with an answer, and went with it. It is not undone: what
the answer said stands in a composer, and is sent again from there."""
BROUGHT_ALONG = "came with it"
"""The reason in the history of what an act brought along: of a merge the tags, of another mailbox
the team, and that somebody who does not see it has the ticket no longer."""
_NAMED_BY_ID = (
    HistoryField.REQUESTER, HistoryField.IN_COPY, HistoryField.MAILBOX, *MOVES, *RELATIONS,
)  # fmt: skip
_TOGETHER = (WITH_REPLY, BEGUN, UNDONE)
"""Rows with one of these reasons, by one person at one moment, are one act, whatever they changed:
an answer with all that it says of the ticket, and that this was undone."""
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
_Thing = tuple[str, int | None]
LeftBy = dict[_Thing, frozenset[int]]
_STATUS: _Thing = (HistoryField.STATUS.value, None)

HEADS = (*MOVES, HistoryField.MACRO, HistoryField.MAILBOX)
"""What says in one line of the history what an act did, whatever came along."""


class _Left(NamedTuple):
    """What an act made of a thing."""

    act_id: int
    old: str
    new: str


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
        if found and _is_together(found[-1][0], row):
            found[-1].append(row)
        else:
            _put_with_its_kind(found, row)
    return found


def parts_of(act: Sequence[Row]) -> list[list[Row]]:
    """What an act changed, a thing at a time: an act that is undone as one has several such parts;
    of a macro those that it did, without its own row.
    """
    if act[0].field == HistoryField.MACRO:
        return acts(act[1:])
    if not _is_together(act[0], act[-1]):
        return [list(act)]
    found: list[list[Row]] = []
    for row in act:
        _put_with_its_kind(found, row)
    return found


def is_together(act: Sequence[HistoryRow]) -> bool:
    """Whether an act is one of several things: an answer with what it changed, or its undoing."""
    return act[0].field != HistoryField.MACRO and len(parts_of(act)) > 1


def each_by_itself(rows: Sequence[Row]) -> list[list[Row]]:
    """What an act brought along, a thing at a time; tags together."""
    kinds = groupby(rows, key=lambda row: (row.field, row.field != HistoryField.TAG and row.id))
    return [list(of_kind) for _, of_kind in kinds]


def is_undoable(act: Sequence[HistoryRow]) -> bool:
    """Whether what an act changed can have the value before it, if nobody changed it since."""
    first = act[0]
    if first.reason == TAKEN_BACK:
        return False
    if is_together(act):
        return any(map(is_undoable, parts_of(act)))
    if first.field == HistoryField.MACRO:
        return first.new_value != ""
    if first.field in _NAMED_BY_ID:
        return first.old_id is not None
    if first.field == HistoryField.SNOOZE and first.changed_by_id is None:
        return False  # its time came, or something came that somebody must see
    was_opened = first.field == HistoryField.STATUS and not first.old_value
    return first.field in UNDOABLE and not was_opened


def standing(act: Sequence[Row], left: LeftBy) -> list[list[Row]]:
    """What of an act can have the value before it: of an answer each part that nobody changed
    again, of any other act all of it or nothing.

    :param left: what :func:`left_by` says of all acts of the ticket.
    """
    parts = parts_of(act) if is_together(act) else [list(act)]
    return [part for part in parts if is_undoable(part) and _stands(part, act, left)]


def left_by(all_acts: Sequence[Sequence[HistoryRow]]) -> LeftBy:
    """By which acts each thing is as it is: a field, or whether one person is in copy, one tag
    stands there, or where one mail is. That is the newest act that changed it; and where that one
    undid another, so is the act before the one that is undone.

    :param all_acts: of one ticket, oldest first.
    :return: for each thing the last rows of those acts.
    """
    stacks: dict[_Thing, list[_Left]] = defaultdict(list)
    left: LeftBy = {}
    for act in all_acts:
        act_id, undoes = act[-1].id, act[0].reason == UNDONE
        for thing, (old, new) in _values(act).items():
            stack = stacks[thing]
            if undoes and stack and (stack[-1].old, stack[-1].new) == (new, old):
                stack.pop()
            else:
                stack.append(_Left(act_id, old, new))
            left[thing] = frozenset({act_id, *(one.act_id for one in stack[-1:])})
    return left


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


def _changed_by(act: Sequence[HistoryRow]) -> list[_Thing]:
    """What an act changed; what came along with it is left out."""
    if act[0].field == HistoryField.THANKS:  # that the status stayed: undone, it goes on from there
        return [_STATUS]
    if is_together(act):
        return [thing for part in parts_of(act) for thing in _changed_by(part)]
    things = act if act[0].field in (HistoryField.TAG, HistoryField.MACRO) else act[:1]
    if act[0].field == HistoryField.MACRO and act[0].old_id is None:
        things = act[1:]  # it added no note: nothing but its changes can be taken back
    return [_thing(row) for row in things]


def _values(act: Sequence[HistoryRow]) -> dict[_Thing, tuple[str, str]]:
    """What each thing was before an act, and after it: of what it changed, and what came along."""
    things = set(_changed_by(act))
    if act[-1].field == HistoryField.STATUS:
        things.add(_STATUS)
    if act[0].field in _BRINGS_ALONG:
        things |= {_thing(row) for row in act if _came_along(row)}
    found: dict[_Thing, tuple[str, str]] = {}
    for row in act:
        thing = _thing(row)
        if thing in things:
            old, _ = found.get(thing, (row.old_value, ""))
            found[thing] = old, row.new_value
    return dict.fromkeys(things, ("", "")) | found


def _stands(part: Sequence[HistoryRow], act: Sequence[HistoryRow], left: LeftBy) -> bool:
    return all(act[-1].id in left[thing] for thing in _changed_by(part))


def _thing(row: HistoryRow) -> _Thing:
    field = _SAME_THING.get(row.field, row.field)
    return field, row.old_id if row.field in _EACH_BY_ITSELF else None


def _came_along(row: HistoryRow) -> bool:
    return row.reason == BROUGHT_ALONG and row.field not in _BRINGS_ALONG


def _is_of_macro(head: HistoryRow, row: HistoryRow) -> bool:
    """Whether a row says what the macro did that an act begins with."""
    if head.field != HistoryField.MACRO or row.field == HistoryField.MACRO:
        return False
    return (head.changed_by_id, head.created_at) == (row.changed_by_id, row.created_at)


def _put_with_its_kind(found: list[list[Row]], row: Row) -> None:
    """Put a row to the act before it, if it goes on with that; else it begins one."""
    # What a status, or what brings one along, woke up is an act of its own between them.
    before = next((act for act in reversed(found) if act[0].field != HistoryField.SNOOZE), None)
    if before and (_is_of_macro(before[0], row) or _goes_on(before[-1], row)):
        before.append(row)
    else:
        found.append([row])


def _is_together(before: HistoryRow, row: HistoryRow) -> bool:
    """Whether two rows tell of what one answer changed, or of what was undone in one go."""
    if row.reason not in _TOGETHER or before.field in HEADS or row.field in HEADS:
        return False
    one, other = ((it.reason, it.changed_by_id, it.created_at) for it in (before, row))
    return one == other


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
