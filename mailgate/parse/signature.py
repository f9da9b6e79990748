"""The signature at the end of what somebody wrote."""

from __future__ import annotations

import re

from mailgate.parse.html_text import SIGNATURE
from mailgate.parse.quote_phrases import CLOSING, MOBILE

# RFC 3676 4.3 ("-- "), and what editors and people make of it
_DELIMITER = re.compile(r"^\s{0,3}(?:--|—|––|__|- -)\s*$")
_RULE = re.compile(r"^\s{0,3}(?:_{4,}|-{5,}|={5,}|\*{5,}|~{5,})\s*$")
ORNAMENT = re.compile(r"^[\s\-_=~*#+—–ᐧ•·.]*$")
_LONGEST = 20
_LONGEST_RULED = 8
_LONGEST_CLOSED = 9


def cut_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without the signature, and the signature. Never takes all of the text."""
    place = _start(lines)
    if place is None or not any(x.strip() for x in lines[:place]):
        return lines, []
    above = lines[:place]
    more = _mobile(above)
    if more is not None and any(x.strip() for x in above[:more]):
        place = more
    return lines[:place], lines[place:]


def _start(lines: list[str]) -> int | None:
    end = len(strip_ends(lines)) + _leading(lines)
    ruled: int | None = None
    for place in range(end - 1, max(-1, end - _LONGEST - 2), -1):
        line = lines[place][:200]
        if line == SIGNATURE or _DELIMITER.match(line):
            return place
        if _RULE.match(line) and 1 <= _filled(lines[place + 1 : end]) <= _LONGEST_RULED:
            ruled = place
    if ruled is not None:
        return ruled
    mobile = _mobile(lines[:end])
    return mobile if mobile is not None else _closing(lines, end)


def _mobile(lines: list[str]) -> int | None:
    """ "Sent from my iPhone", when it is the last thing said."""
    last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].strip()), None)
    if last is None or len(lines[last]) > 120 or not MOBILE.match(lines[last]):
        return None
    return last


def _closing(lines: list[str], end: int) -> int | None:
    """A closing phrase with a name and more under it: a block that repeats under every mail."""
    for place in range(end - 1, max(-1, end - _LONGEST_CLOSED - 2), -1):
        if CLOSING.match(lines[place][:200]):
            return place if _filled(lines[place + 1 : end]) >= 2 else None
    return None


def _filled(lines: list[str]) -> int:
    return sum(1 for line in lines if line.strip())


def _leading(lines: list[str]) -> int:
    count = 0
    while count < len(lines) and not lines[count].strip():
        count += 1
    return count


def strip_ends(lines: list[str]) -> list[str]:
    """Without blank lines at either end, nor rules and ornaments at the end."""
    start, end = _leading(lines), len(lines)
    while end > start and ORNAMENT.match(lines[end - 1]):
        end -= 1
    if end == start:  # nothing but ornaments: they are what was said
        return [line for line in lines if line.strip()]
    return lines[start:end]
