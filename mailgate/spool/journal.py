"""The journal: which mails were ever accepted, counted apart from the rows they are compared with.

:mod:`helpdesk.mail_in.journal` says what its files look like, and reads them; here they are
written. A tail torn by a power cut is overwritten by the next append. Files older than
:data:`KEEP_HOURS` are folded into ``counts.json``.

Several processes append to one file: each append is one write under ``flock``, so that a write cut
short by a full disk can be taken back without touching another's records. The sync stands outside
the lock, for the file system to serve several with one flush.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from helpdesk import shop_clock
from helpdesk.mail_in.journal import HANDED_OVER, HOUR, RECORD_LENGTH, JournalReader
from mailgate.spool.durable import sync_folder, write_durably

KEEP_HOURS = 48


class Journal(JournalReader):
    """The journal in ``folder``, which is made if missing. Safe for threads and processes.

    :param sync: makes a file or folder durable, given its descriptor.
    :param clock: seconds since the epoch.
    """

    def __init__(
        self,
        folder: Path,
        *,
        sync: Callable[[int], None] = os.fsync,
        clock: Callable[[], float] = shop_clock.seconds,
    ) -> None:
        super().__init__(folder)
        self._sync = sync
        self._clock = clock
        self._lock = threading.Lock()
        self._open_file: tuple[str, int] | None = None
        self._last_file: int | None = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def append(self, names: Iterable[str]) -> int:
        """Write the names, all or none; :meth:`sync` must follow before anything is answered.

        :returns: what :meth:`sync` takes.
        :raises OSError: none of the names is in the journal (the disk is full, say).
        """
        records = "".join(f"{name}\n" for name in names).encode("ascii")
        with self._lock:
            file = self._current_file()
            with _flock(file):
                size = os.fstat(file).st_size
                end = size - size % RECORD_LENGTH
                if os.pwrite(file, records, end) != len(records):
                    os.ftruncate(file, end)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return file

    def sync(self, file: int) -> None:
        """Make what was appended durable."""
        self._sync(file)

    def close(self) -> None:
        """Close the files; an append opens them again."""
        with self._lock:
            for file in (self._last_file, self._open_file and self._open_file[1]):
                if file is not None:
                    os.close(file)
            self._last_file = self._open_file = None

    def hand_over(self, names: Iterable[str]) -> None:
        """Note that another gateway took these mails over: they count there. Durable.

        Said again, it changes nothing, unless they were accepted here again since.
        """
        known, times = self.handed_over(), self._times()
        known.update(name for name in set(names) if known[name] < max(1, times[name]))
        text = "".join(f"{name}\n" for name in sorted(known.elements()))
        write_durably(self._folder / HANDED_OVER, text.encode("ascii"), self._sync)

    def fold(self) -> None:
        """Fold the files older than :data:`KEEP_HOURS` into ``counts.json``."""
        until = self._hour_name(self._clock() - KEEP_HOURS * 3600)
        if not any(path.stem < until for path in self._logs()):
            return
        lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with _flock(lock):
                self._fold_until(until)
        finally:
            os.close(lock)

    def _fold_until(self, until: str) -> None:
        folded_until, counts = self._folded()
        old = [path for path in self._logs() if path.stem < until]
        for path in old:
            # One before `folded_until` is counted already: its removal was cut short.
            if path.stem >= folded_until:
                counts[path.stem] = path.stat().st_size // RECORD_LENGTH
        until = max(until, folded_until)
        text = json.dumps({"until": until, "hours": counts})
        write_durably(self._folder / "counts.json", text.encode(), self._sync)
        for path in old:
            path.unlink(missing_ok=True)

    def _current_file(self) -> int:
        hour = self._hour_name(self._clock())
        if self._open_file is None or self._open_file[0] != hour:
            # After the clock was set back an hour may be folded already: its file is not used
            # again.
            hour = max(hour, self._folded()[0])
            if self._open_file is not None and self._open_file[0] == hour:
                return self._open_file[1]
            path = self._folder / f"{hour}.log"
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            sync_folder(self._folder, self._sync)
            # The file of the last hour stays open for one more: another thread may be at its sync.
            if self._last_file is not None:
                os.close(self._last_file)
            self._last_file = self._open_file[1] if self._open_file else None
            self._open_file = (hour, file)
        return self._open_file[1]

    def _hour_name(self, seconds: float) -> str:
        return datetime.fromtimestamp(seconds, UTC).strftime(HOUR)


@contextlib.contextmanager
def _flock(file: int) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
