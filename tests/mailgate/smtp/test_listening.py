"""Where the SMTP server listens, and with whom it shares a port."""

from __future__ import annotations

import smtplib
import socket
from pathlib import Path

import pytest

from mailgate.smtp.listening import SmtpStartError
from mailgate.smtp.server import running_smtp_server
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from tests.mailgate.smtp.conftest import OpenServer, RawClient
from tests.mailgate.smtp.server_process import settings_in
from tests.support.running import free_port

MAIL = b"Subject: hello\r\n\r\nbody\r\n"


class TestListening:
    def test_on_several_places_at_once(self, open_server: OpenServer, tmp_path: Path) -> None:
        path = str(tmp_path / "lmtp")
        listen = f"127.0.0.1:0, [::1]:0, lmtp:unix:{path}"
        with open_server(SMTP_LISTEN=listen) as server:
            for address in (("127.0.0.1", server.ports[0]), ("::1", server.ports[1]), path):
                with RawClient(address) as client:
                    assert client.banner.startswith("220")

    def test_a_taken_port_is_one_clear_line(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            where = f"127.0.0.1:{taken.getsockname()[1]}"
            settings = settings_in(tmp_path, SMTP_LISTEN=where)
            with (
                pytest.raises(
                    SmtpStartError, match=f"cannot listen on {where}: it is in use"
                ) as error,
                running_smtp_server(settings),
            ):
                pass
            assert "\n" not in str(error.value)

    def test_an_address_of_another_machine_too(self, tmp_path: Path) -> None:
        settings = settings_in(tmp_path, SMTP_LISTEN="192.0.2.1:2525")
        with (
            pytest.raises(SmtpStartError, match=r"cannot listen on 192\.0\.2\.1:2525"),
            running_smtp_server(settings),
        ):
            pass

    def test_servers_of_one_spool_share_a_port(self, tmp_path: Path) -> None:
        settings = settings_in(tmp_path, SMTP_LISTEN=f"127.0.0.1:{free_port()}")
        write_snapshot(settings.spool_dir / SNAPSHOT, ["support@shop.example"])
        with running_smtp_server(settings) as first, running_smtp_server(settings) as second:
            assert first.port == second.port
            for _ in range(20):
                with smtplib.SMTP("127.0.0.1", first.port, local_hostname="x") as smtp:
                    smtp.sendmail("", ["support@shop.example"], MAIL)
            assert first.spool.accepted_count() == first.spool.waiting_count() == 20

    def test_a_server_of_another_spool_does_not(self, tmp_path: Path) -> None:
        listen = f"127.0.0.1:{free_port()}"
        with (
            running_smtp_server(settings_in(tmp_path / "one", SMTP_LISTEN=listen)),
            pytest.raises(SmtpStartError, match="in use"),
            running_smtp_server(settings_in(tmp_path / "two", SMTP_LISTEN=listen)),
        ):
            pass

    def test_a_stale_unix_socket_is_taken_over_a_living_one_not(
        self, open_server: OpenServer, tmp_path: Path
    ) -> None:
        path = tmp_path / "lmtp"
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(path))
        listen = f"lmtp:unix:{path}"
        with open_server(SMTP_LISTEN=listen):
            with pytest.raises(SmtpStartError, match="in use"), open_server(SMTP_LISTEN=listen):
                pass
            with RawClient(str(path)) as client:
                assert client.banner.startswith("220")

    def test_a_file_is_not_taken_for_a_socket(
        self, tmp_path: Path, open_server: OpenServer
    ) -> None:
        path = tmp_path / "precious"
        path.write_text("content")
        listen = f"lmtp:unix:{path}"
        with pytest.raises(SmtpStartError, match="in use"), open_server(SMTP_LISTEN=listen):
            pass
        assert path.read_text() == "content"
