"""A dispute pack as a zip file, written piece by piece."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256

from helpdesk.blobs import Blobs
from helpdesk.errors import NotFound
from helpdesk.queries.dispute_pack import DisputePack
from helpdesk.queries.pack_check import LINES, SUMS
from web.assets import FOLDER


class _Pieces:
    """What a zip file is written to: it cannot be sought in, and is taken away as it comes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        """Take a piece."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        """What came since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


class ZipPieces:
    """A zip file of entries whose hashes are noted."""

    def __init__(self, blobs: Blobs, at: datetime) -> None:
        self.pieces = _Pieces()
        self.file = zipfile.ZipFile(self.pieces, "w")
        self.sums: list[str] = []
        self.gone: list[str] = []
        self._blobs = blobs
        self._at = (at.year, at.month, at.day, at.hour, at.minute, at.second)

    def entry(self, name: str, content: Iterable[bytes]) -> Iterator[bytes]:
        """Write an entry, and give what of the zip file came of it."""
        info = zipfile.ZipInfo(name, self._at)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        digest = sha256()
        with self.file.open(info, "w") as target:
            for piece in content:
                target.write(piece)
                digest.update(piece)
                yield self.pieces.take()
        self.sums.append(f"{digest.hexdigest()}  {name}\n")

    def stored(self, name: str, key: str) -> Iterator[bytes]:
        """Write what the store has under a key, if it has it whole."""
        if key and not _is_whole(self._blobs, key):
            self.gone.append(f"{name}\n")
        elif key:
            yield from self.entry(name, self._blobs.pieces(key))

    def end(self) -> Iterator[bytes]:
        """Write what is missing, and the sums of all."""
        if self.gone:
            yield from self.entry("missing.txt", [line.encode() for line in self.gone])
        yield from self.entry(SUMS, ["".join(self.sums).encode()])
        self.file.close()
        yield self.pieces.take()


def pack_pieces(pack: DisputePack, index: str, blobs: Blobs) -> Iterator[bytes]:
    """The zip file of a pack, in pieces. ``unzip`` and then ``sha256sum -c SHA256SUMS`` prove it.

    A mail whose bytes are gone from the store, or damaged there, is left out, and
    ``missing.txt`` names it.

    :param index: the page that shows it to people.
    """
    made = ZipPieces(blobs, pack.made_at)
    for name, text in _texts(pack, index):
        yield from made.entry(name, [text.encode()])
    for mail in pack.mails:
        facts = json.dumps(mail.facts, indent=1, ensure_ascii=False, default=as_text)
        yield from made.stored(mail.name, mail.sha256)
        yield from made.entry(mail.name.removesuffix(".eml") + ".json", [facts.encode()])
    for one in pack.files:
        yield from made.stored(one.name, one.sha256)
    yield from made.end()


def _texts(pack: DisputePack, index: str) -> Iterator[tuple[str, str]]:
    yield "index.html", index
    yield "style.css", (FOLDER / "css/pack.css").read_text()
    lines = [pack.first_line, *(mail.line for mail in pack.mails)]
    yield LINES, "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    changes = [
        {
            "at": one.created_at,
            "by": one.changed_by,
            "field": one.field,
            "old": one.old_value,
            "new": one.new_value,
            "reason": one.reason,
        }
        for one in pack.changes
    ]
    yield "history.json", json.dumps(changes, indent=1, ensure_ascii=False, default=as_text)


def _is_whole(blobs: Blobs, key: str) -> bool:
    try:
        for _ in blobs.pieces(key):
            pass
    except NotFound:
        return False
    return True


def as_text(value: object) -> str:
    """A value that JSON has no form for: a moment as ISO 8601 has it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
