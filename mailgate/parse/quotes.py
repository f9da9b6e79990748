"""The new part of a mail: what its author wrote, apart from what was quoted and the signature.

A classifier of lines, over plain text (HTML arrives here as text, with the marks of
:mod:`html_text`). Nothing is thrown away: ``reply``, ``quoted``, ``signature`` and ``disclaimer``
are shown apart. Rules, from the talon, GitHub and Discourse collections of real mails:

- what stands under a client's "On … wrote:", header block or "Original Message" is quoted;
- an answer under or between quotes is kept whole with them, but for the introducing line;
- a reply is never empty where there was text;
- in a mail that answers nothing, one mark alone is no quote: forms and itineraries have lines of
  From and To as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from mailgate.parse.client_lines import is_outlook_border
from mailgate.parse.disclaimer import cut_disclaimer
from mailgate.parse.html_text import CUT, MARKS, OWN
from mailgate.parse.manners import introduces, says_nothing
from mailgate.parse.quote_heads import (
    QUOTED,
    Block,
    block_at,
    head_at,
    is_name_above,
    is_typed_into,
    marked_head,
)
from mailgate.parse.quote_phrases import after_delimiter, is_above_line, is_bare_delimiter
from mailgate.parse.signature import (
    ORNAMENT,
    cut_signature,
    holds_the_answer,
    is_marked_signature,
    strip_ends,
)

_RULE = re.compile(r"\s*(?:[_=*]{3,}|-{3,}|-{3,}\s?[^\s-].{0,60}[^\s-]\s?-{3,})\s*")
# "Ann Example" ---12.10.2026 10:46:05---Where is …
_NOTES = re.compile(r".{1,80}? ?---\d{1,4}[./-]\d{1,2}[./-]\d{1,4} \d{1,2}[:.]\d\d.{0,12}?---")
# GroupWise: >>> Ann Example <ann@example.org> 12.10.2026 10:46 >>>
_GROUPWISE = re.compile(r"\s{0,3}>>> ?[^>\n]{1,120}(?:>[^>\n]{0,60})?\d[^>\n]{0,30}>>>\s*")
_WRAPPED_AT = 68
_LONG_RULE = re.compile(r"\s*[_-]{15,}\s*")
_LONGEST_MARK = 500
_LONGEST_BLOCK_LINE = 1_500
_MOST_LINES = 20_000


@dataclass(frozen=True)
class Split:
    """The parts of a body. Joined, they hold all of its text but the cut marks."""

    reply: str = ""
    quoted: str = ""
    signature: str = ""
    disclaimer: str = ""
    uncut_reply: str = ""
    """The reply with all that was taken off it by a guess; empty where nothing was."""


@dataclass(frozen=True)
class Setting:
    """What the mail's header says that matters for its text."""

    opens: bool = False
    """Whether it answers and forwards nothing."""
    author: str = ""
    """The name of the sender."""


_UNKNOWN = Setting()


@dataclass
class _Lines:
    """Lines with a class each: ``t`` text, ``q`` quoted, ``h`` head of a quote, ``o`` border."""

    lines: list[str]
    kinds: list[str] = field(default_factory=list)


def whole(text: str) -> Split:
    """All of it is the reply: for machines' mails, where nobody quotes."""
    return Split(text.strip("\n"))


def unmarked(text: str) -> str:
    """The text without the marks that :mod:`html_text` put in."""
    if not any(mark in text for mark in MARKS):
        return text
    text = "\n".join(line for line in text.split("\n") if line not in MARKS)
    for mark in MARKS:
        text = text.replace(mark, "")
    return text


