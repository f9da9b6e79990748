"""What of a history was done in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.tickets.acts import acts, left_by, standing
from tests.support.factories import NOW

MINUTE = timedelta(minutes=1)
LATER = NOW + MINUTE


@dataclass(frozen=True)
class Row:
    id: int
    field: str
    old_value: str = ""
    created_at: datetime = NOW
    changed_by_id: int | None = 1
    old_id: int | None = None
    reason: str = ""
    new_value: str = ""


def ids(rows: list[Row]) -> list[list[int]]:
    return [[row.id for row in act] for act in acts(rows)]


def test_the_steps_of_a_walk_are_one_act_and_so_is_a_merge_with_its_steps() -> None:
    opened = Row(1, "status")
    walked = [Row(2, "status", "open"), Row(3, "status", "in_progress")]
    merged = [Row(4, "merged_into", created_at=LATER), Row(5, "status", "resolved", LATER)]
    assert ids([opened, *walked, *merged]) == [[1], [2, 3], [4, 5]]
    assert ids([Row(1, "merged"), Row(2, "merged")]) == [[1], [2]], "two merges are two acts"
    by_others = [Row(1, "moved_mail"), Row(2, "status", "waiting", changed_by_id=2)]
    assert ids(by_others) == [[1], [2]]


def test_the_steps_of_a_merge_count_as_a_change_of_the_status() -> None:
    rows = [
        Row(1, "status", "open"),
        Row(2, "merged_into", old_id=7, created_at=LATER),
        Row(3, "status", "in_progress", LATER),
        Row(4, "moved_mail", old_id=8, created_at=LATER, changed_by_id=2),
    ]
    assert left_by(acts(rows)) == {
        ("status", None): {3},
        ("merged_into", None): {3},
        ("moved_mail", 8): {4},
    }


def test_tags_that_came_and_went_together_are_one_act() -> None:
    rows = [
        Row(1, "tag", "a", old_id=1),
        Row(2, "tag", old_id=2),
        Row(3, "tag", old_id=2, reason="undone"),
        Row(4, "tag", old_id=3, created_at=LATER),
    ]
    assert ids(rows) == [[1, 2], [3], [4]]
    left = left_by(acts(rows))
    assert left == {("tag", 1): {2}, ("tag", 2): {3}, ("tag", 3): {4}}
    assert [bool(standing(act, left)) for act in acts(rows)] == [False, True, True]


def undoable(rows: list[Row]) -> list[int]:
    left = left_by(acts(rows))
    return [act[-1].id for act in acts(rows) if standing(act, left)]


def priority(row_id: int, old: str, new: str, reason: str = "") -> Row:
    at = NOW + row_id * timedelta(minutes=1)
    return Row(row_id, "priority", old, at, reason=reason, new_value=new)


def test_what_was_before_an_undone_change_can_be_undone_next() -> None:
    rows = [priority(1, "medium", "high"), priority(2, "high", "urgent")]
    assert undoable(rows) == [2]
    rows.append(priority(3, "urgent", "high", "undone"))
    assert undoable(rows) == [1, 3], "one more step back, or forth again"
    rows.append(priority(4, "high", "medium", "undone"))
    assert undoable(rows) == [4]
    rows.append(priority(5, "medium", "low"))
    assert undoable(rows) == [5]
    again = [*rows[:2], priority(3, "urgent", "high"), priority(4, "high", "medium")]
    assert undoable(again) == [4], "by hand it is a change like any other"


def test_an_answer_is_undone_with_what_it_changed_and_a_macro_with_its_own_line() -> None:
    answer = [
        Row(1, "status", "open", reason="with the reply", new_value="waiting"),
        Row(2, "tag", old_id=1, reason="with the reply", new_value="vip"),
        Row(3, "tag", old_id=2, reason="with the reply", new_value="late"),
    ]
    macro = [
        Row(4, "macro", created_at=LATER, new_value="Refund"),
        Row(5, "status", "waiting", LATER, new_value="resolved"),
    ]
    assert (ids([*answer, *macro]), undoable([*answer, *macro])) == ([[1, 2, 3], [4, 5]], [3, 5])
    undone = [
        Row(6, "macro", "Refund", LATER + MINUTE, reason="undone"),
        Row(7, "status", "resolved", LATER + MINUTE, reason="undone", new_value="waiting"),
    ]
    rows = [*answer, *macro, *undone]
    left = left_by(acts(rows))
    assert [[part[0].id for part in standing(act, left)] for act in acts(rows)] == [[1, 2], [], []]
