"""An anonymised copy of a mail, line by line: the same structure, with other words.

The mail is not parsed and written anew, for then what is wrong with it would be gone. Field names,
charsets, encodings, boundaries, line ends and quote marks stay; words become others of their kind
(:mod:`mailgate.anonymise.pseudonymise`); files become blank ones of the same length.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
import resource
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

from mailgate.anonymise.pseudonymise import Pseudonymiser
from mailgate.anonymise.pseudonymise_html import pseudonymise_html
from mailgate.parse.charset import codec_name

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")
_BOUNDARY = re.compile(r"boundary\s*=\s*(?:\"([^\"]+)\"|([^\s;]+))", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:+-]+)", re.IGNORECASE)
_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_NAME = re.compile(
    r"((?:file)?name(?:\*\d*\*?)?\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|[^;\s]+)", re.IGNORECASE
)
_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_BREAK = re.compile("\x00\r?\n\x01")
_SOFT = re.compile(rb"=[ \t]*(\r?\n)")
_FILE_BEGINS = re.compile(r"^begin \d{3} .*$", re.MULTILINE)  # uuencode
_FILE_ENDS = re.compile(r"^end[ \t]*$", re.MULTILINE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]")
_MAGIC = 12
"""Bytes at the beginning of a file that tell its type."""
_MAGIC_WORDS = (b"%PDF-", b"{\\rtf", b"%!PS", b"GIF87a", b"GIF89a", b"<?xml", b"BEGIN:")
"""Of a file that is text only these stay: its beginning is somebody's words."""
_COMMENT = re.compile(r"\(([^()]*)\)")
_ZONE = re.compile(r"[A-Z]{1,5}")

# What these say is of the mail's form; the rest of what a field says is somebody's.
_KEPT = frozenset(
    [
        "mime-version",
        "content-transfer-encoding",
        "date",
        "auto-submitted",
        "precedence",
        "importance",
        "priority",
        "x-priority",
        "x-auto-response-suppress",
        "content-language",
    ]
)
_KEPT_IN_REPORTS = frozenset(
    ["action", "status", "arrival-date", "last-attempt-date", "feedback-type", "version"]
)
_PARAMETER = re.compile(r"(;\s*)([\w*-]+)(\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|[^;\s]+)")
_KEPT_PARAMETERS = frozenset(
    ["boundary", "charset", "delsp", "format", "method", "micalg", "number", "protocol",
     "report-type", "size", "smime-type", "total", "type"]
)  # fmt: skip
_MAILS = frozenset(("message/rfc822", "message/global", "text/rfc822-headers"))
_REPORTS = frozenset(
    ("message/delivery-status", "message/global-delivery-status", "message/feedback-report",
     "message/disposition-notification")
)  # fmt: skip
_WITH_NAMES = frozenset(("content-type", "content-disposition"))


@dataclass
class _Part:
    """What is known of the part whose lines are being read."""

    content_type: str = "text/plain"
    charset: str = "utf-8"
    encoding: str = ""
    fields: list[bytes] = field(default_factory=list)


def anonymise(raw: bytes, key: bytes | None = None) -> bytes:
    """The copy; linear in the mail's length, and never an exception.

    :param key: what the words are chosen by; random unless a test gives one.
    """
    pseudonymiser = Pseudonymiser(key or secrets.token_bytes(16))
    return b"".join(_Copy(pseudonymiser).lines(raw))


