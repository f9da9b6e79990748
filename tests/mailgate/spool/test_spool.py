"""The spool: durable, balanced after a crash at any moment, cheap with many waiting."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailgate.spool.spool import ABANDONED_AFTER, IN_MEMORY, DamagedMailError, Envelope, Spool

ENVELOPE = Envelope(
    mail_from="ann@customer.example",
    rcpt_tos=("support+k3y@shop.example",),
    mailboxes=("support@shop.example",),
    peer="192.0.2.7",
    helo="mx.customer.example",
    tls=True,
    protocol="ESMTPS",
    received_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
)
RAW = b"Subject: hello\r\n\r\nbody\r\n"


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()


def put(spool: Spool, raw: bytes = RAW) -> str:
    writer = spool.begin(ENVELOPE)
    writer.write(raw)
    return writer.commit()


def drafts(spool: Spool) -> list[str]:
    return [path.name for path in (spool.folder / "tmp").iterdir()]


class FailingSync:
    """fsync, until told to fail at the n-th call from then on."""

    def __init__(self) -> None:
        self.fail_at = -1
        self.calls = 0

    def __call__(self, descriptor: int) -> None:
        self.calls += 1
        if self.calls == self.fail_at:
            raise OSError(errno.EIO, "the disk failed")
        os.fsync(descriptor)


def test_what_goes_in_comes_out(spool: Spool) -> None:
    name = put(spool)
    assert spool.waiting(10) == [name]
    mail = spool.read(name)
    assert mail.envelope == ENVELOPE
    assert mail.raw() == RAW
    assert mail.raw_size == len(RAW)
    spool.remove(name)
    assert spool.waiting(10) == []
    with pytest.raises(FileNotFoundError):
        spool.read(name)


def test_a_large_mail_is_streamed_and_equal(spool: Spool) -> None:
    chunk = bytes(range(256)) * 256
    writer = spool.begin(ENVELOPE)
    for _ in range(20):
        writer.write(chunk)
    assert drafts(spool) == [writer.name]
    mail = spool.read(writer.commit())
    assert mail.raw() == chunk * 20
    assert drafts(spool) == []


def test_the_null_sender_and_other_alphabets_survive(spool: Spool) -> None:
    envelope = Envelope(mail_from="", rcpt_tos=("пошта@приклад.укр",), helo="mx")
    writer = spool.begin(envelope)
    writer.write(b"\n\xff\x00")
    mail = spool.read(writer.commit())
    assert mail.envelope.mail_from == ""
    assert mail.envelope.rcpt_tos == ("пошта@приклад.укр",)
    assert mail.envelope.received_at is not None
    assert mail.raw() == b"\n\xff\x00"


def test_an_aborted_mail_leaves_nothing(spool: Spool) -> None:
    for size in (1, 2 * IN_MEMORY):
        writer = spool.begin(ENVELOPE)
        writer.write(b"x" * size)
        writer.abort()
    assert drafts(spool) == []
    assert spool.waiting(10) == []
    assert spool.accepted_count() == 0


def test_everything_is_synced_before_commit_returns(tmp_path: Path) -> None:
    synced: list[str] = []

    def sync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        os.fsync(descriptor)

    spool = Spool(tmp_path / "spool", sync=sync)
    put(spool)
    synced.clear()
    name = put(spool)
    kinds = [Path(path).relative_to(spool.folder).parts[0] for path in synced]
    assert synced[0].endswith(f"tmp/{name}")
    assert kinds == ["tmp", "journal", "new"]


def test_mails_committed_together_share_their_syncs(tmp_path: Path) -> None:
    sync = FailingSync()
    spool = Spool(tmp_path / "spool", sync=sync)
    put(spool)
    sync.calls = 0
    writers = [spool.begin(ENVELOPE) for _ in range(5)]
    assert spool.commit_all(writers) == [writer.name for writer in writers]
    assert sync.calls == 5 + 2


def test_waiting_is_oldest_first_and_pages(spool: Spool) -> None:
    names = [put(spool) for _ in range(7)]
    assert names == sorted(names)
    assert spool.waiting(3) == names[:3]
    assert spool.waiting(3, after=names[2]) == names[3:6]
    spool.remove(names[1])
    spool.remove(names[0])
    assert spool.waiting(100) == names[2:]
    assert spool.waiting_count() == 5


def test_another_process_removing_mails_is_noticed(spool: Spool) -> None:
    names = [put(spool) for _ in range(3)]
    assert spool.waiting(2) == names[:2]
    Spool(spool.folder).remove(names[0])
    with pytest.raises(FileNotFoundError):
        spool.read(names[0])
    spool.remove(names[0])
    assert spool.waiting(2) == names[1:]


def test_a_damaged_file_is_told_apart(spool: Spool) -> None:
    for number, content in enumerate((b"", b"no json\n", b"{}\n", b"[1]\n", b'{"mail_from":')):
        name = f"{number:016d}.0000001.00000000"
        (spool.folder / "new" / name).write_bytes(content)
        with pytest.raises(DamagedMailError):
            spool.read(name)


def test_a_ring_wakes_the_listener_at_once_and_costs_nothing_without_one(spool: Spool) -> None:
    put(spool)
    with spool.listen() as bell:
        assert not bell.wait(0.01)
        timer = threading.Timer(0.05, put, [spool])
        timer.start()
        began = time.monotonic()
        assert bell.wait(5)
        assert time.monotonic() - began < 1
        timer.join()
        assert not bell.wait(0.01)
        for _ in range(70_000):
            spool.wake_filer()
        assert bell.wait(0)
        assert not bell.wait(0.01)


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_failing_sync_is_no_acceptance_and_keeps_the_balance(
    tmp_path: Path, failing: int
) -> None:
    """Before the journal's record the mail is gone; after it, it goes on as a duplicate."""
    sync = FailingSync()
    spool = Spool(tmp_path / "spool", sync=sync)
    put(spool)
    sync.calls, sync.fail_at = 0, failing
    with pytest.raises(OSError, match="the disk failed"):
        put(spool)
    spool.tidy(settled=0)
    assert drafts(spool) == []
    assert spool.accepted_count() == spool.waiting_count() == (1 if failing == 1 else 2)
    put(spool)
    assert spool.accepted_count() == spool.waiting_count()


