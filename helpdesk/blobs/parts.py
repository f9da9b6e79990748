"""A raw mail as a list of parts: its files stand in the store already, and are not stored twice.

A list is the text of a mail between the parts that it carries in base64. Each such part is named
by the key of its content and the width of its lines, and written out again when the mail is read.
A part is named only where writing it out gives the very bytes of the mail, compared when it is
stored, and the sum of the list itself tells whether it is still what was stored.
"""

from __future__ import annotations

import binascii
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from struct import Struct
from typing import Any

from helpdesk.blobs.packing import LISTED

SMALLEST_PART = 16 * 1024
"""Bytes: smaller files are stored twice, which costs less than a list."""
_AT_ONCE = 4096
"""Lines written out at a time."""
_LINES = 128
"""Cut at a time."""
_WIDEST = 1024
_NEWLINES = (b"\r\n", b"\n")


@dataclass(frozen=True)
class MailPart:
    """A file of a mail: where its base64 begins there, how it is written, and its key."""

    start: int
    length: int
    """Of the base64 in the mail, without the newline at its end."""
    width: int
    """Of a line, in characters."""
    newline: bytes
    key: str


def find_part(raw: bytes, content: bytes, key: str, begin: int) -> MailPart | None:
    """Find a file in a mail, as base64 in lines of one width; None where it is written otherwise.

    :param begin: from where on to look.
    """
    start = raw.find(binascii.b2a_base64(content[:36], newline=False), begin)
    if start < 0:
        return None
    line = raw[start : start + _WIDEST + 2]
    newline = _NEWLINES[0] if line.find(b"\r\n") == line.find(b"\n") - 1 else _NEWLINES[1]
    width = line.find(newline)
    if width < 4 or width % 4:
        return None
    at = start
    for piece in encoded([content], width, newline):
        if raw[at : at + len(piece)] != piece:
            return None
        at += len(piece)
    return MailPart(start, at - start, width, newline, key)


def encoded(pieces: Iterator[bytes] | list[bytes], width: int, newline: bytes) -> Iterator[bytes]:
    """A content as base64, in lines of a width; no newline stands at its end."""
    a_line = width // 4 * 3
    step, left, first = a_line * _AT_ONCE, b"", True
    for piece in pieces:
        view = left + piece if left else piece
        whole = len(view) - len(view) % step
        for start in range(0, whole, step):
            yield (b"" if first else newline) + _lines(view[start : start + step], width, newline)
            first = False
        left = view[whole:]
    if left:
        yield (b"" if first else newline) + _lines(left, width, newline)


def _lines(content: bytes, width: int, newline: bytes) -> bytes:
    text = binascii.b2a_base64(content, newline=False)
    whole = len(text) - len(text) % (width * _LINES)
    # Half the time that slicing each line takes.
    lines = list(chain.from_iterable(_cut(width).iter_unpack(memoryview(text)[:whole])))
    lines += [text[at : at + width] for at in range(whole, len(text), width)]
    return newline.join(lines)


@lru_cache(16)
def _cut(width: int) -> Struct:
    return Struct(f"{width}s" * _LINES)


def as_list(raw: bytes, key: str, parts: Sequence[MailPart]) -> bytes:
    """The object that is stored for a mail: the text between its parts, and what those are.

    :param key: the mail's own.
    """
    texts, at = [], 0
    for part in parts:
        texts.append(raw[at : part.start])
        at = part.start + part.length
    texts.append(raw[at:])
    head = {
        "whole": key,
        "parts": [[one.key, one.width, len(one.newline)] for one in parts],
        "texts": [len(text) for text in texts],
    }
    body = json.dumps(head).encode() + b"\n" + b"".join(texts)
    return LISTED + f"{zlib.crc32(body):08x}".encode() + zlib.compress(body, 1)


def parts_named(stored: bytes, key: str) -> list[str]:
    """The keys of the parts that such an object names.

    :param key: the mail's own.
    :raises ValueError: it is damaged, or of another mail.
    """
    head, _ = _opened(stored)
    if head["whole"] != key:
        raise ValueError("it is of another mail")
    return [str(part) for part, _, _ in head["parts"]]


def written_out(stored: bytes, content_of: Callable[[str], Iterator[bytes]]) -> Iterator[bytes]:
    """The mail that such an object stands for.

    :param content_of: gives the content under a key, piece by piece.
    :raises ValueError: it is damaged.
    """
    head, texts = _opened(stored)
    at = 0
    for number, length in enumerate(head["texts"]):
        yield texts[at : at + length]
        at += length
        if number < len(head["parts"]):
            key, width, newline = head["parts"][number]
            yield from encoded(content_of(key), width, _NEWLINES[2 - newline])


def _opened(stored: bytes) -> tuple[dict[str, Any], bytes]:
    start = len(LISTED)
    try:
        body = zlib.decompress(stored[start + 8 :])
        if zlib.crc32(body) != int(stored[start : start + 8], 16):
            raise ValueError("its sum is another")
    except zlib.error as problem:
        raise ValueError(str(problem)) from None
    head, _, texts = body.partition(b"\n")
    return json.loads(head), texts
