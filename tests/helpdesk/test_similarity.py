"""How like one another texts are."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from helpdesk.similarity import (
    MEANT_FROM,
    MOST_SHOWN,
    SHARE_OF_BEST,
    SHOWN_FROM,
    Likeness,
    Weighed,
    rank,
    rarities_of,
    shown_of,
    telling_words,
    terms_of,
    weighed,
)

SAMPLE = json.loads((Path(__file__).parents[1] / "support/similar_questions.json").read_text())


def compared(texts: list[str], languages: list[str] | None = None) -> list[Weighed]:
    bags = [terms_of(text) for text in texts]
    rarities = rarities_of(bags)
    return [
        weighed(bag, rarities, language)
        for bag, language in zip(bags, languages or [""] * len(bags), strict=True)
    ]


def first(question: str, *known: str) -> int:
    asked, *others = compared([question, *known])
    return rank(asked, others)[0].place


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("Staubsaugerfilter gesucht", "Ein Filter für den Staubsauger", "Ein Beutel für den Müll"),
        ("Die Geräte sind zurückgekommen", "Das Geraet kam zurueck", "Das Gerüst steht noch"),
        ("my pasword is forgotten", "The password was reset", "The parcel was refused"),
        ("where is my invoice", "Your bill is attached", "The kettle is repaired"),
        ("MEIN PAKET", "mein paket", "mein pakt mit dem teufel, der wartet"),
    ],
)
def test_endings_compounds_umlauts_slips_and_other_words_for_it(
    question: str, right: str, wrong: str
) -> None:
    assert first(question, wrong, right) == 1


def test_words_that_every_text_has_say_nothing() -> None:
    assert telling_words("Guten Tag, ich habe eine Frage. Viele Grüße") == ["frage"]
    asked, other = compared(["Please, could you help me?", "Could you please tell me why?"])
    assert rank(asked, [other])[0].likeness < SHOWN_FROM
    assert rank(*_apart(compared(["", "x", "…"])))[0].likeness == 0


def test_another_language_counts_less() -> None:
    texts = ["reset of my Passwort", "Passwort reset", "Passwort reset"]
    asked, english, german = compared(texts, ["en", "en", "de"])
    assert [one.place for one in rank(asked, [german, english])] == [1, 0]
    assert rank(asked, [german])[0].likeness == pytest.approx(
        0.8 * rank(asked, [english])[0].likeness
    )


def test_shown_is_what_is_like_enough() -> None:
    def shown(*likenesses: float) -> list[int]:
        ranked = [Likeness(place, likeness) for place, likeness in enumerate(likenesses)]
        return [one.place for one in shown_of(ranked)]

    assert shown() == shown(SHOWN_FROM - 0.01) == []
    assert shown(0.9, 0.9 * SHARE_OF_BEST - 0.01) == [0]
    assert shown(*[0.9] * 9) == list(range(MOST_SHOWN))


def test_where_a_model_told_what_is_meant_decides() -> None:
    """A vector of 0.6 and 0.8 is as close to one of 1 and 0 as its first number says."""
    words = compared(["The kettle leaks", "The kettle leaks", "My teapot drips", "Opening hours"])
    asked, same, other, last = (
        replace(one, meaning=struct.pack("2b", *meant))
        for one, meant in zip(words, [(100, 0), (30, 95), (95, 30), (60, 80)], strict=True)
    )
    ranked = rank(asked, [same, other, last])
    assert ranked[0].place == 0  # it shares every word, and is not what is meant
    assert ranked[0].likeness == pytest.approx((1 + 0.301) / 2, abs=0.001)
    assert [one.place for one in shown_of(ranked)] == [1]
    assert ranked[1].meant == pytest.approx(0.954, abs=0.001)
    untold = replace(same, meaning=b"")
    assert [one.place for one in shown_of(rank(asked, [untold, other]))] == [0]
    for meant, count in ((MEANT_FROM + 0.01, 1), (MEANT_FROM - 0.01, 0)):
        assert len(shown_of([Likeness(0, 0.1, meant)])) == count


@pytest.mark.parametrize("half", [0, 1])
def test_each_half_of_the_questions_finds_its_ticket_and_shows_no_other(half: int) -> None:
    """Also where the right ticket is not there: then nothing is like enough, or little is."""
    texts = [f"{one['id']}\n{one['text']}" for one in SAMPLE["solved"]]
    bags = [terms_of(text) for text in texts]
    rarities = rarities_of(bags)
    known = [
        weighed(bag, rarities, one["language"])
        for bag, one in zip(bags, SAMPLE["solved"], strict=True)
    ]
    first, without = 0, 0
    for question in SAMPLE["questions"][half::2]:
        asked = weighed(terms_of(question["text"]), rarities, question["language"])
        first += rank(asked, known)[0].place == question["solved"]
        others = [one for place, one in enumerate(known) if place != question["solved"]]
        without += len(shown_of(rank(asked, others)))
    assert first >= 4
    assert without <= 1


def _apart(texts: list[Weighed]) -> tuple[Weighed, list[Weighed]]:
    return texts[0], texts[1:]
