"""What customers may know of a ticket's history."""

from __future__ import annotations

import pytest

from helpdesk.queries.ticket import ChangeView
from helpdesk.queries.told_changes import told_changes
from helpdesk.tickets.history import ANSWERED_ASIDE
from tests.support.factories import NOW


def change(old: str, new: str, reason: str = "", field: str = "status") -> ChangeView:
    return ChangeView(1, None, field, old, new, reason, NOW)


WAITS = change("open", "waiting")
ASIDE = change("waiting", "in_progress", ANSWERED_ASIDE)


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ([], []),
        ([change("in_progress", "waiting", "undone")], []),
        ([change("in_progress", "resolved")], [("waiting", "resolved")]),
        (
            [change("in_progress", "waiting"), change("waiting", "in_progress")],
            [("waiting", "in_progress")],
        ),
    ],
)
def test_a_side_conversation_made_no_step(
    then: list[ChangeView], told: list[tuple[str, str]]
) -> None:
    mine = change("", "gift", field="tag")
    found = told_changes([WAITS, mine, ASIDE, mine, *then], ("status",))
    assert [(one.old_value, one.new_value) for one in found] == [("open", "waiting"), *told]


def test_that_it_opened_the_ticket_again_is_told() -> None:
    again = change("resolved", "open", ANSWERED_ASIDE)
    assert list(told_changes([again], ("status",))) == [again]
