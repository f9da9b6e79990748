"""The SMTP conversation: every refusal, and what a taken mail leaves in the spool."""

from __future__ import annotations

import errno
import os
import shutil
import smtplib
import socket
import threading
import time
from pathlib import Path

import pytest

from mailgate.smtp.intake import FAULT
from mailgate.smtp.server import SmtpServer
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from mailgate.spool.spool import Spool, SpoolWriter
from tests.mailgate.smtp.conftest import OpenServer, RawClient, spooled

MAIL = b"Subject: hello\r\n\r\n.a dot\r\n..two\r\nbody\r\n"


def test_a_mail_is_taken_and_kept_byte_for_byte(server: SmtpServer) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.example") as smtp:
        smtp.sendmail("ann@customer.example", ["Support+k3y@SHOP.example"], MAIL)
        smtp.sendmail("ann@customer.example", ["orders@shop.example"], MAIL)
    first, second = (server.spool.read(name) for name in server.spool.waiting(10))
    assert first.raw() == second.raw() == MAIL
    envelope = first.envelope
    assert envelope.mail_from == "ann@customer.example"
    assert envelope.rcpt_tos == ("Support+k3y@SHOP.example",)
    assert envelope.mailboxes == ("support@shop.example",)
    assert (envelope.peer, envelope.helo) == ("127.0.0.1", "client.example")
    assert (envelope.protocol, envelope.tls) == ("ESMTP", False)
    assert second.envelope.mailboxes == ("Orders@shop.example",)
    assert server.spool.accepted_count() == 2


def test_a_changed_snapshot_counts_at_once_and_a_broken_one_never(server: SmtpServer) -> None:
    with RawClient(("127.0.0.1", server.port)) as client:
        client.ask("EHLO client.example")
        client.ask("MAIL FROM:<ann@customer.example>")
        assert client.ask("RCPT TO:<new@shop.example>").startswith("550")
        write_snapshot(server.spool.folder / SNAPSHOT, ["new@shop.example"])
        assert client.ask("RCPT TO:<new@shop.example>").startswith("250")
        (server.spool.folder / SNAPSHOT).write_text("{")
        assert client.ask("RCPT TO:<new@shop.example>").startswith("250")


def test_the_order_of_commands_is_kept(client: RawClient) -> None:
    assert client.ask("MAIL FROM:<>").startswith("503")
    assert client.ask("RCPT TO:<support@shop.example>").startswith("503")
    assert client.ask("DATA").startswith("503")
    assert client.ask("EHLO").startswith("501")
    assert client.ask("HELO client.example") == "250 127.0.0.1"
    assert client.ask("DATA").startswith("503")
    assert client.ask("MAIL FROM:<>").startswith("250")
    assert client.ask("MAIL FROM:<>").startswith("503")
    assert client.ask("DATA").startswith("503")
    assert client.ask("STARTTLS").startswith("502")
    for unknown in ("AUTH PLAIN x", "EXPN list", "LHLO x", "BDAT 3", "XYZ"):
        assert client.ask(unknown).startswith("500")


