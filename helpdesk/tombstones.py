"""What outlives an erasure: keyed hashes of whom and what was erased, never an address.

They stand in a file of the data folder, a line of JSON for each erasure, beside the database: so a
backup that is older brings nothing back (see :mod:`commands.restore`).
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

NAME = "erasures.jsonl"


@dataclass(frozen=True)
class Tombstone:
    """One erasure."""

    at: datetime
    key: str
    """The key of its hashes, in hex: one an installation."""
    addresses: tuple[str, ...]
    tickets: tuple[str, ...]
    """Of tickets that were deleted, by their number and when they began."""

    def is_address(self, address: str) -> bool:
        """Whether this address was erased by it."""
        return hashed(self.key, "address", address) in self.addresses


def new_key() -> str:
    """A key for an installation's tombstones."""
    return secrets.token_hex(32)


def hashed(key: str, kind: str, value: str) -> str:
    """The keyed hash of a value; ``kind`` keeps an address from matching a ticket."""
    return hmac.digest(bytes.fromhex(key), f"{kind}\n{value}".encode(), sha256).hex()


def read_tombstones(path: Path) -> tuple[Tombstone, ...]:
    """All of a file, the oldest first; none where there is no file.

    :raises ValueError: a line is none.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ()
    return merged(_read(line) for line in lines if line.strip())


def write_tombstones(path: Path, tombstones: Iterable[Tombstone]) -> None:
    """Have the file hold these beside what it holds; it is whole at every moment."""
    known = read_tombstones(path)
    wanted = merged((*known, *tombstones))
    if wanted == known:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(_line(one) for one in wanted)
        file.flush()
        os.fsync(descriptor)
    scratch.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def merged(tombstones: Iterable[Tombstone]) -> tuple[Tombstone, ...]:
    """Each once, the oldest first."""
    return tuple(sorted(set(tombstones), key=lambda one: (one.at, one.addresses)))


def _line(one: Tombstone) -> str:
    return json.dumps({**asdict(one), "at": one.at.isoformat()}) + "\n"


def _read(line: str) -> Tombstone:
    try:
        kept = json.loads(line)
        at = datetime.fromisoformat(kept["at"])
        return Tombstone(at, kept["key"], tuple(kept["addresses"]), tuple(kept["tickets"]))
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"a line of {NAME} is no tombstone") from None