@pytest.mark.parametrize("failing", [1, 2])
def test_what_its_caller_files_keeps_the_balance_where_a_sync_fails(
    tmp_path: Path, failing: int
) -> None:
    sync = FailingSync()
    spool = Spool(tmp_path / "spool", sync=sync)
    put(spool)
    sync.calls, sync.fail_at = 0, failing
    with pytest.raises(OSError, match="the disk failed"):
        spool.adopt(spool.begin(ENVELOPE))
    spool.tidy(settled=0)
    assert spool.accepted_count() == spool.waiting_count() == failing
    assert drafts(spool) == []


def test_one_mail_that_fails_does_not_fail_those_beside_it(spool: Spool) -> None:
    writers = [spool.begin(ENVELOPE) for _ in range(3)]
    spool.draft_path(writers[1].name).mkdir()
    first, second, third = spool.commit_all(writers)
    assert isinstance(second, OSError)
    assert spool.waiting(10) == [first, third]
    assert spool.accepted_count() == 2


def test_tidy_drops_only_what_was_abandoned(spool: Spool) -> None:
    old = spool.folder / "tmp" / "0000000000000001.0000001.00000000"
    young = spool.folder / "tmp" / "0000000000000002.0000001.00000000"
    for path in (old, young):
        path.write_bytes(b"{")
    long_ago = time.time() - ABANDONED_AFTER - 60
    os.utime(old, (long_ago, long_ago))
    assert spool.tidy(settled=0) == 0
    assert drafts(spool) == [young.name]
    assert spool.waiting(10) == []


def _put_for_ever(folder: str, counted: multiprocessing.connection.Connection) -> None:
    spool = Spool(Path(folder))
    while True:
        writers = [spool.begin(ENVELOPE) for _ in range(3)]
        for writer in writers:
            writer.write(RAW)
        for outcome in spool.commit_all(writers):
            assert isinstance(outcome, str)
            counted.send(outcome)


def test_killed_at_any_moment_nothing_accepted_is_lost_and_the_count_balances(
    spool: Spool,
) -> None:
    context = multiprocessing.get_context("fork")
    told: set[str] = set()
    for turn in range(15):
        receiving, sending = context.Pipe(duplex=False)
        child = context.Process(target=_put_for_ever, args=(str(spool.folder), sending))
        child.start()
        sending.close()
        time.sleep(0.03 + turn * 0.004)
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        try:
            while True:
                told.add(receiving.recv())
        except (EOFError, OSError):
            receiving.close()
        spool.tidy(settled=0)
        waiting = {path.name for path in (spool.folder / "new").iterdir()}
        assert told <= waiting
        assert spool.accepted_count() == len(waiting)
    assert told
    for name in waiting:
        assert spool.read(name).raw() == RAW


def _killed_at_sync(folder: str, at: int) -> None:
    calls = 0

    def sync(descriptor: int) -> None:
        nonlocal calls
        os.fsync(descriptor)
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)

    writer = Spool(Path(folder), sync=sync).begin(ENVELOPE)
    writer.write(RAW)
    writer.commit()


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        pytest.param(1, 0, id="the mail is written"),
        pytest.param(2, 0, id="the journal's file is made"),
        pytest.param(3, 1, id="the journal is written"),
        pytest.param(4, 1, id="the mail is moved on"),
    ],
)
def test_killed_after_each_sync_of_a_commit(tmp_path: Path, at: int, accepted: int) -> None:
    folder = tmp_path / "spool"
    child = multiprocessing.get_context("fork").Process(
        target=_killed_at_sync, args=(str(folder), at)
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    spool = Spool(folder)
    spool.tidy(settled=0)
    assert spool.accepted_count() == spool.waiting_count() == accepted
    spool.tidy(settled=0)
    assert spool.accepted_count() == spool.waiting_count() == accepted


def test_a_filer_that_took_a_mail_before_tidy_is_not_given_it_twice(spool: Spool) -> None:
    name = put(spool)
    spool.remove(name)
    assert spool.tidy(settled=0) == 0
    assert spool.waiting_count() == 0
    assert spool.accepted_count() == 1


def _put_some(folder: str, number: int) -> None:
    spool = Spool(Path(folder))
    for _ in range(number):
        put(spool)


def test_many_processes_write_into_one_spool(spool: Spool) -> None:
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_put_some, args=(str(spool.folder), 50)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0
    assert spool.accepted_count() == spool.waiting_count() == 200
