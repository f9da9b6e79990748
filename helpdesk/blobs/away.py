"""What can be wrong with the store: it is away, it is another one, a file in it is damaged."""

from __future__ import annotations

import errno

from helpdesk.errors import NotFound


class StoreAway(OSError):
    """The store cannot be used just now. It is waited for, as for a disk: nothing is lost by it.

    Its text is one line for the operator.
    """

    def __init__(self, words: str, number: int = errno.EHOSTUNREACH) -> None:
        super().__init__(number, words)

    def __reduce__(self) -> tuple[type[StoreAway], tuple[str, int]]:
        return type(self), (str(self), self.errno or 0)

    def __str__(self) -> str:
        return str(self.strerror)


class WrongStore(StoreAway):
    """The store is not the one that the database's files are in."""


class DamagedFile(NotFound):
    """What stands under a key is not what was stored: its checksum is another."""
