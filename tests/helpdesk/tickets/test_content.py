"""A text in its parts: what is new in it, what it tells, and what it is found by."""

from __future__ import annotations

import pytest

from helpdesk.tickets.content import Body, plain_body, told


def test_what_was_typed_is_all_new() -> None:
    assert plain_body("Hello.") == Body(text="Hello.", reply="Hello.")


def test_what_is_said_is_the_reply_or_else_all_of_it() -> None:
    assert Body("Yes.\n> Really?", "Yes.", quoted="> Really?").said == "Yes."
    assert Body("> Really?", "", quoted="> Really?").said == "> Really?"


@pytest.mark.parametrize(
    ("reply", "text", "shown"),
    [
        ("", "all of it", "all of it"),
        ("Hello,", "Hello,\n" + "It leaks at the bottom, and the lid is broken. " * 3, None),
        ("Yes, please.", "Yes, please.\n\n-- \nAnn", "Yes, please."),
        ("What is wished, at length.", "x" * 5_000, "What is wished, at length."),
    ],
)  # fmt: skip
def test_a_preview_shows_what_a_guess_took_off(reply: str, text: str, shown: str | None) -> None:
    assert told(reply, text) == (text if shown is None else shown)


def test_all_but_the_quoted_mail_is_searched() -> None:
    body = Body("whole", "reply", "quoted", "signature", disclaimer="notice")
    assert body.searched == "reply\nsignature\nnotice"
    assert Body("whole", "").searched == "whole"
