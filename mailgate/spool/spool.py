"""The spool: the folder where an accepted mail stands until it is filed.

``tmp/`` holds mails being written, ``new/`` those waiting to be filed; ``journal/`` counts the
accepted (:mod:`mailgate.spool.journal`). One file is one mail: a line of JSON (the envelope), then
the raw mail, so that one rename is the whole commit.

The order of a commit, and why nothing is lost or miscounted by a crash at any moment:

1. The file is written in ``tmp/`` under its final name, and synced.
2. Its name is appended to the journal, and the journal synced. *This is the point of no return*:
   a crash before it leaves a file in ``tmp/`` that nobody was told about, which is thrown away
   once it is old. A crash after it leaves a complete file, which :meth:`Spool.tidy` moves on.
3. The file is renamed into ``new/``, and the folder synced. Only then is the mail *accepted* and
   the client told so (RFC 5321 6.1).

The journal comes before the rename, not after, because the filer may take a mail the instant it
stands in ``new/``: were the journal second, a mail could be filed and gone before it counts as
accepted. As it is, every name in the journal belongs to a file that stands in ``tmp/`` (then
``tidy`` completes it), stands in ``new/``, or was taken by the filer: accepted = filed + held +
set aside + waiting, always. A client that was cut off after step 2 may send its mail again; such
duplicates are the filer's to see. If a sync fails after step 2 the client is told to try later,
and the mail still goes on: a duplicate, at worst.

The first sync of a new file makes its entry in ``tmp/`` durable too on the usual file systems
(ext4, XFS, Btrfs); elsewhere a power cut between 2 and 3 may leave a counted mail that was never
answered with 250.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BufferedReader
from pathlib import Path

from helpdesk import shop_clock
from mailgate.spool.bell import Bell
from mailgate.spool.durable import sync_folder
from mailgate.spool.envelope import DamagedMailError, Envelope
from mailgate.spool.in_use import InUse
from mailgate.spool.journal import Journal
from mailgate.spool.spooled_mail import SpooledMail

#: A mail up to this size is kept in memory until its commit, and costs no thread of its own.
IN_MEMORY = 128 * 1024
#: A file in ``tmp/`` that nobody wrote to for so many seconds belongs to nobody.
ABANDONED_AFTER = 6 * 3600.0
_LONGEST_ENVELOPE = 1024 * 1024
_SHORT = 64 * 1024
"""Bytes up to which a waiting file is read whole: once, whatever is asked of it."""

__all__ = ["Bell", "DamagedMailError", "Envelope", "Spool", "SpoolWriter", "SpooledMail"]


class SpoolWriter:
    """A mail on its way into the spool. Calls block on the disk; made by :meth:`Spool.begin`."""

    def __init__(self, spool: Spool, name: str, envelope: Envelope) -> None:
        self.name = name
        self._spool = spool
        self._chunks = [envelope.to_json()]
        self._buffered = len(self._chunks[0])
        self._file: int | None = None
        self._made = False

    def touches_disk(self, size: int) -> bool:
        """Whether writing so many bytes more may wait for the disk (else it only remembers)."""
        return self._buffered + size > IN_MEMORY

    @property
    def on_disk(self) -> bool:
        """Whether part of it stands there already: it is too large to be kept in memory."""
        return self._made

    def write(self, data: bytes) -> None:
        """:raises OSError: the disk is full or failed; call :meth:`abort`."""
        self._chunks.append(data)
        self._buffered += len(data)
        if self._buffered > IN_MEMORY:
            self._flush()

    def commit(self) -> str:
        """Make the mail accepted, and wake the filer. Returns its name.

        :raises OSError: it cannot be made safe; the sender must try again.
        """
        (outcome,) = self._spool.commit_all([self])
        if isinstance(outcome, OSError):
            raise outcome
        return outcome

    def abort(self) -> None:
        """Forget the mail. Not after :meth:`commit`."""
        self._chunks.clear()
        self._close()
        if self._made:
            self._spool.draft_path(self.name).unlink(missing_ok=True)

    def seal(self) -> None:
        """Step 1 of a commit: the whole file in ``tmp/``, durable."""
        try:
            self._flush()
            assert self._file is not None
            self._spool.sync(self._file)
        finally:
            self._close()

    def _flush(self) -> None:
        if self._file is None:
            path = self._spool.draft_path(self.name)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            self._made = True
        data = memoryview(b"".join(self._chunks))
        while data:
            data = data[os.write(self._file, data) :]
        self._chunks.clear()
        self._buffered = 0

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Spool:
    """The spool in ``folder``, which is made if missing. Safe for many processes at once.

    :param sync: makes a file or folder durable, given its descriptor.
    :param clock: seconds since the epoch.
    :param alone: nobody else may be at work with it.
    :raises OSError: the folder cannot be made or written to.
    :raises SpoolInUse: somebody is, and nobody may be.
    """

    def __init__(
        self,
        folder: Path,
        *,
        sync: Callable[[int], None] = os.fsync,
        clock: Callable[[], float] = shop_clock.seconds,
        alone: bool = False,
    ) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._in_use = InUse(folder, alone=alone)
        self.folder = folder
        self.sync = sync
        self._clock = clock
        self._tmp = folder / "tmp"
        self._new = folder / "new"
        for part in (self._tmp, self._new):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._bell = folder / "wake"
        with contextlib.suppress(FileExistsError):
            os.mkfifo(self._bell, 0o600)
        self._journal = Journal(folder / "journal", sync=sync, clock=clock)
        self._side_by_side = ThreadPoolExecutor(8, "spool")

    # In

    def begin(self, envelope: Envelope) -> SpoolWriter:
        """Begin a mail. Names are unique, and sort by time."""
        micros = int(self._clock() * 1_000_000)
        name = f"{micros:016d}.{os.getpid():07d}.{random.getrandbits(32):08x}"
        return SpoolWriter(self, name, envelope)

    def commit_all(self, writers: Sequence[SpoolWriter]) -> list[str | OSError]:
        """Commit several mails with one sync of journal and folder: the outcome of each, in order.

        An ``OSError`` says that the mail is not safe, and that its sender must try again.
        """
        # Side by side, so that the syncs share the file system's own flushes.
        seal = self._problem_of_seal
        seals = self._side_by_side.map(seal, writers) if len(writers) > 1 else map(seal, writers)
        problems = dict(zip(writers, seals, strict=True))
        sealed = [writer.name for writer, problem in problems.items() if problem is None]
        try:
            if sealed:
                self.accept(sealed)
        except OSError as problem:
            return [problems[writer] or problem for writer in writers]
        return [problems[writer] or writer.name for writer in writers]

    def seal(self, writer: SpoolWriter) -> None:
        """Step 1 of a commit, of one mail.

        :raises OSError: it is not safe, and gone; its sender must try again.
        """
        try:
            writer.seal()
        except OSError:
            writer.abort()
            raise

    def _problem_of_seal(self, writer: SpoolWriter) -> OSError | None:
        try:
            self.seal(writer)
        except OSError as problem:
            return problem
        return None

    def adopt(self, writer: SpoolWriter) -> str:
        """Accept a mail that the caller files by itself, and then :meth:`forget`; returns its name.

        Steps 1 and 2 of a commit. Were the caller to die, :meth:`tidy` hands it to the filer.

        :raises OSError: it is not accepted; or, past the point of no return, the filer has it.
        """
        self.seal(writer)
        self._journal.sync(self._append([writer.name]))
        return writer.name

    def forget(self, name: str) -> None:
        """Drop an adopted mail, once it is filed."""
        self.draft_path(name).unlink(missing_ok=True)

    def known(self, names: Iterable[str]) -> set[str]:
        """Those of the names that this spool accepted lately."""
        return self._journal.recorded(names)

    def take_over(self, name: str, path: Path) -> None:
        """Accept a mail of another spool, from its file there, under its name; wakes the filer.

        :raises OSError: it is not accepted.
        """
        copy = self.draft_path(f"{name}.copy")
        shutil.copyfile(path, copy)
        with copy.open("rb+") as file:
            self.sync(file.fileno())
        # Whole before it has its name: that may stand in the journal from before.
        copy.rename(self.draft_path(name))
        self.accept([name])

    def accept(self, names: Sequence[str]) -> None:
        """Steps 2 and 3 of a commit, of mails that are sealed; wakes the filer.

        :raises OSError: none of them is safe, and their senders must try again.
        """
        journal_file = self._append(names)
        # Past the point of no return: what fails now before it was moved on, `tidy` moves on.
        self._journal.sync(journal_file)
        for name in names:
            self._move_on(name)
        sync_folder(self._new, self.sync)
        self.wake_filer()

    def _append(self, names: Sequence[str]) -> int:
        try:
            return self._journal.append(names)
        except OSError:
            for name in names:
                self.draft_path(name).unlink(missing_ok=True)
            raise

    def _move_on(self, name: str) -> None:
        # Gone means that `tidy`, in another process, was faster.
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{self._tmp}/{name}", f"{self._new}/{name}")  # noqa: PTH104 (twice as fast)

    def draft_path(self, name: str) -> Path:
        """Where a mail stands while it is written."""
        return self._tmp / name

    # Out

    def waiting(self, limit: int, *, after: str = "") -> list[str]:
        """The names of waiting mails, oldest first; of those greater than ``after`` if given."""
        return sorted(name for name in self.names() if name > after)[:limit]

    def names(self) -> list[str]:
        """The names of all waiting mails, in no order."""
        return _names(self._new)

    def waiting_count(self) -> int:
        """How many mails wait."""
        return len(self.names())

    def read(self, name: str) -> SpooledMail:
        """A waiting mail.

        :raises FileNotFoundError: another filer took it.
        :raises DamagedMailError: its envelope cannot be read.
        """
        path = self._new / name
        with path.open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size <= _SHORT:
                content = file.read()
                offset = content.find(b"\n") + 1 or size
                envelope = Envelope.from_json(content[:offset])
                return SpooledMail(name, envelope, path, offset, size - offset, content[offset:])
            line = BufferedReader(file).readline(_LONGEST_ENVELOPE)
        return SpooledMail(name, Envelope.from_json(line), path, len(line), size - len(line))

    def path(self, name: str) -> Path:
        """Where a waiting mail stands."""
        return self._new / name

    def remove(self, name: str) -> None:
        """Take a mail out once it is filed. No sync: should it come back, its name is known."""
        (self._new / name).unlink(missing_ok=True)

    # The count

    def accepted_count(self) -> int:
        """How many mails were ever accepted, waiting ones included."""
        return self._journal.count()

    def hand_over(self, names: Iterable[str]) -> None:
        """Note that another gateway took over these mails, which were accepted here."""
        self._journal.hand_over(names)

    def accepted_lately(self) -> set[str]:
        """The names of the mails that were accepted in the last days, and not handed over."""
        return self._journal.names()

    # Waking

    def wake_filer(self) -> None:
        """Ring the bell for the filer. Costs nothing if none is listening."""
        with contextlib.suppress(OSError):
            bell = os.open(self._bell, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.write(bell, b"!")
            finally:
                os.close(bell)

    def listen(self) -> Bell:
        """The bell that :meth:`wake_filer` rings, to be closed after use."""
        return Bell(self._bell)

    # Recovery

    def tidy(self, *, settled: float = 5.0) -> int:
        """Move on what a crash left half committed, drop what it left half written.

        Run at the start of every process that writes, and now and then. Harmless beside writers at
        work: a name in the journal belongs to a complete file, whoever renames it.

        :param settled: leave alone what was written in the last so many seconds.
        :returns: how many mails were moved on.
        """
        now = time.time()  # not the shop's: the files' times are this machine's
        ages = {}
        for entry in os.scandir(self._tmp):
            with contextlib.suppress(FileNotFoundError):
                ages[entry.name] = now - entry.stat().st_mtime
        complete = self._journal.recorded(name for name, age in ages.items() if age >= settled)
        for name in complete:
            self._move_on(name)
        if complete:
            sync_folder(self._new, self.sync)
            self.wake_filer()
        for name in ages.keys() - complete:
            if ages[name] > ABANDONED_AFTER:
                self.draft_path(name).unlink(missing_ok=True)
        self._journal.fold()
        return len(complete)

    def close(self) -> None:
        """Close the journal's files, and end the threads."""
        self._side_by_side.shutdown()
        self._journal.close()
        self._in_use.close()


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]