def split(marked: str, setting: Setting = _UNKNOWN) -> Split:
    """Split a text that may hold the marks of :mod:`html_text`."""
    text = marked.replace("\r\n", "\n")
    if text.count("\n") > _MOST_LINES:
        return whole(unmarked(text))
    lines = _classify(text.split("\n"), opens=setting.opens)
    inner, signature_below, disclaimer_below = _below_quotes(lines, setting.author)
    kept, dropped = _separate(inner)
    uncut = kept
    whole_text, disclaimer = cut_disclaimer(kept)
    kept, signature = cut_signature(whole_text, setting.author)
    if signature and holds_the_answer(kept, signature):
        kept, signature = whole_text, []
    guessed = bool(disclaimer) or (bool(signature) and not is_marked_signature(signature))
    signature, disclaimer = [*signature, *signature_below], [*disclaimer, *disclaimer_below]
    if not dropped and not signature and not disclaimer:
        return Split(unmarked("\n".join(strip_ends(kept))))
    reply = unmarked("\n".join(strip_ends(kept)))
    if not reply.strip():
        return _never_empty(lines)
    if setting.opens and _leaves_nothing(reply, dropped):
        return Split(unmarked("\n".join(strip_ends(lines.lines))))
    if not guessed:
        uncut = []
    elif signature and is_marked_signature(signature):
        uncut = [*kept, "", *disclaimer]
    return Split(reply, *(_joined(x) for x in (dropped, signature, disclaimer, strip_ends(uncut))))


def _leaves_nothing(reply: str, dropped: list[str]) -> bool:
    """Whether what opens a ticket would be folded to a greeting, or to what announces the rest."""
    block = block_at(dropped, 0) if dropped else None
    if block and block.is_outlooks:
        return False
    return says_nothing(reply) or (bool(dropped) and introduces(reply))


def _joined(lines: list[str]) -> str:
    return unmarked("\n".join(lines)).strip("\n")


def _below_quotes(lines: _Lines, author: str) -> tuple[_Lines, list[str], list[str]]:
    """Take off a signature and a disclaimer that stand under the last quote."""
    last = max((i for i, k in enumerate(lines.kinds) if k in "qh"), default=-1)
    if last < 0 or "o" in lines.kinds:
        return lines, [], []
    rest, disclaimer = cut_disclaimer(["the quote", "", *lines.lines[last + 1 :]])
    rest, signature = cut_signature(rest, author, below_quotes=True)
    below = rest[2:]
    kinds = [*lines.kinds[: last + 1], *("t" if line.strip() else "e" for line in below)]
    if not disclaimer and not signature:
        return lines, [], []
    return _Lines([*lines.lines[: last + 1], *below], kinds), signature, disclaimer


def _classify(lines: list[str], *, opens: bool) -> _Lines:
    kinds: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if line == CUT:
            if "t" not in kinds and is_typed_into(lines, place):
                kinds.append("e")
                place += 1
                continue
            size = marked_head(lines, place)
            kinds.extend("h" if size else "o")
            kinds.extend("h" * (size - 1))
            place += max(1, size)
            continue
        kind, size = _kind_of(lines, place, kinds, opens=opens)
        if kind == "h" and kinds and _is_front_above(lines, place, kinds):
            kinds[-1] = "h"
        kinds.extend(kind * size)
        place += size
    found = _Lines(lines, kinds)
    return _with_own_quotes(found, opens=opens) if "q" in kinds else found


def _is_front_above(lines: list[str], place: int, before: list[str]) -> bool:
    """Whether the head of a quote begins on the line above, which stands by itself."""
    alone = len(before) == 1 or before[-2] == "e"
    return before[-1] == "t" and alone and is_name_above(lines[place - 1], lines[place])


def _with_own_quotes(lines: _Lines, *, opens: bool) -> _Lines:
    """Take for text what the author set apart: an address, or what a page says.

    In a mail that answers nothing only what a head introduces is a quote; in an answer all but what
    stands above the head.
    """
    kinds = lines.kinds
    head = next((i for i, k in enumerate(kinds) if k == "h"), len(kinds))
    quote = kinds.index("q")
    if (opens and quote < head) or (
        not opens and quote < head < len(kinds) and "t" in kinds[:quote] and "q" in kinds[head:]
    ):
        end = head
    else:
        return lines
    return _Lines(lines.lines, ["t" if k == "q" and i < end else k for i, k in enumerate(kinds)])


