"""A spool that is at work: who takes or files mail there shares a lock that adoption wants alone.

So no gateway has its spool taken from under it, whatever the database last heard of it; and one
that starts while its spool is taken over waits until that is done, in place of filing the same.
"""

from __future__ import annotations

import fcntl
from pathlib import Path

_NAME = "in-use.lock"


class SpoolInUse(Exception):
    """Somebody else works with the spool."""


class InUse:
    """The lock, held until it is closed, or the process ends.

    :param folder: the spool.
    :param alone: nobody else may have it.
    :raises SpoolInUse: somebody has, and it is wanted alone.
    :raises OSError: the folder cannot be written to.
    """

    def __init__(self, folder: Path, *, alone: bool) -> None:
        self._file = (folder / _NAME).open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        except BlockingIOError:
            self._file.close()
            raise SpoolInUse from None

    def close(self) -> None:
        """Let others have it."""
        self._file.close()
