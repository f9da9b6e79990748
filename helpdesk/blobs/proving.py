"""Whether a stored object is what its key says, without the store that it stands in."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain

from helpdesk.blobs.packing import DEFLATED, LISTED, inflated
from helpdesk.blobs.parts import parts_named


def proved(key: str, pieces: Iterator[bytes]) -> list[str] | None:
    """Read a stored object to its end.

    :returns: the keys of the objects that it cannot be read without; None where it is damaged.
    """
    first = next(pieces, b"")
    try:
        if first.startswith(LISTED):
            return parts_named(b"".join([first, *pieces]), key)
        packed = first.startswith(DEFLATED)
        rest = chain([first[len(DEFLATED) :] if packed else first], pieces)
        digest = sha256()
        for piece in inflated(rest) if packed else rest:
            digest.update(piece)
    except (zlib.error, ValueError):
        return None
    return [] if digest.hexdigest() == key else None