def _kind_of(lines: list[str], place: int, before: list[str], *, opens: bool) -> tuple[str, int]:
    line = lines[place]
    stripped = line.strip()
    if not stripped:
        return "e", 1
    if stripped.startswith(">>>") and _GROUPWISE.fullmatch(line[:_LONGEST_MARK]):
        return ("h", 1) if not opens else ("q", 1)
    if QUOTED.match(line):
        if opens and line.endswith(OWN) and "h" not in before and "o" not in before:
            return "t", 1
        # some webmails mark the quoted mail's fields, and not its text
        block = block_at(lines, place) if "t" in before and before[-1] != "q" else None
        return ("o", block.size) if block and _is_border(block, lines, place, opens) else ("q", 1)
    found = _mark_at(lines, place, before, opens=opens)
    if found:
        return found
    if before and before[-1] == "q" and _is_wrapped(lines[place - 1], stripped):
        return "q", 1
    return "t", 1


def _mark_at(
    lines: list[str], place: int, before: list[str], *, opens: bool
) -> tuple[str, int] | None:
    """The head of a quote, or a border, that begins here."""
    line = lines[place]
    # Outlook's phone apps put their line above a quote that has no other mark
    if "http" in line and not opens and "t" in before and is_outlook_border(line):
        return "o", 1
    if len(line) > _LONGEST_BLOCK_LINE:
        return None
    head = head_at(lines, place)
    if head:
        kind, size, block = head
        if block is None:
            return (kind, size) if not opens or _is_quoted_below(lines, place, size) else None
        return (kind, size) if _is_border(block, lines, place, opens) else None
    if len(line) > _LONGEST_MARK:
        return None
    if after_delimiter(line) is not None:
        return ("o", 1) if not opens or _has_head_below(lines, place) else None
    return ("o", 1) if is_above_line(line) else None


def _is_border(block: Block, lines: list[str], place: int, opens: bool) -> bool:
    """Whether a header block is a quoted mail's, and not a form's or an itinerary's."""
    if not opens:
        return block.is_clients
    marked = block.size == 1 or block.is_outlooks or _is_marked_above(lines, place)
    return block.is_whole and marked


def _is_marked_above(lines: list[str], place: int) -> bool:
    above = next((x for x in reversed(lines[max(0, place - 4) : place]) if x.strip()), "")
    return above == CUT or after_delimiter(above) is not None or bool(_LONG_RULE.match(above))


def _has_head_below(lines: list[str], place: int) -> bool:
    """Whether a delimiter is followed by a quoted mail's fields, or holds them."""
    for below in range(place, min(place + 4, len(lines))):
        block = block_at(lines, below)
        if block:
            return block.has_address
    return False


def _is_quoted_below(lines: list[str], place: int, size: int) -> bool:
    """Whether quote marks follow a head, or a client's own mark stands above it."""
    below = next((x for x in lines[place + size : place + size + 4] if x.strip()), "")
    return QUOTED.match(below) is not None or CUT in lines[max(0, place - 3) : place]


def _is_wrapped(quoted: str, rest: str) -> bool:
    """A quoted line that was broken on its way, so that its end lost the mark."""
    return len(quoted) + len(rest.split(" ", 1)[0]) > _WRAPPED_AT and len(rest) < _WRAPPED_AT


def _separate(lines: _Lines) -> tuple[list[str], list[str]]:
    """The lines that stay, and those that are quoted."""
    kinds = lines.kinds
    border = _border(lines)
    if border < len(kinds):
        inner = _Lines(lines.lines[:border], kinds[:border])
        kept, dropped = _separate_quotes(inner)
        return kept, [*dropped, *lines.lines[border:]]
    return _separate_quotes(lines)


def _border(lines: _Lines) -> int:
    """Where a border, or a head without quote marks below it, ends the new part."""
    kinds = lines.kinds
    seen = False
    for place, kind in enumerate(kinds):
        if kind == "t":
            seen = True
        if not seen:
            continue
        if kind == "o":
            return _above(lines, place)
        if kind == "h" and (place == 0 or kinds[place - 1] != "h"):
            following = next((k for k in kinds[place:] if k not in "he"), "")
            if following in ("t", "o") or not following:
                return place
    return len(kinds)


