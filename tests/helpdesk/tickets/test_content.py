"""A text in its parts: what is new in it."""

from __future__ import annotations

from helpdesk.tickets.content import Body, plain_body


def test_what_was_typed_is_all_new() -> None:
    assert plain_body("Hello.") == Body(text="Hello.", reply="Hello.")


def test_what_is_said_is_the_reply_or_else_all_of_it() -> None:
    assert Body("Yes.\n> Really?", "Yes.", quoted="> Really?").said == "Yes."
    assert Body("> Really?", "", quoted="> Really?").said == "> Really?"
