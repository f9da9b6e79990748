"""A text in its parts: what is new in it, what it tells, and what it is found by."""

from __future__ import annotations

import pytest

from helpdesk.text import preview
from helpdesk.tickets.content import Body, listed, plain_body, told


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
def test_a_notice_shows_what_a_guess_took_off(reply: str, text: str, shown: str | None) -> None:
    assert told(reply, text) == (text if shown is None else shown)


@pytest.mark.parametrize(
    ("reply", "quoted", "shown"),
    [
        ("Sehr gut, danke.", "Am Mo. schrieb Shop:\n> Hallo", "Sehr gut, danke."),
        ("Ok.", "Le lundi, Shop a écrit :\n> " + "Bonjour. " * 40, "Ok."),
        ("> Hello,\n> how are you?", "On Mon, Shop wrote:", ""),
        ("> Blue or red?\nBlue.\n\n> Today?\nYes.", "", "Blue. Yes."),
        ("Ti scrivo.\n\nIl 23 nov, Shop ha scritto:\n\n> Ciao", "", "Ti scrivo."),
        ("2026年11月23日 Shop：\n> こんにちは\nはい", "", "はい"),
        ("---------- Weitergeleitet ----------\nVon: Shop\nDatum: heute\n\nHallo", "", "Hallo"),
        ("A mug and a cup.\nColour: red", "", "A mug and a cup. Colour: red"),
    ],
)  # fmt: skip
def test_a_list_shows_no_quote_and_no_attribution(reply: str, quoted: str, shown: str) -> None:
    text = f"{quoted}\n{reply}"
    assert preview(Body(text, reply, quoted).listed) == shown
    assert listed(reply, quoted, text) == Body(text, reply, quoted).listed


def test_all_but_the_quoted_mail_is_searched() -> None:
    body = Body("whole", "reply", "quoted", "signature", disclaimer="notice")
    assert body.searched == "reply\nsignature\nnotice"
    assert Body("whole", "").searched == "whole"
