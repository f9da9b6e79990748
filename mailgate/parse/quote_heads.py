"""Find the lines with which a client introduces a quote: "On … wrote:" and header blocks."""

from __future__ import annotations

import re

from mailgate.parse.quote_phrases import LABEL, OPENING, WROTE

_LONGEST = 400
_MOST_LINES = 4
_ADDRESS = re.compile(r"[<(\[]?(?:mailto:)?[\w.+=%-]{1,64}@[\w.-]{1,200}\w[>)\]]?|<[^<>\s]+>")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2} ?[ap]\.?m\b|\d{1,2}시|\d{1,2}時", re.IGNORECASE)
_DATE = re.compile(
    r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.? ?\w{3,9}\.? ?\d{0,4}|\d+월|\d+月"
)
_ENDS = re.compile(r"[:：]\s*[*_>]*\s*$")
_ENDS_WITH_ADDRESS = re.compile(r"<[^<>\s]+@[^<>\s]+>\s*$")
_MAY_BEGIN = re.compile(r"[<@]|\d[:.]\d\d")
_DIRECTIONS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ISO_START = re.compile(r"^\s*\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")


def head_at(lines: list[str], place: int) -> tuple[str, int] | None:
    """The class (``h``: a sentence, ``o``: a header block) and size of a head that begins here."""
    line = lines[place]
    if ":" in line or "：" in line:
        size = block_size(lines, place)
        if size:
            return "o", size
    if len(line) > _LONGEST:
        return None
    size = _sentence(lines, place)
    return ("h", size) if size else None


def _sentence(lines: list[str], place: int) -> int:
    """How many lines an "On … wrote:" takes from here; 0 if there is none."""
    first = lines[place].strip()
    if not (_MAY_BEGIN.search(first) or OPENING.match(first)) and not WROTE.search(first):
        return 0
    joined = ""
    for size in range(1, _MOST_LINES + 1):
        if place + size > len(lines):
            return 0
        line = _DIRECTIONS.sub("", lines[place + size - 1]).strip()
        if not line or len(joined) + len(line) > _LONGEST:
            return 0
        joined = f"{joined} {line}".strip()
        if _introduces(joined):
            return size if size == 1 or _begins_here(first, lines, place, size) else 0
    return 0


def _begins_here(first: str, lines: list[str], place: int, size: int) -> bool:
    """Whether the first line belongs to the sentence, or is text above it."""
    dated, timed = _DATE.search(first), _TIME.search(first)
    if (dated and timed) or (OPENING.match(first) and (dated or timed)):
        return True
    rest = " ".join(line.strip() for line in lines[place + 1 : place + size])
    return not _introduces(rest)


def _introduces(text: str) -> bool:
    """Whether a sentence says that, when, or from which address somebody wrote."""
    if not (_ENDS.search(text) or _verb_at_end(text)):
        # Gmail's old form has neither verb nor colon: 2013/7/20 Ann <ann@example.org>
        return bool(_ISO_START.match(text) and _ENDS_WITH_ADDRESS.search(text))
    ends = bool(_ENDS.search(text))
    has_time, has_date = bool(_TIME.search(text)), bool(_DATE.search(text))
    address = bool(_ADDRESS.search(text))
    verb = _verb_at_end(text)
    if verb and (address or has_time or (has_date and OPENING.match(text))):
        return True
    if ends and address and has_date and (has_time or OPENING.match(text)):
        return True
    said = ends and bool(WROTE.search(text))
    return said and has_date and (has_time or bool(OPENING.match(text)))


def _verb_at_end(text: str) -> bool:
    tail = text.rstrip(" :：*_>.,;…")[-40:]
    return any(len(tail) - match.end() <= 3 for match in WROTE.finditer(tail))


def block_size(lines: list[str], place: int) -> int:
    """Size of a block of header lines (From, Sent, To, Subject in any language); 0 if none."""
    first = LABEL.match(lines[place])
    if not first:
        return 0
    labels = {_which(first)}
    count, size, gaps = 1, 1, 0
    for offset, line in enumerate(lines[place + 1 : place + 14], start=1):
        label = LABEL.match(line)
        if label:
            labels.add(_which(label))
            count += 1
            size, gaps = offset + 1, 0
            continue
        gaps += 1
        if gaps > 2 or (not line.strip() and count >= 3):
            break
    has_sender = "sender" in labels
    if has_sender and count >= 3 and len(labels) >= 2:
        return size
    return (
        size
        if has_sender
        and "date" in labels
        and count >= 2
        and _TIME.search("\n".join(lines[place : place + size]))
        else 0
    )


def _which(label: re.Match[str]) -> str:
    return label.lastgroup or ""
