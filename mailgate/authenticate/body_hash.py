"""The hash of a mail's body in its canonical form (RFC 6376 3.4.3, 3.4.4), in linear time.

A stranger chooses the body, so no expression may backtrack over it, and nothing may cost memory by
the line or by the blank.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

_CHUNK = 256 * 1024
_TABS = bytes.maketrans(b"\t", b" ")


def body_hash(body: bytes, *, relaxed: bool) -> bytes:
    """SHA-256 of the canonical body. Its lines end in CR LF."""
    digest = hashlib.sha256()
    pending = 0
    empty = True
    for chunk in _chunks(body):
        canonical = relax(chunk) if relaxed else chunk
        core, ends = _core(canonical)
        if core:
            digest.update(b"\r\n" * pending + canonical[:core])
            pending = ends
            empty = False
        else:
            pending += ends
    if not empty or not relaxed:
        digest.update(b"\r\n")
    return digest.digest()


def _chunks(body: bytes) -> Iterator[bytes]:
    """The body in pieces that end at the end of a line."""
    at = 0
    while at < len(body):
        cut = body.find(b"\r\n", at + _CHUNK)
        end = len(body) if cut < 0 else cut + 2
        yield body[at:end]
        at = end


def relax(lines: bytes) -> bytes:
    """Whole lines with their blanks in the relaxed form; empty lines at the end are kept."""
    lines = lines.translate(_TABS)
    while b"  " in lines:  # each round halves every run of blanks
        lines = lines.replace(b"  ", b" ")
    return lines.replace(b" \r\n", b"\r\n")


def _core(lines: bytes) -> tuple[int, int]:
    """Where the last line that is not empty ends, and how many CR LF come after that."""
    bare = len(lines.rstrip(b"\r\n"))
    # What follows is of CR and LF alone; a CR without its LF belongs to the text.
    lone = lines.rfind(b"\r\r", bare)
    core = len(lines) if lines.endswith(b"\r") else lone + 1 if lone >= 0 else bare
    return core, (len(lines) - core) // 2
