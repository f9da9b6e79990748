"""Whether a message thanks and says nothing more: what is left of it beside thanks and manners."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from mailgate.parse.closing_phrases import MANNERS
from mailgate.parse.thanks_phrases import THANKS

_LONGEST = 240
_MOST_LEFT = 6
"""Words beside the thanks that may still be names."""
_SAYS_MORE = re.compile(r"[?？؟\d@/]")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
"""Letters of Thai, Chinese and Japanese, which put no space between words."""


def left_of_thanks(text: str) -> tuple[str, ...] | None:
    """What a message holds beside thanks, greetings and closings: its other words,
    casefolded, which whoever knows the names of those who write may take for names.

    :param text: what its writer wrote, without quotes and signature.
    :returns: None where it does not thank, or is too long, asks, or names a number, for it to say
        no more than that.
    """
    if len(text) > _LONGEST or _SAYS_MORE.search(text):
        return None
    folded = _plain(text)
    without, thanks = _thanks().subn(" ", folded)
    if not thanks:
        return None
    left = tuple(_WORD.findall(_beside().sub(" ", without)))
    return left if len(left) <= _MOST_LEFT else None


def _plain(text: str) -> str:
    """The text in small letters, one kind of apostrophe, one space between words; no signs."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    return " ".join("".join(one if _is_kept(one) else " " for one in folded).split())


def _is_kept(letter: str) -> bool:
    return letter in "'-" or unicodedata.category(letter)[0] in "LM"


@cache
def _thanks() -> re.Pattern[str]:
    return _any_of(phrase for one in THANKS.values() for phrase in one.thanks.split("|"))


@cache
def _beside() -> re.Pattern[str]:
    phrases = {phrase for one in THANKS.values() for phrase in one.beside.split("|")}
    for manners in MANNERS.values():
        phrases.update(manners.closing.split("|"), manners.greeting.split("|"))
    return _any_of(phrases)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of these phrases, the longest first, each as whole words."""
    known = sorted({_plain(one) for one in phrases} - {""}, key=len, reverse=True)
    return re.compile("|".join(map(_as_words, known)))


def _as_words(phrase: str) -> str:
    if _UNSPACED.search(phrase):
        return re.escape(phrase)
    return rf"(?<!\w){re.escape(phrase)}(?!\w)"
