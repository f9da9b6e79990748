"""Group commit: mails that arrive together share one flush of journal and folder."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mailgate.spool.spool import SpoolWriter

#: So that the first mail of a group does not wait long for the last.
LARGEST_GROUP = 50
#: Nor for long, where one more is always on its way: seconds.
LONGEST_WAIT = 0.05
#: Syncs that run side by side share the file system's own flushes: on a busy disk ten together
#: take a third of the time of ten in a row.
THREADS = 16


class Committer(Protocol):
    """What commits mails: the spool."""

    def seal(self, writer: SpoolWriter) -> None: ...

    def accept(self, names: Sequence[str]) -> None: ...


@dataclass(eq=False, slots=True)
class _Coming:
    writer: SpoolWriter
    answer: asyncio.Future[str]
    small: bool
    sealed_at: float = 0.0


class GroupCommit:
    """Commits mails of one event loop, in threads.

    Each mail is sealed by the thread that takes it. Whoever finds no other small one still to be
    sealed takes all that are through the rest, while the next are sealed: a mail costs one
    hand-over, and a group one more for all its answers. Large mails are waited for by nobody.
    """

    def __init__(self, spool: Committer) -> None:
        self._spool = spool
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queue: queue.SimpleQueue[_Coming | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._unanswered = 0
        self._all_answered = asyncio.Event()
        self._lock = threading.Lock()
        self._unsealed = 0
        self._sealed: list[_Coming] = []
        self._led = False

    async def commit(self, writer: SpoolWriter) -> str:
        """The name of the mail, now safe. A caller that is cancelled stops waiting, no more.

        :raises OSError: the mail is not safe.
        :raises RuntimeError: there is no thread that could make it so.
        """
        loop = self._loop = asyncio.get_running_loop()
        if len(self._threads) < min(self._unanswered + 1, THREADS):
            self._begin_thread()
        mail = _Coming(writer, loop.create_future(), small=not writer.on_disk)
        self._unanswered += 1
        with self._lock:
            self._unsealed += mail.small
        self._queue.put(mail)
        return await mail.answer

    def _begin_thread(self) -> None:
        thread = threading.Thread(target=self._work, name="commit", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more are to be had: those that there are do it
            if not self._threads:
                raise
        else:
            self._threads.append(thread)

    async def drain(self) -> None:
        """Wait until nothing is being committed."""
        while self._unanswered:
            self._all_answered.clear()
            await self._all_answered.wait()

    def close(self) -> None:
        """End the threads, once nothing is being committed."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _work(self) -> None:
        while (mail := self._queue.get()) is not None:
            problem: Exception | None = None
            try:
                self._spool.seal(mail.writer)
            except Exception as found:
                problem = found
                self._answer([mail], problem)
            with self._lock:
                self._unsealed -= mail.small
                if problem is None:
                    mail.sealed_at = time.monotonic()
                    self._sealed.append(mail)
                if self._led or not self._is_group():
                    continue
                self._led = True
            self._lead()

    def _is_group(self) -> bool:
        if not self._sealed:
            return False
        return (
            not self._unsealed
            or len(self._sealed) >= LARGEST_GROUP
            or time.monotonic() - self._sealed[0].sealed_at > LONGEST_WAIT
        )

    def _lead(self) -> None:
        """Commit what is sealed, group after group."""
        while True:
            with self._lock:
                if not self._is_group():
                    self._led = False
                    return
                group = self._sealed[:LARGEST_GROUP]
                del self._sealed[:LARGEST_GROUP]
            problem: Exception | None = None
            try:
                self._spool.accept([mail.writer.name for mail in group])
            except Exception as found:
                problem = found
            self._answer(group, problem)

    def _answer(self, group: Sequence[_Coming], problem: Exception | None) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._settle, group, problem)

    def _settle(self, group: Sequence[_Coming], problem: Exception | None) -> None:
        self._unanswered -= len(group)
        if not self._unanswered:
            self._all_answered.set()
        for mail in group:
            if mail.answer.done():
                continue
            if problem is None:
                mail.answer.set_result(mail.writer.name)
            else:
                mail.answer.set_exception(problem)
