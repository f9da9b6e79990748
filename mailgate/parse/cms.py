"""Signed mail in one piece (S/MIME "opaque", RFC 8551 3.5.2): its content, and who signed it.

A small reader of BER (X.690), as far as CMS's SignedData needs it (RFC 5652 5): definite and
indefinite lengths, strings in pieces. Nothing is verified: a name found here is a claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailgate.parse.words import clean

_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = frozenset(
    [
        bytes.fromhex("2a864886f70d010703"),  # enveloped-data
        bytes.fromhex("2a864886f70d01091001") + b"\x17",  # authenticated enveloped-data
    ]
)
_COMMON_NAME = bytes.fromhex("550403")
_MAIL = bytes.fromhex("2a864886f70d010901")
_ALTERNATIVE_NAMES = bytes.fromhex("551d11")
_CONSTRUCTED = 0x20
_SEQUENCE, _SET, _OID = 0x30, 0x31, 0x06
_DEEPEST = 24
_MOST_NODES = 20_000
_MOST_PIECES = 200_000


class _BrokenError(Exception):
    """The bytes are no BER, or more of it than a mail has."""


@dataclass(frozen=True)
class Signed:
    """What a SignedData holds: the content that is signed, and the signer as the certificate in
    it says."""

    content: bytes
    signer: str


@dataclass(frozen=True)
class _Node:
    tag: int
    start: int
    end: int


def read_signed(data: bytes) -> Signed | None:
    """The signed content, or None where it is something else, or broken."""
    try:
        return _signed(_BerReader(data))
    except (_BrokenError, IndexError, StopIteration, ValueError):
        return None


def is_encrypted(data: bytes) -> bool:
    """Whether it begins as encrypted content does."""
    try:
        reader = _BerReader(data)
        root = reader.node(0, len(data))
        first = next(reader.children(root))
        return reader.value(first) in _ENVELOPED
    except (_BrokenError, IndexError, StopIteration, ValueError):
        return False


def _signed(reader: _BerReader) -> Signed | None:
    root = reader.node(0, len(reader.data))
    kind, wrapped, *_ = reader.children(root)
    if root.tag != _SEQUENCE or kind.tag != _OID or reader.value(kind) != _SIGNED:
        return None
    fields = list(reader.children(next(reader.children(wrapped))))
    if len(fields) < 3:
        return None
    inside = list(reader.children(fields[2]))
    if len(inside) < 2:  # detached: the content stands beside it
        return None
    content = b"".join(reader.octets(next(reader.children(inside[1]))))
    certificates = next((one for one in fields[3:] if one.tag == 0xA0), None)
    signers = next((one for one in reversed(fields[3:]) if one.tag == _SET), None)
    return Signed(content, _signer(reader, certificates, signers))


def _signer(reader: _BerReader, certificates: _Node | None, signers: _Node | None) -> str:
    """Name and address of the first signer; empty where its certificate is not enclosed."""
    try:
        if certificates is None or signers is None:
            return ""
        told = list(reader.children(next(reader.children(signers))))[1]
        serial = reader.value(list(reader.children(told))[1])
        for certificate in reader.children(certificates):
            body = list(reader.children(next(reader.children(certificate))))
            body = body[1:] if body[0].tag == 0xA0 else body
            if reader.value(body[0]) == serial:
                return _named(reader, body)
    except (_BrokenError, IndexError, StopIteration, ValueError):
        pass
    return ""


def _named(reader: _BerReader, certificate: list[_Node]) -> str:
    name = mail = ""
    for relative in reader.children(certificate[4]):
        for pair in reader.children(relative):
            kind, value, *_ = reader.children(pair)
            if reader.value(kind) == _COMMON_NAME:
                name = name or _text(value.tag, reader.value(value))
            elif reader.value(kind) == _MAIL:
                mail = mail or _text(value.tag, reader.value(value))
    for extensions in certificate[6:]:
        if extensions.tag == 0xA3 and not mail:
            mail = _alternative(reader, extensions)
    return " ".join(part for part in (name, f"<{mail}>" if mail and name else mail) if part)


def _alternative(reader: _BerReader, extensions: _Node) -> str:
    for extension in reader.children(next(reader.children(extensions))):
        parts = list(reader.children(extension))
        if reader.value(parts[0]) == _ALTERNATIVE_NAMES:
            inner = _BerReader(reader.value(parts[-1]))
            for general in inner.children(inner.node(0, len(inner.data))):
                if general.tag == 0x81:
                    return _text(general.tag, inner.value(general))
    return ""


def _text(tag: int, value: bytes) -> str:
    text = value.decode("utf-16-be" if tag == 0x1E else "utf-8", "replace")
    return clean(text)[:200]


class _BerReader:
    """Reads nodes of BER, each once, and so many at most."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._left = _MOST_NODES + _MOST_PIECES

    def node(self, at: int, end: int, depth: int = 0) -> _Node:
        """The node that begins there. One of indefinite length ends where its children do."""
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            raise _BrokenError
        tag, length, start = self.data[at], self.data[at + 1], at + 2
        if tag & 0x1F == 0x1F:
            raise _BrokenError
        if length == 0x80:
            return _Node(tag, start, self._end(start, end, depth))
        if length > 0x80:
            size = length & 0x7F
            if size > 4:
                raise _BrokenError
            length = int.from_bytes(self.data[start : start + size], "big")
            start += size
        if start + length > end:
            raise _BrokenError
        return _Node(tag, start, start + length)

    def _end(self, at: int, end: int, depth: int) -> int:
        while self.data[at : at + 2] != b"\0\0":
            if at >= end:
                raise _BrokenError
            at = self._after(at, self.node(at, end, depth + 1))
        return at

    def _after(self, at: int, node: _Node) -> int:
        return node.end + (2 if self.data[at + 1] == 0x80 else 0)

    def children(self, parent: _Node) -> Iterator[_Node]:
        """The nodes inside of a constructed node."""
        if not parent.tag & _CONSTRUCTED:
            raise _BrokenError
        at = parent.start
        while at < parent.end:
            node = self.node(at, parent.end)
            yield node
            at = self._after(at, node)

    def value(self, node: _Node) -> bytes:
        """The bytes of a node."""
        return self.data[node.start : node.end]

    def octets(self, node: _Node, depth: int = 0) -> Iterator[bytes]:
        """The bytes of a string, in as many pieces as it was written in."""
        if depth > _DEEPEST:
            raise _BrokenError
        if not node.tag & _CONSTRUCTED:
            yield self.value(node)
            return
        for piece in self.children(node):
            yield from self.octets(piece, depth + 1)
