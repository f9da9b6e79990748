"""The table of words for the same thing."""

from __future__ import annotations

import pytest

from helpdesk.related_words import COMMON, RELATED
from helpdesk.similarity import folded, things_of


def test_every_word_is_written_as_it_is_compared() -> None:
    words = [word for line in RELATED for word in (*line.stems, *line.parts)]
    assert [word for word in words if not word or folded(word) != word] == []
    assert [word for word in COMMON if folded(word) != word] == []
    assert all(len(part) >= 4 for line in RELATED for part in line.parts)


@pytest.mark.parametrize(
    ("one", "other"),
    [("invoice", "jahresrechnung"), ("coat", "winterjacke"), ("coupons", "gutscheine"),
     ("unsubscribe", "verteiler"), ("open", "oeffnungszeiten")],
)  # fmt: skip
def test_words_for_the_same_thing_meet(one: str, other: str) -> None:
    assert set(things_of(one)) & set(things_of(other))


@pytest.mark.parametrize("word", ["above", "printemps", "cartoon", "the"])
def test_a_word_that_only_begins_so_is_another(word: str) -> None:
    names = {"abo", "cart", "order"}
    assert not {stem for n in things_of(word) for stem in RELATED[n].stems} & names
