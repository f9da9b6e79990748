"""Recognise the line that a phone or a mail program puts under a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailgate.parse.client_phrases import CLIENT_LINES
from mailgate.parse.devices import DEVICES, SYSTEMS

_LINK = re.compile(r"[<(\[]?(?:https?://|www\.)[^\s>)\]]+[>)\]]?")
_UNHEARD = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe0f\s]+"
)
_SPACED = re.compile(r"\S+")
_ENDS = " \t.。．…!*_|<>[](){}\"“”„‚'‘’«»-–—•·,"
_PLACE = re.compile(r"\{(device|known|os)\}")
_LONGEST = 1_500
_LONGEST_SAID = 110
_LONGEST_NAME = 48
_MOST_WORDS = 16
_INFLECTED = ("iPad", "iPod")


def _boundaries(words: str) -> str:
    """Each word from its beginning; short ones to their end too, as they stand in others."""
    found = []
    for word in words.split("|"):
        latin = word[0] < "\u2e80"
        begins = r"(?<![a-z\u00c0-\u024f])" if word[0] < "\u0250" else ""
        ends = (
            r"(?![a-z\u00c0-\u024f\u0370-\u04ff])"
            if latin and len(word) <= 4 and word not in _INFLECTED
            else ""
        )
        found.append(f"{begins}{re.escape(word)}{ends}")
    return "|".join(found)


_KNOWN = re.compile(_boundaries(DEVICES), re.IGNORECASE)
_SYSTEM = re.compile("|".join(re.escape(word) for word in SYSTEMS.split("|")), re.IGNORECASE)


@dataclass(frozen=True)
class _Template:
    """A line's literal pieces, without blanks, and what must stand between them."""

    pieces: tuple[str, ...]
    needs: frozenset[str]


def _squeezed(text: str) -> str:
    return _UNHEARD.sub("", text).strip(_ENDS).replace("’", "'").casefold()


def _read(template: str) -> _Template:
    pieces = _PLACE.split(template)
    literal = tuple(_UNHEARD.sub("", one).replace("’", "'").casefold() for one in pieces[::2])
    return _Template((*literal[:-1], literal[-1].rstrip(_ENDS)), frozenset(pieces[1::2]))


def _indexed(templates: list[str]) -> dict[str, list[_Template]]:
    """The templates by their first piece."""
    found: dict[str, list[_Template]] = {}
    for text in templates:
        if text:
            template = _read(text)
            found.setdefault(template.pieces[0], []).append(template)
    return found


def _all(*fields: str) -> dict[str, list[_Template]]:
    rows = CLIENT_LINES.values()
    listed = [getattr(row, field) or "" for row in rows for field in fields]
    return _indexed([one for each in listed for one in each.split("|")])


def _lengths(index: dict[str, list[_Template]]) -> tuple[int, ...]:
    return tuple(sorted({len(piece) for piece in index}))


_ANY = _all("apple", "outlook", "windows", "sent")
_OUTLOOK = _all("outlook")
_BARE = frozenset("".join(one.pieces) for row in _ANY.values() for one in row if one.pieces[0])
_NAMES = {*map(_squeezed, f"{DEVICES}|{SYSTEMS}".split("|"))}
_BEGINNINGS = tuple({*_ANY, *_NAMES} - {""})
_ENDINGS = tuple(_NAMES | {each.pieces[-1] for row in _ANY.values() for each in row} - {""})
_LOOKED_AT = 80
"""Characters in which such a line must begin, and end, whatever is not heard beside it."""
_ANY_LENGTHS, _OUTLOOK_LENGTHS = _lengths(_ANY), _lengths(_OUTLOOK)


def is_client_line(line: str) -> bool:
    """Whether a line says "Sent from my iPhone", "Get Outlook for iOS" and their like."""
    return _matches(line, _ANY, _ANY_LENGTHS)


def bare_line_at_end(text: str, since: int) -> int | None:
    """Where a word begins from which on a text is such a line to the letter, with a device that is
    known and no word more: for where it stands in a line with others. None for nowhere.

    :param since: where to look from.
    """
    hides = "http" in text[since:] or "www." in text[since:]  # a link is no part of the line
    if not hides and not _squeezed(text[-_LOOKED_AT:]).endswith(_ENDINGS):
        return None  # so for nearly all mails
    for word in _SPACED.finditer(text, since):
        at = word.start()
        may_begin = hides or _squeezed(text[at : at + _LOOKED_AT]).startswith(_BEGINNINGS)
        if may_begin and _is_bare(text[at:]):
            return at
    return None


def _is_bare(words: str) -> bool:
    said = _LINK.sub(" ", words)
    if len(said) > _LONGEST_SAID:
        return False
    unnamed = (said, _KNOWN.sub("", said), _SYSTEM.sub("", said))
    return any(_squeezed(one) in _BARE for one in unnamed)


def is_outlook_border(line: str) -> bool:
    """Whether a line is "Get Outlook for iOS" with its link: what follows it is the old mail."""
    return "http" in line and _matches(line, _OUTLOOK, _OUTLOOK_LENGTHS)


def _matches(line: str, index: dict[str, list[_Template]], lengths: tuple[int, ...]) -> bool:
    if len(line) > _LONGEST:
        return False
    said = line
    if "http" in line or "www." in line:
        # with its link as Markdown writes it: Get [Outlook for iOS](https://…)
        said = _LINK.sub(" ", line).replace("[", "").replace("]", "")
    if not 4 <= len(said) <= _LONGEST_SAID or said.count(" ") > _MOST_WORDS:
        return False
    bare = _squeezed(said)
    for size in lengths:
        if size > len(bare):
            return False
        for template in index.get(bare[:size], ()):
            ends = bare.endswith(template.pieces[-1])
            if ends and _fits(bare, template) and _has_needed(said, template):
                return True
    return False


def _has_needed(said: str, template: _Template) -> bool:
    if "known" in template.needs and not _KNOWN.search(said):
        return False
    return "os" not in template.needs or _SYSTEM.search(said) is not None


def _fits(bare: str, template: _Template) -> bool:
    first, *rest = template.pieces
    if not rest:
        return bare == first
    if not bare.startswith(first):
        return False
    place = len(first)
    for number, piece in enumerate(rest):
        last = number == len(rest) - 1
        if last:
            found = len(bare) - len(piece) if bare.endswith(piece) else -1
        else:
            found = bare.find(piece, place + 1)
        if found < place + 2 or found - place > _LONGEST_NAME:
            return False
        if any(c in "!?:;,。！？，、" for c in bare[place:found]):
            return False
        place = found + len(piece)
    return True
