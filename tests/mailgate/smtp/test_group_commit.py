"""Mails that arrive together are committed together, and each learns what became of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailgate.smtp.group_commit import LARGEST_GROUP, GroupCommit
from mailgate.spool.envelope import Envelope
from mailgate.spool.spool import Spool, SpoolWriter
from tests.support.loops import in_a_loop


class Committer:
    """Commits what it is given, once the test lets it; fails those that it is told to fail."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.may_go = threading.Event()
        self.failing: set[str] = set()
        self.broken = False

    def commit_all(self, writers: Sequence[SpoolWriter]) -> list[str | OSError]:
        self.groups.append(len(writers))
        assert self.may_go.wait(10)
        if self.broken:
            raise ZeroDivisionError
        return [OSError(w.name) if w.name in self.failing else w.name for w in writers]


@pytest.fixture
def writers(tmp_path: Path) -> list[SpoolWriter]:
    spool = Spool(tmp_path)
    return [spool.begin(Envelope("", ())) for _ in range(LARGEST_GROUP + 5)]


def commit(committer: Committer, writers: Sequence[SpoolWriter]) -> list[str | BaseException]:
    async def run() -> list[str | BaseException]:
        with ThreadPoolExecutor(1) as threads:
            commits = GroupCommit(committer, threads)
            tasks = [asyncio.ensure_future(commits.commit(writer)) for writer in writers]
            await asyncio.sleep(0.01)
            committer.may_go.set()
            await commits.drain()
            return await asyncio.gather(*tasks, return_exceptions=True)

    return in_a_loop(run())


def test_the_next_group_gathers_while_one_is_committed(writers: list[SpoolWriter]) -> None:
    committer = Committer()
    assert commit(committer, writers) == [writer.name for writer in writers]
    assert committer.groups == [LARGEST_GROUP, 5]


def test_one_that_fails_is_told_and_no_other(writers: list[SpoolWriter]) -> None:
    committer = Committer()
    committer.failing = {writers[1].name}
    first, second, third = commit(committer, writers[:3])
    assert (first, third) == (writers[0].name, writers[2].name)
    assert isinstance(second, OSError)


def test_where_all_fail_all_are_told(writers: list[SpoolWriter]) -> None:
    committer = Committer()
    committer.broken = True
    outcomes = commit(committer, writers[:2])
    assert [type(outcome) for outcome in outcomes] == [ZeroDivisionError] * 2
