"""Letters as they are compared."""

from __future__ import annotations

import pytest

from helpdesk.folding import UNDIVIDED, folded


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("PLAIN", "plain"),
        ("Łódź", "lodz"),
        ("Jørgensen", "jorgensen"),
        ("Iğdır İzmir", "igdir izmir"),
        ("Œuvre, Ærø", "oeuvre, aero"),
        ("Größe STRASSE ẞ", "grosse strasse ss"),
        ("Đorđe Þór Ðe", "dorde thor de"),
        ("Ħamrun Ŧ Ŋ", "hamrun t n"),
        ("crème brûlée", "creme brulee"),
        ("Ёлка", "елка"),
        ("नमस्ते", "नमस्ते"),
    ],
)
def test_capitals_accents_and_letters_of_one_piece_make_no_difference(
    text: str, plain: str
) -> None:
    assert folded(text) == plain
    assert folded(plain) == plain


def test_each_letter_of_one_piece_is_small_and_becomes_plain_ones() -> None:
    for letter, plain in UNDIVIDED.items():
        assert letter == letter.casefold()
        assert plain.isascii()
        assert plain.isalpha()
