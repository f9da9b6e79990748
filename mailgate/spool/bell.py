"""The bell of a spool: rung when a mail was accepted, heard by the filer."""

from __future__ import annotations

import contextlib
import os
import select
from pathlib import Path


class Bell:
    """The filer's end of the wake channel: a FIFO, so neither end needs the other to be alive."""

    def __init__(self, path: Path) -> None:
        # Opened for writing too, or it would read as ended whenever no SMTP server is ringing.
        self._fifo = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def wait(self, timeout: float) -> bool:
        """Wait for a ring, at most so many seconds. Whether there was one; rings are merged."""
        poll = select.poll()
        poll.register(self._fifo, select.POLLIN)
        ready = poll.poll(timeout * 1000)
        with contextlib.suppress(BlockingIOError):
            while ready and os.read(self._fifo, 4096):
                pass
        return bool(ready)

    def fileno(self) -> int:
        return self._fifo

    def close(self) -> None:
        os.close(self._fifo)

    def __enter__(self) -> Bell:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
