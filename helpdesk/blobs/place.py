"""Where contents stand, each as one object under its key: a folder, or a bucket of S3.

A place knows nothing of what it holds: that is :class:`helpdesk.blobs.store.Blobs`'s.
"""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator

from helpdesk.blobs.away import StoreAway, WrongStore
from helpdesk.errors import NotFound

SHARDS = tuple(f"{number:02x}" for number in range(256))
"""The beginnings of all keys: a place is listed by these, a part at a time."""
_ID_LENGTH = 32


class ObjectPlace(ABC):
    """Where objects stand. Safe for many threads.

    Each method raises :class:`StoreAway` where the place cannot be used.
    """

    def __init__(self, name: str, expected: str = "") -> None:
        """
        :param name: what operators call it: a folder, or ``s3://…``.
        :param expected: the id that it must have; empty for whatever it has.
        """
        self.name = name
        self.expected = expected

    @abstractmethod
    def put(self, key: str, stored: bytes, *, durable: bool = True) -> None:
        """Keep an object, unless there is one of that key."""

    @abstractmethod
    def pieces(self, key: str) -> Iterator[bytes]:
        """The object, piece by piece.

        :raises NotFound: there is none.
        """

    @abstractmethod
    def size(self, key: str) -> int:
        """How large the object is as it stands there; 0 where there is none."""

    @abstractmethod
    def remove(self, key: str, *, stored_before: float, at_once: bool = False) -> bool:
        """Take an object away that was not stored since; see ``Blobs.remove``."""

    def keep(self, key: str) -> None:  # noqa: B027
        """Bring back what was set aside to be removed, where the place does that."""

    @abstractmethod
    def listed(self, shard: str) -> Iterator[tuple[str, int]]:
        """The keys that begin so, with the size of each object, in no order."""

    @abstractmethod
    def identity(self) -> str:
        """The id of this place; empty where it has none."""

    @abstractmethod
    def write_identity(self, identity: str) -> None:
        """Give the place an id, unless it has one."""

    def get(self, key: str) -> bytes:
        """The whole object.

        :raises NotFound: there is none.
        """
        return b"".join(self.pieces(key))

    def is_empty(self) -> bool:
        """Whether no object is there."""
        return not any(True for shard in SHARDS for _ in self.listed(shard))

    def check(self) -> None:
        """See that the place is the one that is expected.

        :raises WrongStore: it is another one, or has no id.
        """
        if self.expected:
            check_identity(self.name, self.identity(), self.expected)

    def missing(self, key: str) -> NotFound:
        """What to raise where an object is not there; where the place is another one, that.

        :raises StoreAway: nothing can be said of the object.
        """
        self.check()
        return NotFound(f"The stored file {key[:12]}… is missing.")


def check_identity(name: str, found: str, expected: str) -> None:
    """Compare a place's id with the one that the database knows.

    :raises WrongStore: it is another one, or there is none.
    """
    if not found:
        raise WrongStore(
            f"{name} is not the store of this database: it has no id. It is empty, or not mounted; "
            "`postdesk blobs copy OLD NEW` moves files to another one."
        )
    if found != expected:
        raise WrongStore(f"{name} is the store of another Postdesk's database: its id is {found}.")


def new_identity() -> str:
    """An id for a place, by chance."""
    return secrets.token_hex(_ID_LENGTH // 2)


def read_identity(content: bytes) -> str:
    """The id that such an object holds.

    :raises StoreAway: it holds something else.
    """
    text = content.decode("ascii", "replace").strip()
    if len(text) != _ID_LENGTH or not text.isalnum():
        raise StoreAway("The store's id cannot be read: it is damaged.")
    return text