def _above(lines: _Lines, place: int) -> int:
    """A rule right above a border belongs to it, with or without words in it; so does the line
    "Original Message" without dashes, and Notes' line of who wrote when."""
    above = place - 1
    while above >= 0 and lines.kinds[above] == "e":
        above -= 1
    if above < 0:
        return place
    line = lines.lines[above]
    ruled = _RULE.fullmatch(line) or is_bare_delimiter(line) or _NOTES.match(line[:_LONGEST_MARK])
    return above if ruled else place


def _separate_quotes(lines: _Lines) -> tuple[list[str], list[str]]:
    kinds = lines.kinds
    first = next((i for i, k in enumerate(kinds) if k in "qh"), -1)
    if first < 0:
        return lines.lines, []
    last = max(i for i, k in enumerate(kinds) if k in "qh")
    before = any(k == "t" for k in kinds[:first])
    below = zip(kinds[last + 1 :], lines.lines[last + 1 :], strict=True)
    after = any(kind == "t" and not ORNAMENT.match(line) for kind, line in below)
    between = any(k == "t" for k in kinds[first : last + 1])
    has_head = "h" in kinds
    if between or (after and (before or not has_head)):
        return _interleaved(lines, after=after)
    if after:  # the answer stands below
        return lines.lines[last + 1 :], lines.lines[: last + 1]
    if before:
        return lines.lines[:first], lines.lines[first:]
    return _without_heads(lines)


def _interleaved(lines: _Lines, *, after: bool) -> tuple[list[str], list[str]]:
    """Answers between quotes: all stays but the introducing lines, and a quote at the end."""
    kinds, end = lines.kinds, len(lines.kinds)
    if not after:
        last_text = max(i for i, k in enumerate(kinds) if k == "t")
        end = last_text + 1
    kept = [x for x, k in zip(lines.lines[:end], kinds[:end], strict=True) if k != "h"]
    heads = [x for x, k in zip(lines.lines[:end], kinds[:end], strict=True) if k == "h"]
    return kept, [*heads, *lines.lines[end:]]


def _without_heads(lines: _Lines) -> tuple[list[str], list[str]]:
    pairs = list(zip(lines.lines, lines.kinds, strict=True))
    kept = [line for line, kind in pairs if kind not in "h"]
    return kept, [line for line, kind in pairs if kind == "h"]


def _never_empty(lines: _Lines) -> Split:
    """Only quotes, or only a signature: better shown than hidden."""
    kept, dropped = _without_heads(lines)
    text = "\n".join(strip_ends(kept)) or "\n".join(strip_ends(lines.lines))
    if not text.strip():
        text = "\n".join(lines.lines)
    return Split(unmarked(text), unmarked("\n".join(dropped)).strip("\n"), "")


def less_what_we_sent(found: Split, sent_text: str) -> Split:
    """Cut where the lines that follow are, nearly all, lines of ours."""
    ours = {_bare(line) for line in sent_text.split("\n")} - {""}
    lines = found.reply.split("\n")
    words = [_bare(line) for line in lines]
    best = len(lines)
    hits = total = 0
    for place in range(len(lines) - 1, -1, -1):
        if not words[place]:
            continue
        total += 1
        hits += words[place] in ours
        if words[place] in ours and hits >= 0.8 * total and hits >= 2:
            best = place
    kept = lines[:best]
    if best == len(lines) or not any(line.strip() for line in kept):
        return found
    cut = "\n".join(lines[best:]).strip("\n")
    quoted = f"{cut}\n{found.quoted}".strip("\n")
    reply = "\n".join(strip_ends(kept))
    uncut = "\n\n".join(filter(None, (reply, found.signature))) if found.uncut_reply else ""
    return replace(found, reply=reply, quoted=quoted, uncut_reply=uncut)


def _bare(line: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"^[\s>|]+", "", line)).strip().lower()