class _Copy:
    def __init__(self, pseudonymiser: Pseudonymiser) -> None:
        self._pseudonymiser = pseudonymiser
        self._boundaries: set[bytes] = set()

    def lines(self, raw: bytes) -> Iterator[bytes]:
        part, in_header = _Part(), True
        body: list[bytes] = []
        for match in _LINE.finditer(raw):
            line = match.group()
            if not line:
                break
            if self._is_boundary(line):
                yield from self._body(part, body)
                yield line
                part, in_header, body = _Part(), True, []
            elif in_header and line.strip(b"\r\n"):
                part.fields.append(line)
            elif in_header:
                yield from self._header(part)
                yield line
                # A mail in a mail begins with a header of its own.
                in_header = part.content_type in _MAILS and not part.encoding
                part = _Part() if in_header else part
            else:
                body.append(line)
        if in_header:
            yield from self._header(part)
        yield from self._body(part, body)

    def _is_boundary(self, line: bytes) -> bool:
        mark = line.rstrip()
        return mark.startswith(b"--") and (
            mark[2:] in self._boundaries or mark[2:].removesuffix(b"--") in self._boundaries
        )

    # Header

    def _header(self, part: _Part) -> Iterator[bytes]:
        fields: list[list[bytes]] = []
        for line in part.fields:
            if line[:1] in b" \t" and fields:
                fields[-1].append(line)
            else:
                fields.append([line])
        for lines in fields:
            name, colon, _ = lines[0].partition(b":")
            plain = name.strip().lower().decode("ascii", "replace")
            whole = _decoded(b"".join(lines), "utf-8")[0]
            self._learn(part, plain, whole)
            if not colon:
                yield from (self._free(line) for line in lines)
            elif plain == "date":
                yield self._date(b"".join(lines))
            elif plain in _KEPT:
                yield from lines
            else:
                yield self._field(name + colon, plain, b"".join(lines)[len(name) + 1 :])

    def _learn(self, part: _Part, name: str, value: str) -> None:
        if name == "content-type":
            said = value.partition(":")[2].strip()
            part.content_type = said.partition(";")[0].strip().lower() or "text/plain"
            if found := _CHARSET.search(said):
                part.charset = found[1]
            for found in _BOUNDARY.finditer(said):
                self._boundaries.add((found[1] or found[2]).rstrip().encode("utf-8", "replace"))
        elif name == "content-transfer-encoding":
            said = value.partition(":")[2].strip().lower()
            part.encoding = said if said in ("base64", "quoted-printable") else ""

    def _field(self, start: bytes, name: str, value: bytes) -> bytes:
        text, charset = _decoded(value, "utf-8")
        if name in _WITH_NAMES:
            said = self._parameters(text)
        else:
            said = self._words(text, charset)
        return start + said.encode(charset, "surrogateescape")

    def _parameters(self, text: str) -> str:
        """The parameters of a Content-* field; those of its form stay (RFC 2045 5.1)."""

        def other(found: re.Match[str]) -> str:
            before, name, equals, value = found.groups()
            kept = name.lower() in _KEPT_PARAMETERS or _NAME.match(found[0][len(before) :])
            return before + name + equals + (value if kept else self._pseudonymiser.text(value))

        named = _NAME.sub(lambda found: found[1] + self._file_name(found[2]), text)
        return _PARAMETER.sub(other, named)

    def _date(self, field: bytes) -> bytes:
        """A date; in its comment stands a zone, or anything (RFC 5322 3.3)."""
        text, charset = _decoded(field, "utf-8")
        said = _COMMENT.sub(
            lambda c: c[0] if _ZONE.fullmatch(c[1]) else self._pseudonymiser.text(c[0], charset),
            text,
        )
        return said.encode(charset, "surrogateescape")

    def _file_name(self, value: str) -> str:
        charset, mark, rest = value.partition("''")
        if mark:
            named = unquote_to_bytes(rest).decode("utf-8", "replace")
            return charset + mark + quote(self._stem(named))
        return self._words(value, "utf-8") if "=?" in value else self._stem(value)

    def _stem(self, name: str) -> str:
        """A file's name with other words; what its ending says of its type stays."""
        stem, dot, ending = name.rpartition(".")
        if not dot or len(ending) > 6:
            return self._pseudonymiser.text(name)
        return self._pseudonymiser.text(stem) + dot + ending

    def _words(self, text: str, charset: str) -> str:
        """Text in which encoded words may stand (RFC 2047)."""
        parts, end = [], 0
        for found in _WORD.finditer(text):
            parts += [
                self._pseudonymiser.text(text[end : found.start()], charset),
                self._word(found),
            ]
            end = found.end()
        return "".join([*parts, self._pseudonymiser.text(text[end:], charset)])

    def _word(self, found: re.Match[str]) -> str:
        charset, how, payload = found.groups()
        raw = payload.encode("utf-8", "replace")
        try:
            content = (
                base64.b64decode(raw, validate=True)
                if how in "bB"
                else _ESCAPE.sub(lambda e: bytes([int(e[1], 16)]), raw.replace(b"_", b" "))
            )
        except (binascii.Error, ValueError):
            return f"=?{charset}?{how}?{self._pseudonymiser.text(payload)}?="
        other = self._free(content, charset)
        if how in "bB":
            return f"=?{charset}?{how}?{base64.b64encode(other).decode()}?="
        shown = "".join(
            "_" if byte == 32 else chr(byte) if _plain(byte) else f"={byte:02X}" for byte in other
        )
        return f"=?{charset}?{how}?{shown}?="

    # Body

    def _body(self, part: _Part, lines: list[bytes]) -> Iterator[bytes]:
        if not lines:
            return
        is_text = part.content_type.startswith(("text/", "message/", "multipart/"))
        if part.encoding == "base64":
            yield from self._base64(part, lines, is_text)
        elif not is_text:
            yield from (_blank(line) for line in lines)
        elif part.encoding == "quoted-printable":
            yield self._quoted_printable(part, b"".join(lines))
        else:
            yield self._letters(part, b"".join(lines))

    def _letters(self, part: _Part, content: bytes) -> bytes:
        text, charset = _decoded(content, part.charset)
        text, breaks = _without_breaks(text)
        if part.content_type in ("text/html", "application/xhtml+xml"):
            said = pseudonymise_html(self._pseudonymiser, text, charset)
        elif part.content_type in _REPORTS:
            lines = text.splitlines(keepends=True)
            said = "".join(self._report_line(line, charset) for line in lines)
        elif part.content_type == "text/calendar":
            said = "".join(self._calendar(line, charset) for line in text.splitlines(keepends=True))
        else:
            said = self._plain_text(text, charset)
        return _with_breaks(said, breaks).encode(charset, "surrogateescape")

    def _plain_text(self, text: str, charset: str) -> str:
        """Text in which files may stand (uuencode): of these the lengths stay."""
        parts, end = [], 0
        while begins := _FILE_BEGINS.search(text, end):
            ends = _FILE_ENDS.search(text, begins.end())
            if ends is None:
                break
            parts.append(self._pseudonymiser.text(text[end : begins.start()], charset))
            first, *lines = text[begins.start() : ends.end()].splitlines(keepends=True)
            start = first[: len("begin 644 ")]
            parts.append(start + self._stem(first[len(start) :]))
            parts += [line[0] + re.sub(r"[^\r\n]", "`", line[1:]) for line in lines[:-1]]
            parts.append(lines[-1])
            end = ends.end()
        return "".join([*parts, self._pseudonymiser.text(text[end:], charset)])

    def _report_line(self, line: str, charset: str) -> str:
        """A line of a report for machines (RFC 3464): the field's name, with other words after."""
        name, colon, value = line.partition(":")
        if not colon or line[:1] in " \t":
            return self._pseudonymiser.text(line, charset)
        kept = name.strip().lower() in _KEPT | _KEPT_IN_REPORTS
        return line if kept else name + colon + self._pseudonymiser.text(value, charset)

    def _calendar(self, line: str, charset: str) -> str:
        name, colon, value = line.partition(":")
        kept = name.partition(";")[0].upper() in ("BEGIN", "END", "METHOD", "VERSION", "DTSTART",
                                                   "DTEND", "STATUS", "SEQUENCE")  # fmt: skip
        return line if kept else name + colon + self._pseudonymiser.text(value, charset)

    def _quoted_printable(self, part: _Part, content: bytes) -> bytes:
        # A soft line break stands in the text as a character that no mail has.
        soft = _SOFT.sub(lambda found: b"\0" + found[1] + b"\1", content)
        plain = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), soft)
        other = self._letters(part, plain)
        shown = b"".join(
            bytes([byte]) if _plain(byte) or byte in b"\t\r\n\x00\x01 _?" else b"=%02X" % byte
            for byte in other
        )
        return re.sub(rb"\x00(\r?\n)\x01", rb"=\1", shown)

    def _base64(self, part: _Part, lines: list[bytes], is_text: bool) -> Iterator[bytes]:
        joined = b"".join(line.strip() for line in lines)
        try:
            content = base64.b64decode(joined, validate=True)
        except (binascii.Error, ValueError):
            # It is broken, which may be the very point: broken in the same places it stays.
            yield from (_BASE64.sub(b"A", line) for line in lines)
            return
        other = self._letters(part, content) if is_text else _blank(content, _MAGIC)
        encoded = base64.b64encode(other)
        width = len(lines[0].strip()) or 76
        end = lines[0][len(lines[0].rstrip(b"\r\n")) :] or b"\r\n"
        for start in range(0, len(encoded), width):
            yield encoded[start : start + width] + end
        yield from (line for line in lines if not line.strip())

    def _free(self, content: bytes, charset: str = "utf-8") -> bytes:
        text, used = _decoded(content, charset)
        return self._pseudonymiser.text(text, used).encode(used, "surrogateescape")


