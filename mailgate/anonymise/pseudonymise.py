"""Words made unreadable, of the same script and shape: each letter becomes another of its kind.

The same word becomes the same other word throughout, so that what belonged together still does: an
address in the header and in a quote, a Content-ID and the picture that names it. Kept are the words
that the reader itself looks for (“wrote”, “Original Message”, names of months), numbers of one or
two digits, years, and the codes of mail servers (550, 5.1.1): without them the copy would be read
otherwise. They tell nobody's number: of four groups of digits in a row none is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import re
import unicodedata
from functools import cache

from mailgate.parse import (
    auto_phrases,
    bounce,
    bounce_phrases,
    bounce_text,
    kind,
    quote_heads,
    quote_phrases,
    signature,
)

# Four groups of digits or more, alike apart: a telephone, a card, an account, a machine's address.
_GROUPED = r"(?<![\d.])\d{1,4}(?:(?P<apart>[ .\-/])\d{1,4})(?:(?P=apart)\d{1,4}){2,}(?!\d)"
_RUN = re.compile(_GROUPED + r"|(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])|[^\W\d_]+|\d+")
_DIGITS = re.compile(r"\d+")
_KEPT_NUMBER = re.compile(r"\d\d?|[245]\d\d|(?:19|20)\d\d|[245]\.\d+\.\d+")
_WITH_WORDS = (
    auto_phrases, bounce, bounce_phrases, bounce_text, kind, quote_heads, quote_phrases, signature
)  # fmt: skip
_ROW = 32
_ALWAYS = frozenset(
    [
        "http",
        "https",
        "mailto",
        "cid",
        "www",
        "nbsp",
        "amp",
        "lt",
        "gt",
        "quot",
        "apos",
        "mso",
        "endif",
        "rfc",
        "utf",
        "begin",
        "end",
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "am",
        "pm",
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "gmt",
        "utc",
        "cet",
        "cest",
        "est",
        "pst",
        "re",
        "fw",
        "fwd",
        "aw",
        "wg",
        "sv",
        "vs",
        "tr",
        "rv",
        "enc",
        "html",
        "body",
        "div",
        "span",
        "blockquote",
    ]
)


class Pseudonymiser:
    """Replaces letters by others that a key chooses. Two keys give two copies, neither leads back.

    :param key: random, and forgotten afterwards.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[tuple[str, str], str] = {}

    def text(self, text: str, charset: str = "utf-8") -> str:
        """The text with other letters and digits; all that is neither stays.

        :param charset: the letters are chosen such that this charset has them.
        """
        return _RUN.sub(lambda run: self._run(run, charset), text)

    def _run(self, found: re.Match[str], charset: str) -> str:
        run = found[0]
        if found["apart"]:
            return _DIGITS.sub(lambda digits: self._like(digits[0], charset), run)
        kept = _KEPT_NUMBER.fullmatch(run) if run[0].isdecimal() else run.lower() in kept_words()
        return run if kept else self._like(run, charset)

    def _like(self, run: str, charset: str) -> str:
        known = self._known.get((run, charset))
        if known is None:
            # By the lower-case word: “Ann” and “ANN” stay the same name.
            digest = hmac.digest(self._key, run.lower().encode("utf-8", "replace"), hashlib.sha256)
            chance = random.Random(digest)  # noqa: S311 (its seed is the secret)
            known = "".join(_another(letter, chance, charset) for letter in run)
            self._known[(run, charset)] = known
        return known


def _another(letter: str, chance: random.Random, charset: str) -> str:
    choice = chance.random()
    others = _alike(letter, charset)
    return others[int(choice * len(others))] if others else letter


@cache
def _alike(letter: str, charset: str) -> str:
    """The letters of the same kind that stand near this one in Unicode: same script, same case."""
    sort = unicodedata.category(letter)
    for row in (_ROW, 4 * _ROW):
        first = ord(letter) // row * row
        found = "".join(
            other
            for code in range(first, first + row)
            if (other := chr(code)) != letter
            and unicodedata.category(other) == sort
            and _has(charset, other)
        )
        if found:
            return found
    return "x" if sort[0] == "L" else ""


def _has(charset: str, letter: str) -> bool:
    try:
        return letter.encode(charset).decode(charset) == letter
    except (UnicodeError, LookupError):
        return False


@cache
def kept_words() -> frozenset[str]:
    """The words that the reader looks for, in lower case."""
    found = set(_ALWAYS)
    for module in _WITH_WORDS:
        for name, value in vars(module).items():
            for text in [] if name.startswith("__") else _texts(value):
                found |= {word.lower() for word in re.findall(r"[^\W\d_]{2,}", text)}
    return frozenset(found)


def _texts(value: object) -> list[str]:
    if isinstance(value, re.Pattern):
        return [value.pattern] if isinstance(value.pattern, str) else [value.pattern.decode()]
    if isinstance(value, str):
        return [] if "\n\n" in value else [value]
    if isinstance(value, list | tuple | set | frozenset | dict):
        return [text for one in value for text in _texts(one)]
    return []
