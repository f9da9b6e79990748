"""Group commit: mails that arrive together share one flush of journal and folder."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Protocol

from mailgate.spool.spool import SpoolWriter

#: So that the first mail of a group does not wait long for the last.
LARGEST_GROUP = 50


class Committer(Protocol):
    """What commits mails: the spool."""

    def commit_all(self, writers: Sequence[SpoolWriter]) -> list[str | OSError]: ...


class GroupCommit:
    """Commits mails in a thread, one group at a time; the next group gathers meanwhile."""

    def __init__(self, spool: Committer, threads: Executor) -> None:
        self._spool = spool
        self._threads = threads
        self._waiting: list[tuple[SpoolWriter, asyncio.Future[str]]] = []
        self._running: asyncio.Task[None] | None = None

    async def commit(self, writer: SpoolWriter) -> str:
        """The name of the mail, now safe. A caller that is cancelled stops waiting, no more.

        :raises OSError: the mail is not safe.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()
        self._waiting.append((writer, answer))
        if self._running is None:
            self._running = loop.create_task(self._run())
        return await answer

    async def drain(self) -> None:
        """Wait until nothing is being committed."""
        while self._running is not None:
            await asyncio.wait([self._running])

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                group = self._waiting[:LARGEST_GROUP]
                del self._waiting[:LARGEST_GROUP]
                writers = [writer for writer, _ in group]
                outcomes: Sequence[str | Exception]
                try:
                    outcomes = await loop.run_in_executor(
                        self._threads, self._spool.commit_all, writers
                    )
                except Exception as problem:
                    outcomes = [problem] * len(group)
                for (_, answer), outcome in zip(group, outcomes, strict=True):
                    _settle(answer, outcome)
        finally:
            self._running = None


def _settle(answer: asyncio.Future[str], outcome: str | Exception) -> None:
    if answer.done():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
