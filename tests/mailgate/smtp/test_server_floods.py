"""A client that asks too much is told so and hung up on; the other clients notice nothing."""

from __future__ import annotations

import resource
import time

import pytest

from mailgate.smtp.limits import SmtpLimits
from mailgate.smtp.server import SmtpServer
from tests.mailgate.smtp.conftest import OpenServer, RawClient, spooled

STRANGERS = "192.0.2.0/24"


def connect(server: SmtpServer) -> RawClient:
    return RawClient(("127.0.0.1", server.port))


def test_so_many_connections_from_one_address(open_server: OpenServer) -> None:
    with open_server(SMTP_EXEMPT=STRANGERS, limits=SmtpLimits(connections_per_address=3)) as server:
        inside = [connect(server) for _ in range(3)]
        with connect(server) as refused:
            assert refused.banner.startswith("421 4.7.0")
            assert refused.hung_up()
        inside.pop().close()
        _until(lambda: connect(server).banner.startswith("220"))
        assert inside[0].ask("NOOP").startswith("250")


def test_so_many_connections_in_all(open_server: OpenServer) -> None:
    limits = SmtpLimits(connections=2)
    with open_server(SMTP_EXEMPT=STRANGERS, limits=limits) as server:
        first, second, third = (connect(server) for _ in range(3))
        assert first.banner[:3] == second.banner[:3] == "220"
        assert third.banner.startswith("421")


def test_exempt_addresses_have_no_limit(open_server: OpenServer) -> None:
    with open_server(limits=SmtpLimits(connections=1, connections_per_address=1)) as server:
        assert [connect(server).banner[:3] for _ in range(5)] == ["220"] * 5


def test_recipients_past_the_hundredth_are_for_later(client: RawClient, server: SmtpServer) -> None:
    client.ask("EHLO client.example")
    client.ask("MAIL FROM:<ann@customer.example>")
    for number in range(100):
        assert client.ask(f"RCPT TO:<support+{number}@shop.example>").startswith("250")
    for number in range(30):
        assert client.ask(f"RCPT TO:<support+{number}@shop.example>").startswith("452 4.5.3")
    client.ask("DATA")
    client.send(b"x\r\n.\r\n")
    assert client.answer().startswith("250")
    assert len(server.spool.read(server.spool.waiting(1)[0]).envelope.rcpt_tos) == 100


def test_the_twentieth_error_is_the_last(client: RawClient) -> None:
    client.ask("EHLO client.example")
    client.ask("MAIL FROM:<ann@customer.example>")
    for number in range(19):
        assert client.ask(f"RCPT TO:<guess{number}@shop.example>").startswith("550")
    assert client.ask("RCPT TO:<guess@shop.example>").startswith("550")
    assert client.answer().startswith("421 4.7.0")
    assert client.hung_up()


@pytest.mark.parametrize("command", ["NOOP", "RSET", "EHLO x", "VRFY ann", "HELP"])
def test_a_hundred_idle_commands_are_enough(client: RawClient, command: str) -> None:
    for _ in range(100):
        assert client.ask(command)[:1] == "2"
    client.ask(command)
    assert client.answer().startswith("421 4.7.0")
    assert client.hung_up()


def test_a_mail_forgives_the_idle_commands(client: RawClient, server: SmtpServer) -> None:
    for _ in range(5):
        for _ in range(60):
            assert client.ask("NOOP").startswith("250")
        client.begin_data()
        client.send(b"x\r\n.\r\n")
        assert client.answer().startswith("250")
    assert len(spooled(server)) == 5


def test_who_says_nothing_is_hung_up_on(open_server: OpenServer) -> None:
    with open_server(limits=SmtpLimits(idle=0.2)) as server, connect(server) as client:
        began = time.monotonic()
        assert client.line().startswith("421 4.4.2")
        assert client.hung_up()
        assert 0.15 < time.monotonic() - began < 2


def test_who_falls_silent_in_a_mail_too_and_nothing_is_kept(open_server: OpenServer) -> None:
    with open_server(limits=SmtpLimits(idle=0.2)) as server, connect(server) as client:
        client.begin_data()
        client.send(b"half a m")
        assert client.line().startswith("421 4.4.2")
        assert client.hung_up()
        _until(lambda: not list((server.spool.folder / "tmp").iterdir()))
        assert server.spool.accepted_count() == 0


def test_a_mail_that_drips_is_cut_off(open_server: OpenServer) -> None:
    limits = SmtpLimits(data_rate=1000, data_grace=0.2)
    with open_server(limits=limits) as server, connect(server) as client:
        client.begin_data()
        for _ in range(3):
            client.send(b"x\r\n")
            time.sleep(0.12)
        assert client.line().startswith("421 4.4.2")
        assert client.hung_up()


def test_a_session_has_an_end_even_in_a_mail(open_server: OpenServer) -> None:
    with open_server(limits=SmtpLimits(session=0.3)) as server, connect(server) as client:
        client.begin_data()
        client.send(b"x\r\n")
        assert client.line().startswith("421 4.4.2")
        assert client.hung_up()


@pytest.mark.parametrize(
    "line",
    ["GET / HTTP/1.1", "POST / HTTP/1.1", "CONNECT a:25", "Host: shop.example", "\x16\x03\x01"],
)
def test_other_protocols_are_hung_up_on(client: RawClient, server: SmtpServer, line: str) -> None:
    smuggled = "\r\nEHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<support@shop.example>\r\nDATA\r\nx\r\n.\r\n"
    client.send(line.encode() + smuggled.encode())
    client.hung_up()
    assert spooled(server) == []


@pytest.mark.parametrize("endless", [b"x" * 65536, b"EHLO " + b"x" * 4096 + b"\r\n"])
def test_an_endless_command_line_is_hung_up_on(client: RawClient, endless: bytes) -> None:
    client.send(endless)
    assert client.line().startswith("421")
    assert client.hung_up()


def test_a_line_that_never_ends_is_cut_off_and_costs_no_memory(open_server: OpenServer) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open_server(SMTP_SIZE="20000000") as server, connect(server) as client:
        client.begin_data()
        sent = 0
        try:
            while sent < 100_000_000:
                client.send(b"x" * 1_000_000)
                sent += 1_000_000
        except ConnectionError:
            pass
        assert sent < 40_000_000
        assert server.spool.accepted_count() == 0
        _until(lambda: not list((server.spool.folder / "tmp").iterdir()))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 10_000, f"{grown} KiB"


def _until(condition: object, within: float = 5) -> None:
    deadline = time.monotonic() + within
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
