"""Find the lines with which a client introduces a quote: "On … wrote:" and header blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailgate.parse.label_phrases import FIELDS_OF, LABELS, LONGEST_LABEL, Field
from mailgate.parse.manners import speaks
from mailgate.parse.quote_phrases import CITING, DIVIDING, TOLD, WROTE, after_delimiter, opens

QUOTED = re.compile(r"^\s{0,3}(?:>|[A-Za-z]{1,12}>(?:\s|$)|\|(?:\s|$))")
"""A line that a client marked as quoted."""
_LONGEST = 400
_LONGEST_BLOCK_LINE = 1_000
_MOST_LINES = 4
_MOST_BROKEN_LINES = 9
_MOST_WORDS_BEFORE = 3
_FIRST_WITHOUT_BLANKS = "\u2e80"
_MOST_WORDS_OF_NAME = 12
_LONGEST_NAME = 90
_ADDRESS = re.compile(r"[<(\[]?(?:mailto:)?[\w.+=%-]{1,64}@[\w.-]{1,200}\w[>)\]]?|<[^<>\s]+>")
_ANGLED = re.compile(r"<(?:mailto:)?[^<>\s]{1,120}@[^<>\s]{1,200}>")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2} ?[ap]\.?m\b|\d{1,2}시|\d{1,2}時", re.IGNORECASE)
_DATE = re.compile(
    r"(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.? ?\w{3,9}\.? ?\d{0,4}|\d+월|\d+月"
)
_FULL_DATE = re.compile(
    r"\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2,4}|\d{4}[-/.年] ?\d{1,2}[-/.月]"
    r"|\d{1,2}[^\d\n]{2,16}(?:19|20)\d\d|\w{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d"
)
_ENDS = re.compile(r"[:：]\s*[*_>]*\s*$")
_ENDS_WITH_COLON = re.compile(r"@[^<>\s]+>?\s?[:：]\s*$")
_ENDS_WITH_ADDRESS = re.compile(r"<[^<>\s]+@[^<>\s]+>\s*$")
_MAY_BEGIN = re.compile(r"[<@]|\d[:.]\d\d")
_DIRECTIONS = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ISO_START = re.compile(r"^\s*\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}")
_AROUND = re.compile(r"^[\s\-–—_>*]{2,}(?=\S)|(?<=\S)\s*[\-–—_]{2,}\s*$")
# Yahoo's app on Android loses the line breaks: … <ann@example.org> wrote:   It came.
_RUN_ON = re.compile(r"(.{10,300}?[:：])\s{2,}\S")
_AFTER_VERB = re.compile(r"[^\W\d_].{0,60}")
_DECORATION = " \t\xa0>*_|\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff\u3000"
_LABEL_INSIDE = re.compile(
    "(?<![^\\W_])("
    + "|".join(sorted(map(re.escape, FIELDS_OF), key=lambda w: (-len(w), w)))
    + ")[\\s*_]?[:：]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Label:
    """One line of a header block: what its label means in each language, and the value."""

    fields: dict[str, Field]
    value: str


@dataclass(frozen=True)
class Block:
    """Lines (or one line) in the manner of From, Sent, To, Subject."""

    size: int
    fields: frozenset[Field]
    """Those that one language has all the labels of."""
    sender: str
    has_address: bool
    has_time: bool

    @property
    def is_clients(self) -> bool:
        """Whether it names an address, or is what Exchange writes of people without one."""
        return self.has_address or (
            self.fields >= {"sender", "sent", "subject"} and (self.has_time or "to" in self.fields)
        )

    @property
    def is_whole(self) -> bool:
        """Whether it is all that a client writes: nobody types so much by hand."""
        return self.has_address and self.fields >= {"sender", "sent", "subject"}

    @property
    def is_outlooks(self) -> bool:
        """Whether it has an address in the manner of Outlook alone: Ann [mailto:ann@…]."""
        return "mailto:" in self.sender and {"sender", "sent", "to", "subject"} <= self.fields


def label_of(line: str) -> Label | None:
    """Read a line as "Label: value"; None where no language has such a label."""
    head = line[: LONGEST_LABEL + 30]
    ends = [place for place in (head.find(":"), head.find("：")) if place > 0]
    if not ends:
        return None
    place = min(ends)
    fields = FIELDS_OF.get(head[:place].strip(_DECORATION).lower())
    if fields is None:
        return None
    value = line[place + 1 :]
    return None if value[:1] == "/" else Label(fields, value.strip(_DECORATION))


def head_at(lines: list[str], place: int) -> tuple[str, int, Block | None] | None:
    """The class (``h``: a sentence, ``o``: a header block) and size of a head that begins here."""
    line = lines[place]
    if ":" in line or "：" in line:
        block = block_at(lines, place)
        if block:
            return "o", block.size, block
    if len(line) > _LONGEST:
        return None
    size = _sentence(lines, place)
    if not size or _is_told(lines, place, size):
        return None
    return "h", size, None


def _is_told(lines: list[str], place: int, size: int) -> bool:
    """Whether it is a person's own sentence: it names no address, and says who was written to."""
    said = " ".join(line.strip() for line in lines[place : place + size]).replace("’", "'")
    if "@" in said or TOLD.search(said) is None:
        return False
    below = next((line for line in lines[place + size : place + size + 3] if line.strip()), "")
    return not below.lstrip().startswith(">")


