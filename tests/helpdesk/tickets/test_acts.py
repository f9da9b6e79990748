"""What of a history was done in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.tickets.acts import acts, newest_of_each, standing
from tests.support.factories import NOW

LATER = NOW + timedelta(minutes=1)


@dataclass(frozen=True)
class Row:
    id: int
    field: str
    old_value: str = ""
    created_at: datetime = NOW
    changed_by_id: int | None = 1
    old_id: int | None = None
    reason: str = ""


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
    assert newest_of_each(acts(rows)) == {
        ("status", None): 3,
        ("merged_into", None): 3,
        ("moved_mail", 8): 4,
    }


def test_tags_that_came_and_went_together_are_one_act() -> None:
    rows = [
        Row(1, "tag", "a", old_id=1),
        Row(2, "tag", old_id=2),
        Row(3, "tag", old_id=2, reason="undone"),
        Row(4, "tag", old_id=3, created_at=LATER),
    ]
    assert ids(rows) == [[1, 2], [3], [4]]
    newest = newest_of_each(acts(rows))
    assert newest == {("tag", 1): 2, ("tag", 2): 3, ("tag", 3): 4}
    assert [bool(standing(act, newest)) for act in acts(rows)] == [False, True, True]
