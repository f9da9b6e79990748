"""A mailbox's colour, and what can be read on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.colours import USUAL, colour_or_usual, ink_on, on_dark, on_light

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@pytest.mark.parametrize("wrong", [None, "", "red", "#abc", "#12345g", '#aa2200"><b>', "#aa2200\n"])
def test_what_is_no_colour_gives_the_usual_one(wrong: str | None) -> None:
    assert colour_or_usual(wrong) == USUAL


def test_a_colour_is_taken_as_it_is() -> None:
    assert colour_or_usual("#AA2200") == "#AA2200"


def test_ink_is_white_on_dark_and_dark_on_light() -> None:
    assert ink_on("#000000") == ink_on(USUAL) == "#ffffff"
    assert ink_on("#ffffff") == ink_on("#ffee00") == "#14181d"


@given(COLOURS)
def test_every_colour_is_darkened_and_lightened_to_one_that_reads_well(colour: str) -> None:
    assert ink_on(on_light(colour)) == "#ffffff"
    assert ink_on(on_dark(colour)) == "#14181d"


def test_a_colour_that_reads_well_stays() -> None:
    assert on_light("#003366") == "#003366"
    assert on_dark("#ffcc00") == "#ffcc00"
