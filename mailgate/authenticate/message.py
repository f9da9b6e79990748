"""A raw mail as signatures see it (RFC 5322 2.2, RFC 6376 3.4): fields unchanged, CR LF lines.

The reader mends what is broken; here nothing may be mended, since a signature covers bytes. Where
the two could disagree about who wrote a mail, the mail never passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIELD = re.compile(rb"([!-9;-~]+):")
# An mbox's separator, and not the field with a blank before its colon (RFC 5322 4.5.2).
_ENVELOPE_LINE = re.compile(rb"From (?![ \t]*:)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_ANGLED = re.compile(r"([^<>,;]*)<([^<>\s,;]*@[^<>\s,;@]+)>\s*")
_BARE = re.compile(r"\s*([^<>\s,;:@]+@[^<>\s,;@]+)\s*")


@dataclass(frozen=True)
class Message:
    """Fields in order (name as written, value with its folds and its last CR LF), and the body.

    ``regular`` is False where a line of the header is neither a field nor a fold.
    """

    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes
    regular: bool

    def all(self, name: bytes) -> list[bytes]:
        """The values of all fields of that lower-case name, in order."""
        return [value for key, value in self.fields if key.lower() == name]

    def author(self) -> str | None:
        """The address of the one author; None where there is not exactly one, beyond doubt."""
        values = self.all(b"from")
        if not self.regular or len(values) != 1:
            return None
        try:
            return _one_address(values[0].decode("utf-8"))
        except UnicodeDecodeError:
            return None


def split(raw: bytes) -> Message:
    """Fields and body of a raw mail; its lines may end in LF or CR LF. Raises nothing."""
    if raw.count(b"\n") != raw.count(b"\r\n"):
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if _ENVELOPE_LINE.match(raw):
        raw = raw.partition(b"\r\n")[2]
    head, _, body = raw.partition(b"\r\n\r\n")
    fields: list[tuple[bytes, bytes]] = []
    regular = True
    folds: list[bytes] = []
    for line in head.split(b"\r\n"):
        named = _FIELD.match(line)
        if line[:1] in (b" ", b"\t") and fields:
            folds.append(line)
            continue
        if folds:
            fields[-1] = _folded(fields[-1], folds)
            folds = []
        if named:
            fields.append((named[1], line[named.end() :] + b"\r\n"))
        elif line:
            regular = False
    if folds:
        fields[-1] = _folded(fields[-1], folds)
    return Message(tuple(fields), body, regular)


def _folded(field: tuple[bytes, bytes], folds: list[bytes]) -> tuple[bytes, bytes]:
    return field[0], field[1] + b"\r\n".join(folds) + b"\r\n"


def _one_address(value: str) -> str | None:
    """The only address of a From value. What is quoted as a name is no second; an address that
    stands bare before another one is, unless it is the same."""
    plain = _COMMENT.sub("", _QUOTED.sub("q", value.replace("\r\n", "")))
    match = _ANGLED.fullmatch(plain)
    if match:
        before, address = match[1].strip(), match[2].strip()
        return None if "@" in before and before.lower() != address.lower() else address
    match = _BARE.fullmatch(plain)
    return match[1] if match else None
