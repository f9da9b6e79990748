"""Split a raw mail into header fields and body, mending what mail programs break there.

RFC 5322 2.2. Seen in the wild and mended: an mbox "From " line before the fields, Mac line ends,
CR CR LF, blank lines before the fields, a continuation without its indent, a body that follows
without the blank line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from helpdesk.links import may_be_ours
from mailgate.parse import limits

_FIELD = re.compile(rb"([!-9;-~]{1,128})[ \t]*:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|received|message-id|mime-version|reply-to|sender|return-path"
    rb"|delivered-to|references|in-reply-to|content-[a-z-]+|x-[a-z0-9-]+|user-agent|importance"
    rb"|thread-[a-z]+|dkim-signature|list-[a-z]+|authentication-results)[ \t]*:",
    re.IGNORECASE,
)
# An mbox's separator, and not the field with a blank before its colon (RFC 5322 4.5.2).
_ENVELOPE_LINE = re.compile(rb">*From (?![ \t]*:)")
# A header with nothing to be mended, and each field in it
_REGULAR = re.compile(rb"(?:[!-9;-~]{1,128}[ \t]*:[^\n]*\n(?:[ \t]+[^\s][^\n]*\n)*)+(?=\r?\n)")
_WHOLE_FIELD = re.compile(rb"[^\n]*\n(?:[ \t][^\n]*\n)*")
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_LOOK_AHEAD = 12
_REACH = 16 * limits.HEADER_BLOCK
_CUT = frozenset({"to", "cc", "references", "in-reply-to"})
_CUT_INSIDE = frozenset({"references", "in-reply-to"})
_LONGEST_ID = 1024
_BRACKETED = re.compile(r"<([^<>\s]{1,58})>")
_MOST_OURS, _LONGEST_OURS = 50, 61
_SHORT = frozenset({"from", "reply-to", "content-type"})


@dataclass
class Head:
    """The fields in order (lower-case name, bytes as surrogates), and the body, not copied."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    body: memoryview = field(default_factory=lambda: memoryview(b""))
    defects: list[str] = field(default_factory=list)

    def first(self, name: str) -> str | None:
        """The first field of that name."""
        for key, value in self.fields:
            if key == name:
                return value
        return None

    def all(self, name: str) -> list[str]:
        """All fields of that name, in order."""
        return [value for key, value in self.fields if key == name]


def split(raw: bytes) -> Head:
    """Fields and body of a raw mail. Checks no limit but its own reach (see :func:`check`)."""
    head = Head()
    raw = mend_line_ends(raw, head.defects)
    start = _skip_envelope_line(raw, head.defects)
    regular = _REGULAR.match(raw, start, start + _REACH)
    if regular:
        lines = _WHOLE_FIELD.findall(raw, start, regular.end())
        at = raw.index(b"\n", regular.end()) + 1
    else:
        lines, at = _mended(raw, start, head.defects)
    head.body = memoryview(raw)[at:]
    head.fields = [_named(line) for line in lines if b":" in line]
    if not head.fields:
        head.defects.append("there is no header")
    return head


def _mended(raw: bytes, start: int, defects: list[str]) -> tuple[list[bytes], int]:
    """The fields, with their folds, and where the body begins."""
    lines: list[bytearray] = []  # grow by their folds without a copy each
    at, size = start, len(raw)
    while at < size:
        end = raw.find(b"\n", at)
        end = size if end < 0 else end + 1
        line = raw[at:end]
        if not line.strip(b" \t\r\n"):
            if line[:1] in b" \t" and _goes_on(raw, end, lines):
                at = end  # RFC 5322 4.2: a fold may hold a line of blanks
                continue
            at = end
            break
        if line[:1] not in b" \t" and not _FIELD.match(line):
            if not _fields_follow(raw, end) or not lines:
                defects.append("the header ends without a blank line")
                break
            defects.append("a header line is broken")
            line = b" " + line
        if line[:1] in b" \t" and lines:
            lines[-1] += line
        else:
            lines.append(bytearray(line))
        at = end
        if at - start > _REACH:
            break
    return [bytes(line) for line in lines], at


