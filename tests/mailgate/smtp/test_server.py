"""The SMTP server as a whole: TLS, LMTP, several listeners and processes, its start and its end."""

from __future__ import annotations

import os
import signal
import smtplib
import ssl
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mailgate.smtp.limits import SmtpLimits
from mailgate.smtp.listening import SmtpStartError
from mailgate.smtp.server import SmtpServer, running_smtp_server
from mailgate.spool.spool import Spool
from tests.mailgate.smtp.conftest import OpenServer, RawClient, spooled
from tests.mailgate.smtp.server_process import settings_in
from tests.support.running import free_port

CERTIFICATE = str(Path(__file__).with_name("certificate.pem"))
MAIL = b"Subject: hello\r\n\r\nbody\r\n"


def over_tls(client: RawClient) -> RawClient:
    context = ssl.create_default_context(cafile=CERTIFICATE)
    client.socket = context.wrap_socket(client.socket, server_hostname="localhost")
    return client


class TestStartTls:
    def test_is_offered_and_kept_in_the_envelope(self, open_server: OpenServer) -> None:
        with open_server(SMTP_TLS_CERT=CERTIFICATE) as server:
            with smtplib.SMTP("127.0.0.1", server.port) as smtp:
                smtp.starttls(context=ssl.create_default_context(cafile=CERTIFICATE))
                smtp.ehlo()
                assert not smtp.has_extn("starttls")
                smtp.sendmail("ann@customer.example", ["support@shop.example"], MAIL)
            (name,) = server.spool.waiting(10)
            envelope = server.spool.read(name).envelope
            assert (envelope.tls, envelope.protocol) == (True, "ESMTPS")
            assert spooled(server) == [MAIL]

    def test_resets_what_was_said_before(self, open_server: OpenServer) -> None:
        with (
            open_server(SMTP_TLS_CERT=CERTIFICATE) as server,
            RawClient(("127.0.0.1", server.port)) as client,
        ):
            assert "STARTTLS" in client.ask("EHLO client.example")
            client.ask("MAIL FROM:<ann@customer.example>")
            client.ask("RCPT TO:<support@shop.example>")
            assert client.ask("STARTTLS").startswith("220")
            over_tls(client)
            assert client.ask("DATA").startswith("503")
            assert client.ask("MAIL FROM:<>").startswith("503")
            assert client.ask("EHLO client.example").startswith("250")
            assert client.ask("STARTTLS").startswith("503")

    def test_drops_what_was_sent_with_it(self, open_server: OpenServer) -> None:
        """RFC 3207 4.2: a command put in by someone on the way must not be heard over TLS."""
        with (
            open_server(SMTP_TLS_CERT=CERTIFICATE) as server,
            RawClient(("127.0.0.1", server.port)) as client,
        ):
            client.ask("EHLO client.example")
            client.send(b"STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@evil.example>\r\n")
            assert client.answer().startswith("220")
            over_tls(client)
            assert client.ask("NOOP") == "250 2.0.0 OK"
            assert client.ask("RCPT TO:<support@shop.example>").startswith("503")

    def test_a_client_that_speaks_no_tls_harms_nobody(self, open_server: OpenServer) -> None:
        one = SmtpLimits(connections=1)
        tls = {"SMTP_TLS_CERT": CERTIFICATE, "SMTP_EXEMPT": "192.0.2.0/24"}
        with open_server(limits=one, **tls) as server:
            for _ in range(3):
                with RawClient(("127.0.0.1", server.port)) as client:
                    client.ask("EHLO client.example")
                    assert client.ask("STARTTLS").startswith("220")
                    client.send(b"this is no handshake\r\n")
                    assert client.hung_up()
            with RawClient(("127.0.0.1", server.port)) as client:
                assert client.ask("NOOP").startswith("250")

    def test_a_certificate_that_is_none_stops_the_start(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.pem"
        broken.write_text("no certificate")
        with pytest.raises(SmtpStartError, match=r"POSTDESK_SMTP_TLS_CERT: .*broken"):
            SmtpServer(settings_in(tmp_path, SMTP_TLS_CERT=str(broken)))


class TestLmtp:
    def test_answers_for_each_recipient(self, open_server: OpenServer, tmp_path: Path) -> None:
        path = str(tmp_path / "lmtp")
        with open_server(SMTP_LISTEN=f"lmtp:unix:{path}") as server, RawClient(path) as client:
            assert client.banner.startswith("220 ")
            assert client.ask("EHLO client.example").startswith("500")
            assert client.ask("HELO client.example").startswith("500")
            assert client.ask("LHLO client.example").startswith("250")
            client.ask("MAIL FROM:<ann@customer.example>")
            assert client.ask("RCPT TO:<support@shop.example>").startswith("250")
            assert client.ask("RCPT TO:<nobody@shop.example>").startswith("550")
            assert client.ask("RCPT TO:<orders@shop.example>").startswith("250")
            client.ask("DATA")
            client.send(MAIL + b".\r\n")
            assert client.answer().startswith("250")
            assert client.answer().startswith("250")
            assert client.ask("NOOP") == "250 2.0.0 OK"
            (name,) = server.spool.waiting(10)
            envelope = server.spool.read(name).envelope
            assert envelope.mailboxes == ("support@shop.example", "Orders@shop.example")
            assert (envelope.peer, envelope.protocol) == ("", "LMTP")
        assert not Path(path).exists()

    def test_smtplib_speaks_it_over_tcp_too(self, open_server: OpenServer) -> None:
        with (
            open_server(SMTP_LISTEN="lmtp:127.0.0.1:0") as server,
            smtplib.LMTP("127.0.0.1", server.port, local_hostname="x") as lmtp,
        ):
            assert lmtp.sendmail("a@b.example", ["support@shop.example"], MAIL) == {}
            assert spooled(server) == [MAIL]


class TestStopping:
    def test_idle_clients_are_told(self, tmp_path: Path) -> None:
        with running_smtp_server(settings_in(tmp_path)) as server:
            client = RawClient(("127.0.0.1", server.port))
        assert client.line().startswith("421 4.3.2")
        assert client.hung_up()

    def test_a_running_mail_ends_first(self, open_server: OpenServer) -> None:
        with open_server() as server:
            client = RawClient(("127.0.0.1", server.port))
            client.begin_data()
            client.send(b"first half, ")
            threading.Timer(0.2, client.send, [b"second half\r\n.\r\n"]).start()
        assert client.answer().startswith("250")
        assert client.answer().startswith("421 4.3.2")
        assert client.hung_up()
        assert spooled(server) == [b"first half, second half\r\n"]

    def test_one_that_does_not_end_is_cut_off(self, open_server: OpenServer) -> None:
        with open_server(limits=SmtpLimits(shutdown=0.2)) as server:
            client = RawClient(("127.0.0.1", server.port))
            client.begin_data()
            client.send(b"first half, ")
        assert client.line().startswith("421 4.3.2")
        assert client.hung_up()
        assert server.spool.accepted_count() == 0


RUN = textwrap.dedent(
    """
    from helpdesk.settings import load
    from mailgate.smtp.server import run_smtp_server

    run_smtp_server(load(), load_mailboxes=lambda: ["support@shop.example"])
    """
)


class TestProcess:
    def test_killed_under_load_loses_nothing_it_said_250_to(self, tmp_path: Path) -> None:
        port = free_port()
        spool = Spool(tmp_path / "var" / "spool")
        told: list[bytes] = []
        for turn in range(4):
            with _server_process(tmp_path, port) as process:
                _await_mailbox(port)
                clients = [
                    threading.Thread(target=_send_until_gone, args=(port, f"{turn}.{n}", told))
                    for n in range(6)
                ]
                for client in clients:
                    client.start()
                enough = len(told) + 15
                _until(lambda enough=enough: len(told) > enough, within=20)
                process.kill()
                for client in clients:
                    client.join()
        spool.tidy(settled=0)
        waiting = [spool.read(name).raw() for name in spool.waiting(100_000)]
        assert len(told) > 50
        assert set(told) <= set(waiting)
        assert len(waiting) == len(set(waiting)) == spool.accepted_count()

    def test_sigterm_ends_it_with_0(self, tmp_path: Path) -> None:
        port = free_port()
        with _server_process(tmp_path, port) as process:
            _await_mailbox(port)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
            assert time.monotonic() - began < 3


def _server_process(folder: Path, port: int) -> subprocess.Popen[bytes]:
    environ = {
        **os.environ,
        "POSTDESK_DATA_DIR": str(folder / "var"),
        "POSTDESK_SMTP_LISTEN": f"127.0.0.1:{port}",
    }
    return subprocess.Popen([sys.executable, "-c", RUN], env=environ, stdout=subprocess.DEVNULL)


def _await_mailbox(port: int) -> None:
    def open_and_ready() -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", port, local_hostname="x") as smtp:
                smtp.ehlo()
                smtp.mail("")
                return smtp.rcpt("support@shop.example")[0] == 250
        except OSError:
            return False

    _until(open_and_ready, within=20)


def _send_until_gone(port: int, client: str, told: list[bytes]) -> None:
    try:
        smtp = smtplib.SMTP("127.0.0.1", port, local_hostname="x", timeout=10)
        for number in range(100_000):
            mail = f"Message-ID: <{client}.{number}@x>\r\n".encode()
            smtp.sendmail("", ["support@shop.example"], mail)
            told.append(mail)
    except (OSError, smtplib.SMTPException):
        return


def _until(condition: Callable[[], bool], within: float = 5) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
