"""Messages that only thank, and those that say more."""

from __future__ import annotations

import pytest

from mailgate.parse.languages import LANGUAGES
from mailgate.parse.thanks import left_of_thanks
from mailgate.parse.thanks_phrases import THANKS


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you very much for your help!\n\nBest regards\n",
        "Great, thanks a lot 👍",
        "Danke schön!\n\nViele Grüße",
        "Guten Tag,\n\nvielen Dank für die schnelle Antwort.\nMit freundlichen Grüßen",
        "Bonjour, merci beaucoup et bonne journée ! Cordialement",
        "¡Muchas gracias! Saludos",
        "Большое спасибо за помощь!",
        "ありがとうございました。",
        "谢谢您的帮助!",
        "ขอบคุณมากค่ะ",
        "감사합니다!",
        "תודה רבה",
        "Děkuji. S pozdravem",
    ],
)
def test_what_only_thanks_leaves_nothing(text: str) -> None:
    assert left_of_thanks(text) == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi Maya,\nthanks!\nAnn Lee", ("maya", "ann", "lee")),
        ("Danke, Herr Kim-Groß\nLG\nO'Neil", ("kim", "gross", "o", "neil")),
        ("Thanks, but it leaks", ("but", "it", "leaks")),
        ("No thanks", ("no",)),
        ("Danke, aber nein", ("aber", "nein")),
        ("Thanks for nothing", ("for", "nothing")),
        ("Danke, bitte stornieren", ("bitte", "stornieren")),
        ("谢谢,请退款", ("请退款",)),
    ],
)
def test_what_else_it_says_is_left_for_others_to_know_as_names(
    text: str, left: tuple[str, ...]
) -> None:
    assert left_of_thanks(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It still leaks.",
        "Thanks. When does it come?",
        "Thanks, and order 4711",
        "Danke. Meine Nummer ist ٣٤",
        "Thanks, write to ann@mail.example",
        "Thank you. " + "It is all as it should be now and we are happy with it. " * 5,
        "Thanks that is all that I wanted to say about this",
    ],
)
def test_what_says_more_is_no_mere_thanks(text: str) -> None:
    assert left_of_thanks(text) is None


def test_each_language_that_the_reader_knows_has_its_thanks() -> None:
    assert tuple(THANKS) == LANGUAGES
    for code, words in THANKS.items():
        for phrase in words.thanks.split("|"):
            assert left_of_thanks(phrase) == (), (code, phrase)
