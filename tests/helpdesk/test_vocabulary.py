"""The words for statuses and their steps, and the fields that hold them."""

from __future__ import annotations

import itertools

import pytest

from helpdesk.vocabulary import CATEGORIES, PRIORITIES, STATUSES, STEPS, steps_between

# Written down from the rules: every way there is, by its single steps.
WAYS = {
    ("open", "in_progress"): ("in_progress",),
    ("open", "waiting"): ("in_progress", "waiting"),
    ("open", "resolved"): ("in_progress", "resolved"),
    ("in_progress", "waiting"): ("waiting",),
    ("in_progress", "resolved"): ("resolved",),
    ("waiting", "in_progress"): ("in_progress",),
    ("waiting", "resolved"): ("resolved",),
    ("resolved", "closed"): ("closed",),
    ("resolved", "open"): ("open",),
    ("closed", "open"): ("open",),
}


@pytest.mark.parametrize(("old", "new"), list(itertools.product(STATUSES, STATUSES)))
def test_which_steps_lead_from_one_status_to_another(old: str, new: str) -> None:
    expected = () if old == new else WAYS.get((old, new))
    assert steps_between(old, new) == expected


def test_every_step_on_the_way_is_an_allowed_one() -> None:
    for (old, _), steps in WAYS.items():
        for before, after in itertools.pairwise((old, *steps)):
            assert after in STEPS[before]


def test_the_names_are_those_of_the_contract() -> None:
    assert list(STATUSES) == ["open", "in_progress", "waiting", "resolved", "closed"]
    assert sorted(PRIORITIES) == sorted(["low", "medium", "high", "urgent"])
    assert PRIORITIES[0] == "urgent", "ranks sort the queue: the most urgent first"
    assert set(CATEGORIES) == {
        "order_issue", "delivery", "payment", "refund", "product", "account", "other",
    }  # fmt: skip


def test_customers_read_plain_words_for_every_status() -> None:
    for status in STATUSES.values():
        assert status.headline
        assert status.meaning.endswith(".")