def check(head: Head) -> None:
    """Refuse a header over the limits, and cut the fields that may be cut.

    :raises limits.MailTooComplexError: naming the limit.
    """
    if len(head.fields) > limits.FIELDS:
        raise limits.MailTooComplexError(f"the header has more than {limits.FIELDS} fields")
    total = received = 0
    for place, (name, value) in enumerate(head.fields):
        size = len(value)
        if name in _CUT and size > limits.FIELD:
            head.fields[place] = (name, _cut(name, value))
            head.defects.append(f"the {name.title()} field is too long, and was cut")
            size = 0
        received += name == "received"
        total += size
        if size > (limits.SHORT_FIELD if name in _SHORT else limits.FIELD):
            raise limits.MailTooComplexError(f"the {_shown(name)} field is too long")
    if total > limits.HEADER_BLOCK:
        raise limits.MailTooComplexError("the header is too long")
    if received > limits.RECEIVED:
        raise limits.MailTooComplexError(
            f"it passed more than {limits.RECEIVED} servers, and seems to go in circles"
        )


def _cut(name: str, value: str) -> str:
    """The beginning of a list; of Message-IDs the first, those between that look like ours, and the
    end, where the newest are."""
    if name in _CUT_INSIDE:
        first = value[:_LONGEST_ID].partition(">")[0] + "> "
        least = len(value) - limits.FIELD + len(first) + _MOST_OURS * _LONGEST_OURS
        at = max(value.find("<", least), least)
        ours = [f"<{one}> " for one in _BRACKETED.findall(value[:at]) if may_be_ours(one)]
        return first + "".join(ours[-_MOST_OURS:]) + value[at:]
    return value[: limits.FIELD].rpartition(",")[0] or value[: limits.FIELD]


def mend_line_ends(raw: bytes, defects: list[str]) -> bytes:
    """LF or CR LF, where a mail has only CR or doubles its CR."""
    if b"\r" not in raw:
        return raw
    if b"\n" not in raw:
        defects.append("its lines end as on an old Mac")
        return raw.replace(b"\r", b"\n")
    if b"\r\r\n" in raw[:4096]:
        defects.append("its line ends are doubled")
        return raw.replace(b"\r\r\n", b"\r\n")
    return raw


def _skip_envelope_line(raw: bytes, defects: list[str]) -> int:
    start = len(raw[:4096]) - len(raw[:4096].lstrip(b"\r\n \t\xef\xbb\xbf\0"))
    if start:
        defects.append("there are blanks before the header")
    if _ENVELOPE_LINE.match(raw, start):
        return raw.find(b"\n", start) + 1 or len(raw)
    return start


def _goes_on(raw: bytes, at: int, lines: list[bytearray]) -> bool:
    """Whether the header goes on after a line of blanks: with a fold, or with a known field that
    has not been seen, or may come again. A forwarded mail in the body begins with fields too."""
    if raw[at : at + 1] in b" \t":
        return _fields_follow(raw, at)
    known = _KNOWN.match(raw, at)
    if not known:
        return False
    name = known[0].rstrip(b" \t:").lower()
    if name.startswith((b"x-", b"received", b"dkim-", b"authentication-")):
        return True
    return not any(line[: len(name)].lower() == name for line in lines)


def _fields_follow(raw: bytes, at: int) -> bool:
    """Whether known fields come before the next blank line, so that a stray line was a fold."""
    window = raw[at : at + 4096]
    blank = _BLANK.search(window)
    rest = window[: blank.start()] if blank else window
    return any(_KNOWN.match(line) for line in rest.split(b"\n")[:_LOOK_AHEAD])


def _named(line: bytes) -> tuple[str, str]:
    name, _, value = line.partition(b":")
    text = value.strip(b" \t\r\n").decode("ascii", "surrogateescape")
    return name.strip().decode("ascii", "replace").lower(), text


def _shown(name: str) -> str:
    return name[:40].title()
