"""What ``250`` promises, seen from outside: system calls, a disk that fills, a kill at a point."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from helpdesk.db import connect
from helpdesk.schema import migrate
from helpdesk.settings import load
from mailgate.spool.spool import Spool
from tests.conftest import missing_program
from tests.mailgate.filing.mails import file_all, filer_of, put, states, write
from tests.mailgate.smtp.conftest import RawClient
from tests.mailgate.smtp.server_process import ServerProcess
from tests.support.factories import make_shop
from tests.support.servers import wait_until
from tests.support.small_disk import fill
from tests.support.traced_syncs import all_synced, traced

MIB = 1024 * 1024


def mail(number: int = 0, size: int = 0) -> bytes:
    line = b"x" * 76 + b"\r\n"
    return b"Message-ID: <%d@x>\r\n\r\n" % number + line * (size // len(line)) + b"end\r\n"


def test_the_kernel_saw_a_sync_between_each_mail_and_its_250(tmp_path: Path) -> None:
    """``strace``: after the last byte of a mail its file, the journal, and the folder are synced,
    and only then is the answer written to the socket."""
    if not shutil.which("strace"):
        missing_program("strace is not installed (on Debian: apt install strace)")
    trace = tmp_path / "trace"
    server = ServerProcess(tmp_path)
    with server.running(under=traced(trace)):
        assert [server.send(mail(number)) for number in range(3)] == [True] * 3
        assert server.send(mail(3, size=300_000))
    assert all_synced(trace) == [True] * 4


def test_a_full_disk_is_told_as_later_and_heals_without_a_restart(small_disk: Path) -> None:
    server = ServerProcess(small_disk, SMTP_SIZE=str(2 * MIB))
    ballast = small_disk / "ballast"
    told: list[int] = []

    def send(number: int) -> int:
        code, _ = server.answer(mail(number))
        if code == 250:
            told.append(number)
        return code

    with server.running() as process:
        assert send(1) == 250
        fill(ballast, leave=2 * MIB)
        # Less than a mail and a half is free: told at MAIL, before anything is sent.
        wait_until("it is told at MAIL", lambda: send(2) == 452)
        ballast.unlink()
        wait_until("it takes mail again", lambda: send(3) == 250)
        with RawClient(("127.0.0.1", server.port)) as client:
            client.begin_data()
            fill(ballast, leave=64 * 1024)
            client.send(mail(4, size=MIB) + b".\r\n")
            assert client.answer().startswith("451 4.3.0")
        ballast.unlink()
        wait_until("it takes mail again", lambda: send(5) == 250)
        assert process.poll() is None
    spool = Spool(server.data_dir / "spool")
    kept = [spool.read(name).raw() for name in spool.waiting(1000)]
    assert kept == [mail(number) for number in told]
    assert spool.accepted_count() == len(told)


def test_a_full_disk_makes_the_filer_wait_and_nothing_else(small_disk: Path) -> None:
    """Database, store and spool are on it: all stands still, and goes on once there is room."""
    settings = load({"POSTDESK_DATA_DIR": str(small_disk / "var"), "POSTDESK_AUTH": "off"})
    database, spool = connect(settings), Spool(settings.spool_dir)
    migrate(database)
    make_shop(database)
    with filer_of(settings, database) as filer:
        names = [put(spool, write("Before"))]
        file_all(filer, spool)
        names += [put(spool, write(f"Question {number}")) for number in range(5)]
        fill(small_disk / "ballast", leave=0)
        assert [filer.file_some() for _ in range(4)] == [0] * 4
        assert spool.waiting_count() == 5
        (small_disk / "ballast").unlink()
        file_all(filer, spool)
    assert states(database) == dict.fromkeys(names, "filed")
    database.dispose()


#: The syncs of one small mail: its file, the journal's folder (a new hour), the journal, ``new/``.
POINTS = [(1, "before"), (1, "after"), (2, "after"), (3, "before"), (3, "after"), (4, "after")]


@pytest.mark.parametrize(("number", "when"), POINTS)
def test_killed_at_any_point_before_250_the_mail_sent_again_is_kept(
    tmp_path: Path, number: int, when: str
) -> None:
    """The client saw no 250 and sends again: at least once in the spool, and the count agrees."""
    server = ServerProcess(tmp_path)
    with server.running(kill_at=number, when=when) as process:
        assert not server.send(mail(1)), "it was to be killed before its answer"
        assert process.wait(10) == -9
    with server.running():
        assert server.send(mail(1))
    spool = Spool(server.data_dir / "spool")
    spool.tidy(settled=0)
    waiting = [spool.read(name).raw() for name in spool.waiting(10)]
    assert set(waiting) == {mail(1)}
    assert len(waiting) == spool.accepted_count() <= 2


def test_one_port_may_be_served_by_several_processes(tmp_path: Path) -> None:
    """The kernel shares the connections out, and one that dies takes nothing with it."""
    server = ServerProcess(tmp_path)
    with server.running() as first, server.running(), server.running():
        wait_until("all three listen", lambda: server.listeners() == 3)
        assert all(server.send(mail(number)) for number in range(30))
        first.kill()
        first.wait(10)
        assert all(server.send(mail(number)) for number in range(30, 60))
    spool = Spool(server.data_dir / "spool")
    assert len(spool.waiting(100)) == spool.accepted_count() == 60
    writers = {name.split(".")[1] for name in spool.waiting(100)}
    assert len(writers) == 3
