"""Mails that arrive together are committed together, and each learns what became of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from mailgate.smtp.group_commit import LARGEST_GROUP, LONGEST_WAIT, GroupCommit
from mailgate.spool.envelope import Envelope
from mailgate.spool.spool import IN_MEMORY, Spool, SpoolWriter
from tests.support.loops import in_a_loop


class Committer:
    """Seals once the test lets it; fails what it is told to fail."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.may_seal = threading.Event()
        self.held: dict[str, threading.Event] = {}
        self.failing: set[str] = set()
        self.broken = False

    def seal(self, writer: SpoolWriter) -> None:
        assert self.held.get(writer.name, self.may_seal).wait(10)
        if writer.name in self.failing:
            raise OSError(writer.name)

    def accept(self, names: Sequence[str]) -> None:
        self.groups.append(len(names))
        if self.broken:
            raise ZeroDivisionError


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path)


@pytest.fixture
def writers(spool: Spool) -> list[SpoolWriter]:
    return [spool.begin(Envelope("", ())) for _ in range(LARGEST_GROUP + 5)]


def commit(committer: Committer, writers: Sequence[SpoolWriter]) -> list[str | BaseException]:
    async def run() -> list[str | BaseException]:
        commits = GroupCommit(committer)
        tasks = [asyncio.ensure_future(commits.commit(writer)) for writer in writers]
        await asyncio.sleep(0.01)
        committer.may_seal.set()
        await commits.drain()
        commits.close()
        return await asyncio.gather(*tasks, return_exceptions=True)

    return in_a_loop(run())


def test_what_arrives_together_is_one_group_up_to_a_size(writers: list[SpoolWriter]) -> None:
    committer = Committer()
    assert commit(committer, writers) == [writer.name for writer in writers]
    assert committer.groups == [LARGEST_GROUP, 5]


def test_one_that_fails_is_told_and_no_other(writers: list[SpoolWriter]) -> None:
    committer = Committer()
    committer.failing = {writers[1].name}
    first, second, third = commit(committer, writers[:3])
    assert (first, third) == (writers[0].name, writers[2].name)
    assert isinstance(second, OSError)
    assert committer.groups == [2]


def test_where_the_last_fails_the_others_are_committed(writers: list[SpoolWriter]) -> None:
    committer = Committer()
    committer.failing = {writer.name for writer in writers[1:3]}
    outcomes = commit(committer, writers[:3])
    assert outcomes[0] == writers[0].name
    assert [type(outcome) for outcome in outcomes[1:]] == [OSError, OSError]


def test_where_all_fail_all_are_told(writers: list[SpoolWriter]) -> None:
    committer = Committer()
    committer.broken = True
    outcomes = commit(committer, writers[:2])
    assert [type(outcome) for outcome in outcomes] == [ZeroDivisionError] * 2


def test_where_one_more_is_always_on_its_way_nobody_waits_for_long(
    writers: list[SpoolWriter],
) -> None:
    committer, (slow, first, last, *_) = Committer(), writers
    committer.held[slow.name] = threading.Event()
    committer.may_seal.set()

    async def run() -> list[str]:
        commits = GroupCommit(committer)
        before = [asyncio.ensure_future(commits.commit(writer)) for writer in (slow, first)]
        await asyncio.sleep(2 * LONGEST_WAIT)
        assert not before[1].done(), "it may share the flush of the one that comes"
        names = [await commits.commit(last), await before[1]]
        assert not before[0].done()
        committer.held[slow.name].set()
        names.append(await before[0])
        commits.close()
        return names

    assert in_a_loop(run()) == [last.name, first.name, slow.name]
    assert committer.groups == [2, 1]


def test_a_small_mail_does_not_wait_for_a_large_one(spool: Spool) -> None:
    committer = Committer()
    large, small = spool.begin(Envelope("", ())), spool.begin(Envelope("", ()))
    large.write(b"x" * (IN_MEMORY + 1))
    committer.held = {large.name: threading.Event()}
    committer.may_seal.set()

    async def run() -> list[str]:
        commits = GroupCommit(committer)
        of_large = asyncio.ensure_future(commits.commit(large))
        answered = [await commits.commit(small)]
        committer.held[large.name].set()
        answered.append(await of_large)
        commits.close()
        return answered

    assert in_a_loop(run()) == [small.name, large.name]
    assert committer.groups == [1, 1]


def test_where_no_more_threads_are_to_be_had_one_does_it(
    writers: list[SpoolWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    start, may_start = threading.Thread.start, iter([False, True, False, False])

    def starts(thread: threading.Thread) -> None:
        if thread.name == "commit" and not next(may_start):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", starts)
    first, *others = commit(Committer(), writers[:4])
    assert isinstance(first, RuntimeError)
    assert others == [writer.name for writer in writers[1:4]]


def test_who_stops_waiting_keeps_nobody_from_closing(spool: Spool) -> None:
    committer = Committer()

    async def run() -> None:
        commits = GroupCommit(committer)
        task = asyncio.ensure_future(commits.commit(spool.begin(Envelope("", ()))))
        await asyncio.sleep(0)
        task.cancel()
        committer.may_seal.set()
        await commits.drain()
        commits.close()

    in_a_loop(run())
    assert committer.groups == [1]
