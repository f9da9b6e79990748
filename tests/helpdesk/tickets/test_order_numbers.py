"""Which words of a text may be an order's number."""

from __future__ import annotations

import pytest

from helpdesk.tickets.order_numbers import MOST_CANDIDATES, order_numbers, spellings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Order 10077. Can you find it?", ("10077",)),
        ("Where is A-1001?", ("A-1001",)),
        ("(#77)", ("#77",)),
        ("注文10088の件", ("10088",)),
        ("two kettles, 2 lids, size 42, page 3", ()),
        ("my kettle is broken", ()),
        ("R.2026/10077", ("R.2026", "10077")),
        ("10077, 10078 and 10077", ("10077", "10078")),
        ("x" * 80 + "1", ()),
        ("", ()),
    ],
)
def test_words_that_may_be_one(text: str, found: tuple[str, ...]) -> None:
    assert order_numbers([text]) == found


def test_a_long_list_costs_no_more_than_twenty() -> None:
    assert len(order_numbers(["subject", " ".join(str(n) for n in range(1000, 9000))])) == (
        MOST_CANDIDATES
    )


def test_spellings() -> None:
    assert set(spellings("1001")) == {"1001", "#1001"}
    assert set(spellings(" #a-1 ")) == {"a-1", "#a-1", "A-1", "#A-1"}
    for impossible in ("", "#", "a b", "\0", "ä", "x" * 65):
        assert spellings(impossible) == ()