def _sentence(lines: list[str], place: int) -> int:
    """How many lines an "On … wrote:" takes from here; 0 if there is none."""
    first = _DIRECTIONS.sub("", lines[place]).strip()
    if not _may_begin(first):
        return 0
    joined, words = "", 0
    for size in range(1, _MOST_BROKEN_LINES + 1):
        if place + size > len(lines):
            return 0
        line = _DIRECTIONS.sub("", lines[place + size - 1]).strip()
        if not line and (
            joined.count("<") > joined.count(">") or _opens_below(lines, place + size)
        ):
            continue  # an address that was broken over lines, with blank ones between
        words += 1
        if not line or words > _MOST_LINES or len(joined) + len(line) > _LONGEST:
            return 0
        joined = f"{joined} {line}".strip()
        bare = _AROUND.sub("", joined)
        runs_on = _RUN_ON.match(bare) if size == 1 else None
        if runs_on and "@" in runs_on[1] and _introduces(runs_on[1]):
            return 1
        if _introduces(bare) or _divides(bare, lines, place + size):
            return size if size == 1 or _begins_here(first, lines, place, size) else 0
    return 0


def _opens_below(lines: list[str], below: int) -> bool:
    """Whether the bracket of an address stands alone on the next line: Polymail writes so."""
    return below < len(lines) and lines[below].strip() == "<"


def _may_begin(line: str) -> bool:
    if _MAY_BEGIN.search(line) or opens(line):
        return True
    return line.endswith((":", "：")) and WROTE.search(line) is not None


def _begins_here(first: str, lines: list[str], place: int, size: int) -> bool:
    """Whether the first line belongs to the sentence, or is text above it."""
    dated, timed = _DATE.search(first), _TIME.search(first)
    if (dated and timed) or (opens(first) and (dated or timed)):
        return True
    rest = " ".join(line.strip() for line in lines[place + 1 : place + size])
    return not _introduces(rest) or _goes_on(first, rest, dated=dated is not None)


def _goes_on(first: str, rest: str, *, dated: bool) -> bool:
    """Whether a line that names the writer was broken before the date or the verb."""
    name = _ANGLED.search(first)
    if not name or _ANGLED.search(rest):
        return False
    after = first[name.end() :].strip(" *_")
    if after.endswith((",", "，")) or (dated and after):
        return True
    if not after:
        # a signature's last line may stand right above a whole head: "On … wrote:"
        is_whole = opens(rest) and rest[0] < _FIRST_WITHOUT_BLANKS and not rest[0].islower()
        return not is_whole and len(first.split()) <= _MOST_WORDS_OF_NAME
    return after[-1] not in ".!?" and len(after.split()) <= _MOST_WORDS_BEFORE


def is_name_above(line: str, below: str) -> bool:
    """Whether a line is the front of the sentence below, broken between the name and its address:
    "Ann Example", and below it "<ann@example.org> schrieb am …:"."""
    if not _ANGLED.match(_DIRECTIONS.sub("", below).lstrip(" \t>*_")):
        return False
    name = _DIRECTIONS.sub("", line).strip(' \t>*_"')
    return (
        len(name) <= _LONGEST_NAME
        and len(name.split()) <= _MOST_WORDS_OF_NAME
        and name[-1:] not in ".!?,;:。！？，；："
    )


def _introduces(text: str) -> bool:
    """Whether a sentence says that, when, or from which address somebody wrote."""
    ends = bool(_ENDS.search(text))
    verb = _verb_at_end(text)
    if not (ends or verb):
        # Gmail's old form has neither verb nor colon: 2013/7/20 Ann <ann@example.org>
        return bool(_ISO_START.match(text) and _ENDS_WITH_ADDRESS.search(text))
    has_time, has_date = bool(_TIME.search(text)), bool(_DATE.search(text))
    address = bool(_ADDRESS.search(text))
    opening = opens(text)
    if verb and (address or has_time or (has_date and opening)):
        return True
    if verb and ends and _FULL_DATE.search(text):
        return True
    if ends and address and has_date and (has_time or opening):
        return True
    if ends and address and _ENDS_WITH_COLON.search(text) and CITING.match(text):
        return True
    said = ends and bool(WROTE.search(text))
    return said and has_date and (has_time or opening)


