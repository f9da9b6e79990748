"""Header fields as they go over the wire, and the proof that they say what was meant.

Written here and not by the email package: that one encodes long Message-IDs, which breaks threads,
and decodes encoded words in what it is given, which lets a subject write a Bcc line.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.utils import getaddresses

LINE = 78
_ENCODED_WORD_BYTES = 45
"""An encoded word has 75 characters at most (RFC 2047 2); 45 bytes are 60 of base64."""
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\- ]+")
_PLAIN_IN_Q = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
# Outside, IDs are anything; one with spaces, brackets or controls would break the field apart.
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,250}")
_READ_ONE_WAY = re.compile(
    r"([A-Za-z0-9]+(?: [A-Za-z0-9]+)*) <([\w+-]+(?:\.[\w+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>",
    re.ASCII,
)
"""A name and an address in which there is nothing to take apart: most are like this."""
_OLDEST_KEPT = 1
_NEWEST_KEPT = 10


class NotAsMeant(Exception):
    """The bytes do not carry exactly the fields that were meant. The text names the field."""


@dataclass(frozen=True)
class TextField:
    """Free text: one harmless line (:func:`helpdesk.mail_out.subjects.one_line`)."""

    text: str


@dataclass(frozen=True)
class TokensField:
    """What is ASCII and must never be encoded: broken at spaces only."""

    tokens: tuple[str, ...]


@dataclass(frozen=True)
class AddressField:
    """A name and an address; the domain in ASCII."""

    name: str
    address: str


@dataclass(frozen=True)
class AddressesField:
    """A list of names and addresses."""

    each: tuple[AddressField, ...]


Value = TextField | TokensField | AddressField | AddressesField
Fields = Sequence[tuple[str, Value]]


def write(fields: Fields) -> bytes:
    """The fields, folded, each line ended by CRLF. UTF-8 only in addresses (RFC 6532)."""
    return "".join(f"{_folded(name, value)}\r\n" for name, value in fields).encode()


def message_ids(ids: Iterable[str]) -> TokensField:
    """A list of Message-IDs (without brackets), oldest first, capped without breaking the thread.

    The first names the thread's root and the newest its end; mail clients need no more (RFC 5322
    3.6.4 lets the middle go). What is no Message-ID is left out.
    """
    good = [message_id for message_id in dict.fromkeys(ids) if _MESSAGE_ID.fullmatch(message_id)]
    if len(good) > _OLDEST_KEPT + _NEWEST_KEPT:
        good = good[:_OLDEST_KEPT] + good[-_NEWEST_KEPT:]
    return TokensField(tuple(f"<{message_id}>" for message_id in good))


def check(content: bytes, meant: Fields) -> None:
    """Read the bytes as another program would, and compare.

    :raises NotAsMeant: where a field is missing, differs, or is one too many; where a line ends in
        anything but CRLF or is longer than 998 octets (RFC 5322 2.1.1); where there is a NUL.
    """
    head, blank, _body = content.partition(b"\r\n\r\n")
    ends = {content.count(end) for end in (b"\n", b"\r", b"\r\n")}
    if not blank or len(ends) != 1 or b"\0" in content:
        raise NotAsMeant("a line that does not end in CRLF, or a NUL")
    if max(map(len, content.split(b"\r\n"))) > 998:
        raise NotAsMeant("a line of more than 998 octets")
    found = list(_unfolded(head.decode("utf-8")))
    names = [name for name, _ in found if not name.lower().startswith(("content-", "mime-"))]
    if names != [name for name, _ in meant]:
        raise NotAsMeant(f"other fields than were meant: {', '.join(names)}")
    values = dict(found)
    for name, value in meant:
        if not _says(values[name], value):
            raise NotAsMeant(f"{name} says something else than was meant")


def _folded(name: str, value: Value) -> str:
    lines, line = [], f"{name}:"
    for piece in _pieces(value):
        if len(line) + 1 + len(piece) > LINE and line.strip() and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {piece}"
    return "\r\n".join([*lines, line])


def _pieces(value: Value) -> Iterator[str]:
    """What a line may be broken between."""
    if isinstance(value, TokensField):
        yield from value.tokens
    elif isinstance(value, TextField):
        yield from _encoded_text(value.text)
    elif isinstance(value, AddressField):
        yield from _phrase(value.name)
        yield f"<{value.address}>" if value.name else value.address
    else:
        for number, one in enumerate(value.each, start=1):
            *words, address = _pieces(one)
            yield from words
            yield address if number == len(value.each) else f"{address},"


def _encoded_text(text: str) -> Iterator[str]:
    """Plain words as they are, and everything from the first to the last other one encoded."""
    words = text.split(" ")
    strange = [index for index, word in enumerate(words) if not word.isascii()]
    if not strange:
        yield from words
        return
    first, last = strange[0], strange[-1]
    yield from words[:first]
    yield from _encoded_words(" ".join(words[first : last + 1]))
    yield from words[last + 1 :]


def _phrase(name: str) -> Iterator[str]:
    if not name.isascii():
        yield from _encoded_words(name)
    elif _ATOMS.fullmatch(name):
        yield from name.split(" ")
    elif name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        yield f'"{escaped}"'


def _encoded_words(text: str) -> Iterator[str]:
    """The text as RFC 2047 encoded words, none of which splits a character."""
    chunk = b""
    for char in text:
        raw = char.encode()
        if len(_payload(chunk + raw)) > 60 or len(chunk) + len(raw) > _ENCODED_WORD_BYTES:
            yield f"=?utf-8?{_payload(chunk)}?="
            chunk = b""
        chunk += raw
    if chunk:
        yield f"=?utf-8?{_payload(chunk)}?="


def _payload(raw: bytes) -> str:
    """Q where most of it stays legible, else B, which is shorter."""
    legible = sum(byte in _PLAIN_IN_Q or byte == 0x20 for byte in raw)
    if legible * 3 < len(raw) * 2:
        return f"b?{base64.b64encode(raw).decode()}"
    return "q?" + "".join(
        chr(byte) if byte in _PLAIN_IN_Q else "_" if byte == 0x20 else f"={byte:02X}"
        for byte in raw
    )


def _unfolded(head: str) -> Iterator[tuple[str, str]]:
    for line in re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[!-9;-~]+", name):
            raise NotAsMeant("a line that is no field")
        yield name, value.strip()


def _says(found: str, meant: Value) -> bool:
    if isinstance(meant, TokensField):
        return found.split() == [part for token in meant.tokens for part in token.split()]
    if isinstance(meant, TextField):
        return _decoded(found) == meant.text
    each = meant.each if isinstance(meant, AddressesField) else (meant,)
    return _addresses(found) == [(one.name, one.address) for one in each]


def _addresses(found: str) -> list[tuple[str, str]]:
    if plain := _READ_ONE_WAY.fullmatch(found):
        return [(plain[1], plain[2])]
    return [(_decoded(name), address) for name, address in getaddresses([found])]


def _decoded(text: str) -> str:
    return str(make_header(decode_header(text))) if "=?" in text else text
