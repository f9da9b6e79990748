"""The signature at the end of what somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailgate.parse.client_lines import is_client_line
from mailgate.parse.html_text import MARKS, SIGNATURE, SIGNATURE_END
from mailgate.parse.manners import (
    introduces,
    is_closing,
    is_contact,
    is_postscript,
    names_a_number,
    says_nothing,
    speaks,
    tells_a_number,
)

# RFC 3676 4.3 ("-- ")
_DELIMITER = re.compile(r"^\s{0,3}--\s*$")
# and what editors and people make of it
_LIKE_DELIMITER = re.compile(r"^\s{0,3}(?:—|––|__|- -)\s*$")
_RULE = re.compile(r"^\s{0,3}(?:_{4,}|-{5,}|={5,}|\*{5,}|~{5,})\s*$")
ORNAMENT = re.compile(r"^[\s\-_=~*#+—–ᐧ•·.]*$")
_LONGEST = 20
_LONGEST_RULED = 8
_LONGEST_CLOSED = 16
_MOST_WITHOUT_CONTACTS = 9
_LONGEST_LINE = 90
_MOST_SHORT_WORDS = 4


def cut_signature(
    lines: list[str], author: str = "", *, below_quotes: bool = False
) -> tuple[list[str], list[str]]:
    """The lines without the signature, and the signature. Never takes all of the text.

    A signature ends where sentences begin again: what stands below it is kept.

    :param author: the sender's name, as the mail's header gives it.
    :param below_quotes: the lines stand under a quoted mail, where few write more than their name.
    """
    found = _range(lines, author, below_quotes)
    if found is None or not any(x.strip() for x in lines[: found[0]]):
        return lines, []
    start, end = found
    above = lines[:start]
    more = _mobile(above)
    if more is not None and any(x.strip() for x in above[:more]):
        start = more
    return [*lines[:start], *lines[end:]], lines[start:end]


def holds_the_answer(rest: Sequence[str], signature: Sequence[str]) -> bool:
    """Whether the answer was typed into the signature: a mere greeting is left without it."""
    said = (line for line in signature if not is_client_line(line))
    return any(map(speaks, said)) and says_nothing("\n".join(x for x in rest if x not in MARKS))


def is_marked_signature(signature: list[str]) -> bool:
    """Whether it begins with "-- ", a client's own mark or a phone's line: no guess."""
    first = signature[0]
    return first == SIGNATURE or bool(_DELIMITER.match(first[:200])) or is_client_line(first)


def _range(lines: list[str], author: str, below_quotes: bool) -> tuple[int, int] | None:
    """Where a signature begins and ends."""
    end = len(strip_ends(lines)) + _leading(lines)
    marked = _marked(lines)
    if marked:
        return marked
    for place in range(end - 1, max(-1, end - _LONGEST - 2), -1):
        line = lines[place][:200]
        if _DELIMITER.match(line):
            if _divides(lines, place) or _asks(lines, place):
                return None
            return place, _speaks_again(lines, place + 1, strict=True)
        if _LIKE_DELIMITER.match(line):
            stop = _speaks_again(lines, place + 1)
            return (place, stop) if stop > place + 1 else None
    ruled = _ruled(lines, end, author, below_quotes)
    if ruled is not None:
        return ruled, len(lines)
    mobile = _mobile(lines[:end])
    if mobile is not None:
        return mobile, len(lines)
    return _closing(lines, end)


def _divides(lines: Sequence[str], place: int) -> bool:
    """Whether a delimiter is the last of several, without RFC 3676's blank, and sets a list apart
    from sentences that follow it."""
    rules = [one for one in range(place + 1) if lines[one].strip() == "--"]
    if len(rules) < 2 or any(lines[one].endswith(" ") for one in rules):
        return False
    below = [line.rstrip() for line in lines[place + 1 :]]
    return any(speaks(line) or line[-1:] in tuple(".!?。！？") for line in below)


def _asks(lines: Sequence[str], place: int) -> bool:
    """Whether a question follows a delimiter without RFC 3676's blank: no signature begins so."""
    below = next((line for line in lines[place + 1 :] if line.strip()), "")
    return not lines[place].endswith(" ") and below.rstrip()[-1:] in tuple("?？؟")