def test_commands_may_be_sent_together(client: RawClient, server: SmtpServer) -> None:
    """RFC 2920: and what follows the end of the mail is the next command."""
    client.send(
        b"EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<support@shop.example>\r\n"
        b"RCPT TO:<nobody@shop.example>\r\nDATA\r\n"
    )
    answers = [client.answer()[:3] for _ in range(5)]
    assert answers == ["250", "250", "250", "550", "354"]
    client.send(b"one\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<orders@shop.example>\r\nDATA\r\n")
    assert [client.answer()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
    client.send(b"two\r\n.\r\nQUIT\r\n")
    assert [client.answer()[:3] for _ in range(2)] == ["250", "221"]
    assert client.hung_up()
    assert spooled(server) == [b"one\r\n", b"two\r\n"]


def test_a_client_that_closed_its_side_still_gets_its_answer(
    client: RawClient, server: SmtpServer
) -> None:
    client.begin_data()
    client.send(b"one\r\n.\r\n")
    client.socket.shutdown(socket.SHUT_WR)
    assert client.answer().startswith("250")
    assert client.hung_up()
    assert spooled(server) == [b"one\r\n"]


def test_size_is_told_and_held(open_server: OpenServer) -> None:
    with open_server(SMTP_SIZE="100000") as server, RawClient(("127.0.0.1", server.port)) as client:
        assert "250-SIZE 100000" in client.ask("EHLO client.example")
        assert client.ask("MAIL FROM:<> SIZE=100001").startswith("552 5.3.4")
        assert client.ask("MAIL FROM:<> SIZE=100000").startswith("250")
        line = b"x" * 98 + b"\r\n"
        client.begin_data()
        client.send(line * 1000 + b".\r\n")
        assert client.answer().startswith("250")
        client.begin_data()
        client.send(line * 1001 + b".\r\n")
        assert client.answer().startswith("552 5.3.4")
        client.begin_data()
        client.send(line * 2000)
        assert client.answer().startswith("552 5.3.4")
        assert client.hung_up()
        assert spooled(server) == [line * 1000]
        assert not list((server.spool.folder / "tmp").iterdir())


def test_no_250_before_mail_journal_and_folder_are_synced(
    open_server: OpenServer, tmp_path: Path
) -> None:
    slow = threading.Event()
    synced: list[str] = []

    def sync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append(path.relative_to(tmp_path / "var" / "spool").parts[0])
        slow.wait(5)
        os.fsync(descriptor)

    spool = Spool(tmp_path / "var" / "spool", sync=sync)
    with open_server(spool=spool) as server, RawClient(("127.0.0.1", server.port)) as client:
        client.begin_data()
        client.send(b"x\r\n.\r\n")
        client.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.answer()
        # The disk stands still; the server does not.
        with RawClient(("127.0.0.1", server.port)) as other:
            assert other.ask("NOOP").startswith("250")
        slow.set()
        client.socket.settimeout(10)
        assert client.answer().startswith("250")
        assert [part for part in synced if part == "new"] == ["new"]
        assert synced[0] == "tmp"
        assert synced[-1] == "new"
        assert "journal" in synced


def test_a_full_disk_is_451_and_heals(open_server: OpenServer, tmp_path: Path) -> None:
    full = threading.Event()

    def sync(descriptor: int) -> None:
        if full.is_set():
            raise OSError(errno.ENOSPC, "secret detail")
        os.fsync(descriptor)

    spool = Spool(tmp_path / "var" / "spool", sync=sync)
    with open_server(spool=spool) as server, RawClient(("127.0.0.1", server.port)) as client:
        full.set()
        client.begin_data()
        client.send(b"one\r\n.\r\n")
        assert client.answer() == FAULT
        full.clear()
        client.begin_data()
        client.send(b"two\r\n.\r\n")
        assert client.answer().startswith("250")
        assert spooled(server) == [b"two\r\n"]


def test_any_fault_of_ours_is_451_and_tells_nothing(
    open_server: OpenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(self: Spool, envelope: object) -> SpoolWriter:
        raise ZeroDivisionError("secret detail")

    with open_server() as server, RawClient(("127.0.0.1", server.port)) as client:
        client.ask("EHLO client.example")
        client.ask("MAIL FROM:<>")
        client.ask("RCPT TO:<support@shop.example>")
        with monkeypatch.context() as patched:
            patched.setattr(Spool, "begin", begin)
            assert client.ask("DATA") == FAULT
        client.begin_data()
        client.send(b"x\r\n.\r\n")
        assert client.answer().startswith("250")


def test_low_disk_is_452_at_mail(open_server: OpenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage("/").total
    with (
        open_server(SMTP_SIZE=str(free)) as server,
        RawClient(("127.0.0.1", server.port)) as client,
    ):
        client.ask("EHLO client.example")
        assert client.ask("MAIL FROM:<>").startswith("452 4.3.1")
        monkeypatch.setattr("mailgate.smtp.server.disk_is_low", lambda folder, largest: False)
        _until(lambda: client.ask("MAIL FROM:<>").startswith("250"))


def test_a_disk_that_others_filled_is_seen_by_the_first_client(
    open_server: OpenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_server(watch_every=60) as server:
        monkeypatch.setattr("mailgate.smtp.server.disk_is_low", lambda folder, largest: True)
        with RawClient(("127.0.0.1", server.port)) as client:
            client.ask("EHLO client.example")
            assert client.ask("MAIL FROM:<>").startswith("452 4.3.1")


def test_a_client_gone_in_the_middle_leaves_nothing(server: SmtpServer) -> None:
    for sent in (b"half", b"x" * 300_000):
        with RawClient(("127.0.0.1", server.port)) as client:
            client.begin_data()
            client.send(sent)
    _until(lambda: not list((server.spool.folder / "tmp").iterdir()))
    assert server.spool.accepted_count() == 0


def test_a_client_gone_during_the_commit_changes_nothing(
    open_server: OpenServer, tmp_path: Path
) -> None:
    syncing, go_on = threading.Event(), threading.Event()

    def sync(descriptor: int) -> None:
        syncing.set()
        go_on.wait(5)
        os.fsync(descriptor)

    spool = Spool(tmp_path / "var" / "spool", sync=sync)
    with open_server(spool=spool) as server:
        with RawClient(("127.0.0.1", server.port)) as client:
            client.begin_data()
            client.send(b"x\r\n.\r\n")
            assert syncing.wait(5)
        time.sleep(0.05)
        go_on.set()
        _until(lambda: spooled(server) == [b"x\r\n"])
        assert server.spool.accepted_count() == 1


def test_waking_the_filer_takes_milliseconds(client: RawClient, server: SmtpServer) -> None:
    with server.spool.listen() as bell:
        client.begin_data()
        client.send(b"x\r\n.\r\n")
        began = time.monotonic()
        assert bell.wait(5)
        assert time.monotonic() - began < 0.5
        assert len(server.spool.waiting(1)) == 1


def test_many_clients_at_once_lose_nothing(server: SmtpServer) -> None:
    def send(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", server.port, local_hostname="x") as smtp:
            for turn in range(20):
                smtp.sendmail("", ["support@shop.example"], b"%d.%d\r\n" % (number, turn))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(spooled(server))) == server.spool.accepted_count() == 200


def _until(condition: object, within: float = 5) -> None:
    deadline = time.monotonic() + within
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
