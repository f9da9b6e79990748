"""The form in which contents are stored: as they are, packed, or as a list of parts.

A packed object begins with a mark that says how it is to be read; a content that begins with that
mark by itself is always packed. Its key stays the SHA-256 of the plain content, which is compared
whenever it is read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

MARK = b"\x89PDblob\n"
DEFLATED = MARK + b"z"
LISTED = MARK + b"p"
"""See :mod:`helpdesk.blobs.parts`."""
SMALLEST = 4096
"""Bytes: less takes a block of the disk in any case."""
_LEVEL = 1
"""Of zlib: the next ones take more time than the disk saves."""
_KEPT = 0.8
"""Packed only where this much is left, or less."""
_SAMPLE = 1024
_PIECE = 256 * 1024
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r\f\x1b"}) + b"\x7f"


def packed(content: bytes) -> bytes:
    """How a content is stored: smaller, where it is a longer text."""
    begins_like_one = content.startswith(MARK)
    if begins_like_one or (len(content) >= SMALLEST and _is_text(content)):
        smaller = DEFLATED + zlib.compress(content, _LEVEL)
        if begins_like_one or len(smaller) <= _KEPT * len(content):
            return smaller
    return content


def inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The content of a packed object, without its mark, in pieces of bounded size.

    :raises zlib.error: it is damaged.
    """
    inflater = zlib.decompressobj()
    for piece in pieces:
        left = piece
        while left:
            yield inflater.decompress(left, _PIECE)
            left = inflater.unconsumed_tail
    yield inflater.flush()
    if not inflater.eof or inflater.unused_data:
        raise zlib.error("it does not end where it should")


def _is_text(content: bytes) -> bool:
    """Whether it looks like text at its beginning, in its middle and at its end."""
    middle = len(content) // 2
    sample = content[:_SAMPLE] + content[middle : middle + _SAMPLE] + content[-_SAMPLE:]
    return len(sample.translate(None, _CONTROLS)) == len(sample)