def _without_breaks(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text less its soft line breaks, and where these stood: words may be broken by them."""
    parts, breaks, end, length = [], [], 0, 0
    for found in _BREAK.finditer(text):
        parts.append(text[end : found.start()])
        length += len(parts[-1])
        breaks.append((length, found[0]))
        end = found.end()
    return "".join([*parts, text[end:]]), breaks


def _with_breaks(text: str, breaks: list[tuple[int, str]]) -> str:
    parts, end = [], 0
    for place, mark in breaks:
        parts += [text[end:place], mark]
        end = place
    return "".join([*parts, text[end:]])


def _decoded(content: bytes, charset: str) -> tuple[str, str]:
    """Bytes as text, and the charset that gives the same bytes back."""
    for name in (codec_name(charset) or "ascii", "utf-8"):
        try:
            text = content.decode(name)
            if text.encode(name) == content:
                return text, name
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode("latin-1"), "latin-1"


def _is_text(content: bytes) -> bool:
    """Whether these bytes can be read: one letter may be cut off at the end."""
    text = content.decode("utf-8", "replace").removesuffix("\ufffd")
    return all(letter.isprintable() or letter.isspace() for letter in text.replace("\ufffd", "\0"))


def _plain(byte: int) -> bool:
    """Whether this byte stands for itself in quoted-printable text and words."""
    return 33 <= byte <= 126 and byte not in b"=?_"


def _blank(content: bytes, keep: int = 0) -> bytes:
    """As many bytes, line ends in their places, that say nothing."""
    if not keep:
        return re.sub(rb"[^\r\n]", b"x", content)
    kept = content[:keep]
    if _is_text(content[: 4 * keep]):
        kept = next((word for word in _MAGIC_WORDS if content.startswith(word)), b"")
    return kept + b"\0" * (len(content) - len(kept))


def _main() -> None:
    """A mail from standard input to standard output: see :mod:`mailgate.anonymise.apart`."""
    seconds, memory = map(int, sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    with contextlib.suppress(OSError, ValueError):  # macOS knows the name, not the limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.stdout.buffer.write(anonymise(sys.stdin.buffer.read()))


if __name__ == "__main__":
    _main()
