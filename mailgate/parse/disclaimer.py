"""The notice of confidentiality that a company's mail server puts under every mail."""

from __future__ import annotations

import re

from mailgate.parse.disclaimer_phrases import NOTICES

RULE = re.compile(r"^[\s>]{0,3}(?:[_\-=*~#+—–.]{3,}|\*\*+)\s*$")
_LEAST = 60
_LONGEST = 6_000
_MOST_PARAGRAPHS = 15
_PIECES = [
    tuple(
        tuple(piece.casefold() for piece in listed.split("|") if piece)
        for listed in (row.mail, row.secret, row.meant, row.mistake, row.duty)
    )
    for row in NOTICES.values()
]
_ASCII_PIECES = [row for row in _PIECES if any(piece.isascii() for piece in row[0])]
_LINES = tuple(line.casefold() for row in NOTICES.values() for line in row.lines.split("|") if line)
_PLEAS = tuple(
    line for line in _LINES if line.count(" ") >= 2 or (line > "\u2e80" and len(line) >= 5)
)
_ORNAMENTS = " \t*_-#>!\"'“”:：.p🌳🌱🌲🍃\ufe0f"
_SHORTEST_DENSE = 25
"""Chinese, Japanese and Korean say it in fewer characters."""
_LONGEST_TITLE = 60
_LONGEST_PLEA = 250
_MOST_LINES = 60
_BROKEN_AT = 0.7
_SENTENCE_ENDS = ".!?:…。！？：؟।"


def cut_disclaimer(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without notices of confidentiality, and the notices.

    Never takes the first paragraph, and nothing but whole paragraphs: what stands below a notice
    stays where it is.
    """
    paragraphs = _paragraphs(lines)
    if len(paragraphs) < 2:
        return lines, []
    taken: set[int] = set()
    titles: list[tuple[int, int]] = []
    before = False
    for start, end in paragraphs[1:][-_MOST_PARAGRAPHS:]:
        text = " ".join(lines[start:end])[:_LONGEST].casefold()
        if _is_title(text):
            titles.append((start, end))
            continue
        begins = _notice_begins(lines, start, end, after_notice=before)
        before = begins is not None
        if begins is not None:
            for title in titles:
                taken.update(range(*title))
            taken.update(range(begins, end))
        titles.clear()
    if not taken:
        return lines, []
    taken |= _around(lines, taken)
    kept = [line for place, line in enumerate(lines) if place not in taken]
    return kept, [lines[place] for place in sorted(taken)]


def _paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    """Where each run of lines that are neither blank nor rules begins and ends."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for place, line in enumerate([*lines, ""]):
        if not line.strip() or RULE.match(line[:200]):
            if start is not None:
                found.append((start, place))
                start = None
        elif start is None:
            start = place
    return found


def _notice_begins(lines: list[str], start: int, end: int, *, after_notice: bool) -> int | None:
    """The line of a paragraph with which a notice begins; None where there is none in it."""
    text = " ".join(lines[start:end])[:_LONGEST].casefold()
    if _is_plea(text):
        return start
    if end - start > _MOST_LINES or not is_notice(text, goes_on=after_notice):
        return None
    begins = end - 1
    for place in range(start + 1, end):
        rest = " ".join(lines[place:end])[:_LONGEST].casefold()
        if not is_notice(rest, goes_on=after_notice):
            begins = place - 1
            break
    return _sentence_begins(lines, start, begins, end)


def _sentence_begins(lines: list[str], start: int, begins: int, end: int) -> int:
    """The line at which the sentence begins that a line goes on with, or that a notice says.

    A line that was broken is nearly as long as the longest; "Kind regards" and a name are not.
    """
    width = max(len(line) for line in lines[start:end])
    while begins > start:
        above = lines[begins - 1].strip()
        broken = len(above) >= _BROKEN_AT * width and above[-1:] not in _SENTENCE_ENDS
        if not broken and not _says_two(above.casefold()):
            break
        begins -= 1
    return begins


def _says_two(text: str) -> bool:
    """Whether a line speaks of the mail, and says another of the five things."""
    return any(
        _has_one(text, mail) and any(_has_one(text, pieces) for pieces in others[:3])
        for mail, *others in (_ASCII_PIECES if text.isascii() else _PIECES)
    )


def _is_title(text: str) -> bool:
    """Whether a paragraph is "Confidentiality notice" alone."""
    return len(text) < _LONGEST_TITLE and text.strip(_ORNAMENTS) in _LINES


def _is_plea(text: str) -> bool:
    """Whether it asks to save paper, or says that a virus scanner was content."""
    if len(text) > _LONGEST_PLEA or "?" in text[:-1]:
        return False
    bare = text.strip(_ORNAMENTS)
    return bare.startswith(_PLEAS)


def is_notice(text: str, *, goes_on: bool = False) -> bool:
    """Whether a paragraph says at least three of the five things that a notice says."""
    if len(text) < _SHORTEST_DENSE:
        return False
    for mail, *others in _ASCII_PIECES if text.isascii() else _PIECES:
        speaks_of_mail = _has_one(text, mail)
        if not speaks_of_mail and not goes_on:
            continue
        is_dense = mail[0][0] > "\u2e80"
        if not is_dense and len(text) < _LEAST:
            continue
        said = [_has_one(text, pieces) for pieces in others]
        if speaks_of_mail and (said[0] or said[1]) and sum(said) >= 2:
            return True
        if goes_on and sum(said) + speaks_of_mail >= 2:
            return True
    return False


def _has_one(text: str, pieces: tuple[str, ...]) -> bool:
    for piece in pieces:  # noqa: SIM110 (a generator costs more than the search)
        if piece in text:
            return True
    return False


def _around(lines: list[str], taken: set[int]) -> set[int]:
    """The rules right above and below what was taken."""
    found: set[int] = set()
    for place in sorted(taken):
        for step in (-1, 1):
            near = place + step
            blank: list[int] = []
            while 0 <= near < len(lines) and near not in taken and not lines[near].strip():
                blank.append(near)
                near += step
            if 0 <= near < len(lines) and near not in taken and RULE.match(lines[near][:200]):
                found.update([*blank, near])
    return found