def _divides(text: str, lines: list[str], below: int) -> bool:
    """Whether it is "Am 12.10.26 um 10:46 schrieb Ann", without a colon.

    Nobody's sentence where a quote follows, or where nothing but a name does.
    """
    verb = DIVIDING.search(text)
    if not verb or not opens(text) or text.count("<") > text.count(">"):
        return False
    before, after = text[: verb.start()], text[verb.end() :].strip()
    if not (_DATE.search(before) and _TIME.search(before) and _AFTER_VERB.fullmatch(after)):
        return False
    following = next((line for line in lines[below : below + 2] if line.strip()), "")
    if following.lstrip().startswith(">"):
        return True
    words = after.split()
    return (
        len(words) <= 6
        and after[-1] not in ".!?,;"
        and all(word[0].isupper() or not word[0].isalpha() for word in words)
    )


def _verb_at_end(text: str) -> bool:
    tail = text.rstrip(" :：*_>.,;…-")[-40:]
    return any(len(tail) - match.end() <= 3 for match in WROTE.finditer(tail))


def is_typed_into(lines: list[str], place: int) -> bool:
    """Return whether the answer was typed between a client's mark and its head."""
    for below in range(place + 1, min(place + 9, len(lines))):
        line = lines[below]
        if QUOTED.match(line) or after_delimiter(line) is not None:
            return False
        if head_at(lines, below):
            return any(map(speaks, lines[place + 1 : below]))
    return False


def marked_head(lines: list[str], place: int) -> int:
    """Return how many lines a client's mark is above its quote; 0 where that has no marks."""
    words = 0
    for size, line in enumerate(lines[place + 1 : place + 8], start=1):
        if QUOTED.match(line):
            return size
        words += bool(line.strip())
        if words > 3:
            break
    return 0


def block_at(lines: list[str], place: int) -> Block | None:
    """A block of header lines (From, Sent, To, Subject in any language) that begins here."""
    line = lines[place]
    if len(line) > _LONGEST_BLOCK_LINE:
        return None
    first = label_of(line)
    if first is None:
        return _on_one_line(line)
    found, size = _label_lines(lines, place, first)
    if len(found) == 1:
        return _on_one_line(line)
    best = _best_fields(found)
    sender = next((one.value for one in found if "sender" in one.fields.values()), None)
    if sender is None:
        return None
    kinds = {kind for one in found for kind in set(one.fields.values())}
    has_address = _ADDRESS.search(sender) is not None or "mailto:" in sender
    has_time = any("sent" in one.fields.values() and _TIME.search(one.value[:200]) for one in found)
    enough = (
        ("sender" in best and len(best) >= 3)
        or (len(found) >= 3 and len(kinds) >= 3 and has_address)
        or (len(found) >= 2 and "sent" in kinds and has_time)
    )
    return Block(size, best, sender, has_address, has_time) if enough else None


def _label_lines(lines: list[str], place: int, first: Label) -> tuple[list[Label], int]:
    found, size, gaps = [first], 1, 0
    for offset, line in enumerate(lines[place + 1 : place + 14], start=1):
        label = label_of(line)
        if label:
            found.append(label)
            size, gaps = offset + 1, 0
            continue
        gaps += 1
        if gaps > 2 or (not line.strip() and len(found) >= 3):
            break
    return found, size


def _best_fields(found: list[Label]) -> frozenset[Field]:
    """The fields of the language that explains most of the labels."""
    best: set[Field] = set()
    for language in LABELS:
        fields = {one.fields[language] for one in found if language in one.fields} - {"other"}
        if len(fields) > len(best) or (len(fields) == len(best) and "sender" in fields):
            best = set(fields)
    return frozenset(best)


def _on_one_line(line: str) -> Block | None:
    """A block whose line breaks were lost: "Von: … Gesendet: … An: … Betreff: …"."""
    if line.count(":") + line.count("：") < 3:
        return None
    rest = after_delimiter(line)
    if rest is None:
        rest = line
    if label_of(rest) is None:
        return None
    marks = list(_LABEL_INSIDE.finditer(rest))
    found = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        value = rest[mark.end() : following.start() if following else None]
        found.append(Label(FIELDS_OF[mark[1].lower()], value.strip(_DECORATION)))
    best = _best_fields(found)
    sender = next((one.value for one in found if "sender" in one.fields.values()), "")
    has_address = "@" in sender
    if "sender" not in best or len(best) < 3 or not has_address:
        return None
    return Block(1, best, sender, has_address, _TIME.search(rest) is not None)
