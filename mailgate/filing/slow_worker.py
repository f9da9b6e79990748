"""A thread that reads slow mails, one at a time, in a child process of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from mailgate.filing.fair_shares import Claim
from mailgate.filing.prepared_mail import PreparedMail
from mailgate.parse.isolated import Reader
from mailgate.spool.spool import SpooledMail


@dataclass(frozen=True)
class SlowOutcome:
    """What became of a mail."""

    claim: Claim
    prepared: PreparedMail | Exception | None
    """None where its time was over."""
    seconds: float


class SlowWorker:
    """Reads one mail at a time. Its thread ends with the process: daemon, no join."""

    def __init__(
        self,
        read: Callable[[Reader, SpooledMail], PreparedMail | None],
        make_reader: Callable[[], Reader],
        *,
        done: Callable[[], None],
    ) -> None:
        """:param done: called from the worker's thread after each mail."""
        self._read = read
        self._make_reader = make_reader
        self._done = done
        self._waiting: SimpleQueue[tuple[Claim, SpooledMail] | None] = SimpleQueue()
        self._finished: SimpleQueue[SlowOutcome] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self.idle = True

    def put(self, claim: Claim, mail: SpooledMail) -> None:
        """Have a mail read. Only while it is idle."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="slow read", daemon=True)
            self._thread.start()
        self.idle = False
        self._waiting.put((claim, mail))

    def finished(self) -> SlowOutcome | None:
        """Return what became of the mail, once, when that is known; it is idle then."""
        try:
            outcome = self._finished.get_nowait()
        except Empty:
            return None
        self.idle = True
        return outcome

    def close(self) -> None:
        """Have the thread end after the mail in hand."""
        self._waiting.put(None)

    def _run(self) -> None:
        reader: Reader | None = None
        while (work := self._waiting.get()) is not None:
            claim, mail = work
            began = time.monotonic()
            outcome: PreparedMail | Exception | None
            try:
                reader = reader or self._make_reader()
                outcome = self._read(reader, mail)
            except Exception as problem:
                outcome = problem
            self._finished.put(SlowOutcome(claim, outcome, time.monotonic() - began))
            self._done()
        if reader is not None:
            reader.close()
