"""Text from outside: made safe to keep, to show, and to put into a header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.text import bounded_int, clean_line, clean_text, fold_address, preview, split_tag


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree"),
        ("\n\n  first\n\n\nlast  \n\n", "  first\n\n\nlast"),
        ("tab\tstays, bell\a and nul\0 go", "tab\tstays, bell and nul go"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("👩‍🚒 نامه‌ای", "👩‍🚒 نامه‌ای"),
        ("", ""),
    ],
)
def test_several_lines_are_kept_less_their_controls(given_text: str, kept: str) -> None:
    assert clean_text(given_text) == kept


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        (" a \r\n b\t c\u2028d ", "a b c d"),
        ("Bcc\x00: \x7fx\x85y", "Bcc : x y"),
        ("moc.live\u202e@evil", "moc.live@evil"),
        ("in\u200bvis\ufeffible\u00ad", "invisible"),
        ("\ud800", ""),
        ("👩‍🚒 نامه‌ای", "👩‍🚒 نامه‌ای"),
    ],
)
def test_one_line_is_one_line(given_text: str, kept: str) -> None:
    assert clean_line(given_text) == kept


def test_a_preview_ends_at_a_word() -> None:
    text = "Hello there, " * 40
    assert preview(text, 30) == "Hello there, Hello there…"
    assert preview("short\n\ntext", 30) == "short text"
    assert len(preview("x" * 10_000, 30)) <= 31


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        ("100", 100),
        ("101", None),
        ("-1", None),
        ("+1", None),
        ("", None),
        (" 7", None),
        ("7\n", None),
        ("1_0", None),
        ("1.0", None),
        ("²", None),
        ("٣", None),
        ("0" * 19 + "7", 7),
        ("0" * 20 + "7", None),
        ("9" * 5000, None),
    ],
)
def test_a_number_is_ascii_digits_within_its_bounds(text: str, number: int | None) -> None:
    assert bounded_int(text, most=100) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("-5", -5), ("+5", 5), ("-6", None), ("-0", 0), ("--5", None), ("-", None), ("5-", None)],
)
def test_a_number_has_a_sign_only_where_it_may_be_negative(text: str, number: int | None) -> None:
    assert bounded_int(text, least=-5, most=5) == number


@given(st.text(st.characters(exclude_categories=[])))
def test_no_text_breaks_the_reading_of_a_number(text: str) -> None:
    number = bounded_int(text, least=1, most=50)
    assert number is None or 1 <= number <= 50


@pytest.mark.parametrize(
    ("address", "base", "tag"),
    [
        ("Support+Tok@Shop.Example ", "support@shop.example", "tok"),
        ("support@shop.example", "support@shop.example", ""),
        ("a+b+c@d", "a@d", "b+c"),
        ("+@d", "@d", ""),
        ("", "", ""),
    ],
)
def test_a_plus_tag_is_taken_off(address: str, base: str, tag: str) -> None:
    assert split_tag(address) == (base, tag)


def test_addresses_are_compared_trimmed_and_in_lower_case() -> None:
    assert fold_address(" Ann@Mail.Example\n") == "ann@mail.example"
