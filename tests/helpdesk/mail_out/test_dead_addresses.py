"""Which refusals say that there is no such address."""

from __future__ import annotations

import pytest

from helpdesk.mail_out import dead_addresses


@pytest.mark.parametrize(
    ("words", "dead"),
    [
        ("550 5.1.1 <ann@example.org>: user unknown", True),
        ("5.1.10 smtp; recipient not found", True),
        ("550 5.2.1 mailbox disabled", True),
        ("smtp; 550 No such user here", True),
        ("554 5.7.1 refused as spam", False),
        ("550 5.7.1 blocked", False),
        ("552 5.2.2 mailbox full", False),
        ("451 4.7.1 greylisted", False),
        ("The mail could not be written: templates/mail/x, line 550", False),
    ],
)
def test_which_words_speak_of_the_address(words: str, dead: bool) -> None:
    assert dead_addresses.speaks_of_the_address(words) is dead
