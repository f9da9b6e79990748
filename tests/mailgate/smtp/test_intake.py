"""A mail's content, from the wire into the spool."""

from __future__ import annotations

import errno

import pytest

from mailgate.smtp.intake import FAULT
from mailgate.smtp.server import SmtpServer
from mailgate.spool.spool import SpoolWriter
from tests.mailgate.smtp.conftest import OpenServer, RawClient, spooled


def test_long_lines_are_taken_up_to_64_kb(client: RawClient, server: SmtpServer) -> None:
    for length, code in ((1000, "250"), (65534, "250"), (65535, "550 5.6.0"), (200_000, "550")):
        client.begin_data()
        client.send(b"x" * length + b"\r\n.\r\n")
        assert client.answer().startswith(code)
    assert [len(mail) for mail in spooled(server)] == [1002, 65536]


def test_a_large_mail_goes_through_the_disk_unchanged(
    client: RawClient, server: SmtpServer
) -> None:
    mail = b"".join(b"%08d" % number * 8 + b"\r\n" for number in range(100_000))
    client.begin_data()
    client.send(mail + b".\r\n")
    assert client.answer().startswith("250")
    assert spooled(server) == [mail]


def test_a_disk_that_fills_during_a_mail_is_451_at_its_end(
    open_server: OpenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(self: SpoolWriter, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "secret detail")

    with open_server() as server, RawClient(("127.0.0.1", server.port)) as client:
        with monkeypatch.context() as patched:
            patched.setattr(SpoolWriter, "write", write)
            client.begin_data()
            client.send(b"x" * 300_000 + b"\r\n.\r\n")
            assert client.answer() == FAULT
        client.begin_data()
        client.send(b"x\r\n.\r\n")
        assert client.answer().startswith("250")