def _marked(lines: Sequence[str]) -> tuple[int, int] | None:
    """What the client itself marks as the signature, in HTML; less what was typed into it."""
    if SIGNATURE not in lines:
        return None
    start = lines.index(SIGNATURE)
    for place in range(start + 1, len(lines)):
        if lines[place] == SIGNATURE_END:
            break
        if is_postscript(lines[place]) or tells_a_number(lines[place]):
            return (start, place) if place > start + 1 else None
    if SIGNATURE_END in lines[start:]:
        end = lines.index(SIGNATURE_END, start)
        below = [line for line in lines[end + 1 :] if not ORNAMENT.match(line)]
        if len(below) == 0:
            return start, len(lines)
        return start, end + 1
    return start, len(lines)


def _speaks_again(lines: Sequence[str], start: int, *, strict: bool = False) -> int:
    """The line at which sentences begin again; the end if they do not.

    :param strict: after "-- " people put mottos: only a postscript, or a number at once or below a
        blank line, is their answer.
    """
    for place in range(start, len(lines)):
        line = lines[place]
        apart = place == start or not lines[place - 1].strip()
        if strict and not is_postscript(line) and not (apart and names_a_number(line)):
            continue
        if speaks(line):
            return place
    return len(lines)


def _ruled(lines: list[str], end: int, author: str, below_quotes: bool) -> int | None:
    """A rule with a name and an address under it. Several rules divide a text instead."""
    rules = [place for place in range(end) if _RULE.match(lines[place][:200])]
    if not rules:
        return None
    place = rules[-1]
    if place == end - 1 and len(rules) == 2:
        place = rules[0]
    elif len(rules) > 1:
        return None
    block = [line for line in lines[place + 1 : end] if line.strip() and not _RULE.match(line)]
    if not 1 <= len(block) <= _LONGEST_RULED:
        return None
    if below_quotes and all(_is_short(line) for line in block):
        return place
    if _looks_written(block):
        return None
    above = next((line for line in reversed(lines[:place]) if line.strip()), "")
    known = {word for word in author.casefold().split() if len(word) > 2}
    first = set(re.findall(r"\w+", block[0].casefold()))
    signed = is_closing(above) or is_closing(block[0]) or bool(known & first)
    return place if signed or any(is_contact(line) for line in block) else None


def _looks_written(block: Sequence[str]) -> bool:
    return any(speaks(line) or len(line) > _LONGEST_LINE for line in block)


def _is_short(line: str) -> bool:
    """Whether a line is too short to be a wish, and no number, item or question."""
    written = names_a_number(line) or is_postscript(line) or line.rstrip()[-1:] in "?？؟"
    return len(line.split()) <= _MOST_SHORT_WORDS and line[:1].isalpha() and not written


def _mobile(lines: Sequence[str]) -> int | None:
    """ "Sent from my iPhone", when it is the last thing said."""
    last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].strip()), None)
    if last is None:
        return None
    if is_client_line(lines[last]):
        return last
    if last > 0 and len(lines[last]) < 120 and is_client_line(f"{lines[last - 1]} {lines[last]}"):
        return last - 1
    return None


def _closing(lines: list[str], end: int) -> tuple[int, int] | None:
    """A closing phrase with a name and more under it: a block that repeats under every mail."""
    for place in range(end - 1, max(-1, end - _LONGEST_CLOSED - 2), -1):
        if not is_closing(lines[place][:200]):
            continue
        stop = _speaks_again(lines, place + 1)
        stop = _announces(lines, place + 2, stop)
        block = lines[place + 1 : stop]
        if _filled(block) < 2 or any(len(x) > _LONGEST_LINE for x in block):
            return None
        if len(block) > _MOST_WITHOUT_CONTACTS and sum(map(is_contact, block)) < 2:
            return None
        if any(_RULE.match(line) for line in block) and stop == len(lines):
            stop = next(i for i in range(place + 1, stop) if _RULE.match(lines[i]))
            if _filled(lines[place + 1 : stop]) < 2:
                return None
        return place, stop
    return None


def _announces(lines: Sequence[str], start: int, end: int) -> int:
    """The line that announces what stands below it ("Delivery address:"), in a private person's
    block; a firm's has labels as well, and telephone numbers."""
    if any(is_contact(line) for line in lines[start:end]):
        return end
    return next((p for p in range(start, end - 1) if introduces(lines[p])), end)


def _filled(lines: Sequence[str]) -> int:
    return sum(1 for line in lines if line.strip())


def _leading(lines: Sequence[str]) -> int:
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
