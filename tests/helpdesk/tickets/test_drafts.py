"""Two drafts of one writer, put together."""

from __future__ import annotations

import pytest

from helpdesk.tickets.drafts import DraftContent


@pytest.mark.parametrize(
    ("there", "back", "both"),
    [
        ("One.", "Two.", "One.\n\nTwo."),
        ("One.\n\nTwo.", "Two.", "One.\n\nTwo."),
        ("One.", "One.\n\nTwo. ", "One.\n\nTwo. "),
        ("Token", "ok", "Token\n\nok"),
        ("", "Two.", "Two."),
        ("One.", " ", "One."),
    ],
)
def test_no_paragraph_is_said_twice_and_none_is_lost(there: str, back: str, both: str) -> None:
    assert DraftContent(back).below(DraftContent(there)).text == both
