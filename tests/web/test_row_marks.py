"""The small marks in a row of the queue."""

from __future__ import annotations

import re

import pytest

from helpdesk.models import TagColour
from web.assets import FOLDER
from web.row_marks import tag_search

STYLES = (FOLDER / "css/tags.css").read_text()
PAIR = r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)"


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", TagColour)
def test_a_tag_is_read_well_in_each_colour_in_the_light_and_in_the_dark(colour: TagColour) -> None:
    found = re.search(rf"\.tag-{colour} {{ background: {PAIR}; color: {PAIR}; }}", STYLES)
    assert found, colour
    light, dark, ink, dark_ink = map(luminance, found.groups())
    assert (light + 0.05) / (ink + 0.05) >= 4.5
    assert (dark_ink + 0.05) / (dark + 0.05) >= 4.5


def test_the_search_for_a_tag() -> None:
    assert tag_search("refund") == "tag:refund"
    assert tag_search("late parcel") == 'tag:"late parcel"'
