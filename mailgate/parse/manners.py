"""Tell what people say from what only frames it: greetings, closings, names, postscripts."""

from __future__ import annotations

import re

from helpdesk.courtesy.closing_phrases import MANNERS
from mailgate.parse.number_phrases import NUMBERED


def _listed(field: str) -> frozenset[str]:
    rows = (getattr(row, field) or "" for row in MANNERS.values())
    return frozenset(word.casefold() for row in rows for word in row.split("|") if word)


_CLOSINGS = _listed("closing")
_GREETINGS = tuple(sorted(_listed("greeting"), key=len, reverse=True))
_POSTSCRIPT = re.compile(
    r"^\W{0,4}(?:"
    + "|".join(sorted(map(re.escape, _listed("postscript")), key=lambda w: (-len(w), w)))
    + r")(?=[\s:：,.\-–—]|$)\W{0,3}",
    re.IGNORECASE,
)
_DENSE_FROM = "\u0e00"
"""Scripts from here on have no blanks between words."""
_EDGES = " \t.,;:!…-–—*_~>、。，！|"
_MOST_GREETED = 6
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_STEMS = sorted(
    {one for row in NUMBERED.values() for one in row.split("|")}, key=lambda w: (-len(w), w)
)
_NUMBERED = re.compile(
    rf"(?:\b(?:{'|'.join(re.escape(w) for w in _STEMS if w < _DENSE_FROM)})\w{{0,14}}"
    rf"|(?:{'|'.join(re.escape(w) for w in _STEMS if w >= _DENSE_FROM)}))[^\n\d]{{0,25}}"
    r"(?:\d{3,}|(?-i:\d[\dA-Z/-]{3,}))"  # 4711, 88-2, 1Z999AA1
    r"|(?<![\w/])[#№]\s?\d{3,}",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_ITEM = re.compile(r"^\s{0,8}(?:(?:\d{1,2}[.)]|[-*•+–])\s+|\d{1,3} ?[x×] ?)\S")
_CONTACT = re.compile(
    r"@|https?://|www\.|\+\d|\b(?:tel|fax|mob|mobil|mobile|phone|cell|direct|telefon|telefono|teléfono|tél|gsm|web"
    r"|hrb|ust|vat|amtsgericht|registered|geschäftsführ\w+|ceo|sitz|skype|kvk|siret|p\.?iva|cif|nif|nip|regon)\b"
    r"|\d{3,}[ /-]\d{3,}",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:ltd|inc|co|corp|gmbh|llc|jr|sr|bv|nv|ab|as|oy|kg|mbh|srl|spa|sa|dr|phd|mba|st|str|nr|dept)"
    r"|\b\w\.\w|\b\w)\.$",
    re.IGNORECASE,
)
_DENSE = re.compile(r"[\u0e00-\u0e7f\u2e80-\u9fff\uac00-\ud7af]")
_ENDS = ".!?…。！？؟।"
_LEAST_WORDS = 4
_LEAST_UNENDED_WORDS = 7
_LEAST_DENSE = 8


def is_closing(line: str) -> bool:
    """Whether a line is "Kind regards" and nothing else."""
    if len(line) > 60:
        return False
    bare = " ".join(line.strip(_EDGES).casefold().split())
    return bare in _CLOSINGS


def is_postscript(line: str) -> bool:
    """Whether a line begins with "P.S."."""
    return _POSTSCRIPT.match(line) is not None and len(line.strip()) > 4


def names_a_number(line: str) -> bool:
    """Whether a line holds an order's number, or a bank account's."""
    if _DIGIT.search(line) is None:
        return False
    return _IBAN.search(line) is not None or _NUMBERED.search(line) is not None


def tells_a_number(line: str) -> bool:
    """Whether a sentence says such a number."""
    return names_a_number(line) and _is_sentence(line[:500].strip())


def speaks(line: str) -> bool:
    """Whether somebody says something in a line: a sentence, a list's item, a number, a P.S."""
    line = line[:500].strip()
    if not line:
        return False
    return (
        is_postscript(line)
        or names_a_number(line)
        or (_ITEM.match(line) is not None and _CONTACT.search(line) is None)
        or _is_sentence(line)
    )


def _is_sentence(line: str) -> bool:
    ended = line.rstrip(" \"'”’)»*_")[-1:] in _ENDS
    dense = len(_DENSE.findall(line))
    if dense >= _LEAST_DENSE and ended:
        return True
    words = line.split()
    if _CONTACT.search(line):
        return ended and len(words) >= 8
    if ended and line.rstrip(" \"'”’)»")[-1:] in "?？؟" and len(words) >= 2:
        return True
    if ended and len(words) >= _LEAST_WORDS and not _ABBREVIATED.search(line):
        return True
    lower = sum(1 for word in words if word[0].islower())
    return len(words) >= _LEAST_UNENDED_WORDS and lower * 2 >= len(words)


def says_nothing(text: str) -> bool:
    """Whether a text is empty, or greets and takes leave and says nothing between."""
    for line in text.split("\n"):
        bare = line.strip().lstrip(_EDGES)
        if not any(c.isalnum() for c in bare):
            continue
        if is_closing(bare):
            continue
        lowered = bare.casefold()
        greets = lowered.startswith(_GREETINGS) and any(
            lowered.startswith(word) and not lowered[len(word) : len(word) + 1].isalnum()
            for word in _GREETINGS
        )
        if not greets or len(bare.split()) > _MOST_GREETED or bare[-1] in "?.？。":
            return False
    return True


def introduces(text: str) -> bool:
    """Whether the last line announces what stands below it: "My new address is:"."""
    return text.rstrip().endswith((":", "："))


def is_contact(line: str) -> bool:
    """Whether a line holds a telephone number, an address of mail, or a company's particulars."""
    return _CONTACT.search(line[:300]) is not None
