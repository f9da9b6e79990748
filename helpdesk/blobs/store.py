"""The store of contents, each under the hash of itself, wherever they stand.

The database keeps key, size and name. Content is durable when ``put`` returns.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path

import structlog

from helpdesk.blobs.away import DamagedFile
from helpdesk.blobs.folder import FolderPlace
from helpdesk.blobs.packing import DEFLATED, LISTED, inflated, packed
from helpdesk.blobs.parts import SMALLEST_PART, as_list, find_part, written_out
from helpdesk.blobs.place import ObjectPlace
from helpdesk.errors import NotFound

log = structlog.get_logger("helpdesk.blobs")


class Blobs:
    """Contents by their SHA-256. Safe for many threads.

    Each method raises :class:`helpdesk.blobs.StoreAway` where the store cannot be used just now.
    """

    def __init__(self, place: ObjectPlace | str | Path) -> None:
        """:param place: where they stand; a path names a folder, whatever its id."""
        self.place = place if isinstance(place, ObjectPlace) else FolderPlace(Path(place))

    def put(self, content: bytes, *, durable: bool = True) -> str:
        """Keep ``content`` and return its key. The same content is kept once.

        :param durable: False for what can be made again: a power cut may take it, or leave less of
            it under its key; whoever reads it must compare.
        """
        key = sha256(content).hexdigest()
        self.place.put(key, packed(content), durable=durable)
        return key

    def put_mail(self, raw: bytes, files: Iterable[tuple[str, bytes]]) -> tuple[str, list[str]]:
        """Keep a raw mail and return its key, and those of its files that it is stored by.

        :param files: what it carries, each with its key; they are in the store already.
        """
        parts, at = [], 0
        for key, content in files:
            if len(content) < SMALLEST_PART:
                continue
            if part := find_part(raw, content, key, at):
                parts.append(part)
                at = part.start + part.length
        if not parts:
            return self.put(raw), []
        whole = sha256(raw).hexdigest()
        self.place.put(whole, as_list(raw, whole, parts))
        return whole, [part.key for part in parts]

    def get(self, key: str) -> bytes:
        """The content under ``key``, whose checksum was compared.

        :raises NotFound: where there is none, or it is damaged.
        """
        return b"".join(self.pieces(key))

    def pieces(self, key: str) -> Iterator[bytes]:
        """The content piece by piece, so that it never stands in memory as a whole.

        :raises NotFound: where there is none; after the last piece, where it is damaged.
        """
        check_key(key)
        return self._compared(key)

    def _compared(self, key: str) -> Iterator[bytes]:
        digest = sha256()
        try:
            for piece in self._plain(key):
                digest.update(piece)
                yield piece
        except (zlib.error, ValueError):
            digest = sha256(b"\0")
        if digest.hexdigest() != key:
            log.error("stored_file_damaged", key=key)
            raise DamagedFile(f"The stored file {key[:12]}… is damaged.")

    def _plain(self, key: str) -> Iterator[bytes]:
        pieces = self.place.pieces(key)
        first = next(pieces, b"")
        if not first.startswith((DEFLATED, LISTED)):
            yield first
            yield from pieces
        elif first.startswith(LISTED):
            yield from written_out(b"".join([first, *pieces]), self.pieces)
        else:
            yield from inflated(chain([first[len(DEFLATED) :]], pieces))

    def remove(self, key: str, *, stored_before: float, at_once: bool = False) -> bool:
        """Take content away that nobody stored, or stored again, since a moment.

        Whoever stores the same again meanwhile keeps it. In a bucket it is set aside first, and
        goes when it is removed again once that is before the moment, too.

        :param stored_before: seconds since 1970.
        :param at_once: for where nobody can store anything meanwhile.
        :returns: whether it is gone by this.
        """
        check_key(key)
        return self.place.remove(key, stored_before=stored_before, at_once=at_once)

    def keep(self, key: str) -> None:
        """Have content stay that was set aside to be removed."""
        check_key(key)
        self.place.keep(key)

    def size(self, key: str) -> int:
        """The room that the content under ``key`` takes; 0 where there is none."""
        check_key(key)
        return self.place.size(key)

    def path(self, key: str) -> Path:
        """The file under ``key`` (or where it would be), where the store is a folder.

        :raises NotFound: it is no key; rows whose file was deleted by its age have an empty one.
        """
        check_key(key)
        assert isinstance(self.place, FolderPlace)
        return self.place.path(key)


def check_key(key: str) -> None:
    """See that it is a key.

    :raises NotFound: it is none; rows whose file was deleted by its age have an empty one.
    """
    if not key:
        raise NotFound("The original is no longer kept.")
    if not is_key(key):
        raise NotFound("That is no key of a stored file.")


def is_key(key: str) -> bool:
    """Whether it could be the key of a stored file."""
    return len(key) == 64 and all(c in "0123456789abcdef" for c in key)
