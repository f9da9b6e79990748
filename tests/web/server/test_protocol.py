"""What one connection may do, and for how long."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from tests.support.pages_server import Echo, Pages, read_all, read_answer, serving
from web.server.waiting import ServerLimits

SHORT = ServerLimits(header=1, body=1, idle=1, headers_waiting=5, bodies_waiting=5, step=1000)
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
END = b"0\r\n\r\n"


@pytest.fixture
def pages() -> Iterator[Pages]:
    with serving(Echo(), SHORT) as pages:
        yield pages


def status(answer: bytes) -> int:
    return int(answer.split()[1]) if answer else 0


def get(pages: Pages) -> int:
    with pages.connect() as client:
        client.sendall(GET)
        return read_answer(client)[0]


def test_half_a_header_ends_as_408(pages: Pages) -> None:
    answer = pages.say(GET[:-2])
    assert status(answer) == 408
    assert b"connection: close" in answer.lower()


def test_a_header_that_trickles_gets_no_more_time(pages: Pages) -> None:
    with pages.connect() as client:
        for byte in GET + b"x" * 100:
            try:
                client.sendall(bytes([byte]))
                time.sleep(0.1)
            except OSError:
                break  # it is closed, well before the header has come
        else:
            pytest.fail("a byte now and then keeps a connection waiting")


def test_half_a_body_ends_as_408(pages: Pages) -> None:
    for half in (
        b"Content-Length: 100\r\n\r\nhalf",
        b"Transfer-Encoding: chunked\r\n\r\n40\r\nhalf",
    ):
        assert status(pages.say(POST + half)) == 408


def test_a_body_that_comes_on_may_take_as_long_as_it_does(pages: Pages) -> None:
    size = 2000
    with pages.connect() as client:
        client.sendall(POST + b"Content-Length: %d\r\n\r\n" % (4 * size))
        for _ in range(4):  # twice the time of a body in all
            time.sleep(0.6)
            client.sendall(b"x" * size)
        code, _, body = read_answer(client)
    assert (code, len(body)) == (200, 4 * size)


def test_an_idle_connection_is_closed(pages: Pages) -> None:
    with pages.connect() as client:
        client.sendall(GET)
        assert read_answer(client)[0] == 200
        assert client.recv(100) == b""


def test_line_ends_keep_no_connection_open(pages: Pages) -> None:
    with pages.connect() as client:
        client.sendall(GET)
        read_answer(client)
        client.sendall(b"\r\n")
        assert status(read_all(client)) in (0, 408)


def test_connections_are_kept_for_the_next_request(pages: Pages) -> None:
    with pages.connect() as client:
        for _ in range(3):
            client.sendall(GET)
            assert read_answer(client)[0] == 200


def test_requests_in_one_piece_are_answered_in_turn(pages: Pages) -> None:
    bodies = [POST + b"Content-Length: 1\r\n\r\n%d" % number for number in range(3)]
    with pages.connect() as client:
        client.sendall(b"".join(bodies))
        received = b""
        while received.count(b"HTTP/1.1 200") < 3 or not received.endswith(b"2"):
            received += client.recv(65536)
    assert [received.index(b"\r\n\r\n%d" % number) for number in range(3)] == sorted(
        received.index(b"\r\n\r\n%d" % number) for number in range(3)
    )


def test_of_waiting_headers_the_oldest_makes_room() -> None:
    with serving(Echo(), ServerLimits(headers_waiting=5)) as pages, ExitStack() as stack:
        clients = [stack.enter_context(pages.connect()) for _ in range(8)]
        for client in clients:
            client.sendall(b"GET / HT")
        assert status(read_all(clients[0])) == 408
        assert get(pages) == 200
        clients[-1].sendall(b"TP/1.1\r\nHost: localhost\r\n\r\n")
        assert read_answer(clients[-1])[0] == 200


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 40_000, 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A" * 40_000, 431),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nbad field\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", 400),
    ],
)
def test_headers_have_limits(pages: Pages, head: bytes, expected: int) -> None:
    assert status(pages.say(head)) == expected
    assert get(pages) == 200


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: five\r\n",
        b"Content-Length: -5\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
    ],
)
def test_a_body_whose_end_is_in_doubt_is_refused(pages: Pages, fields: bytes) -> None:
    answer = pages.say(POST + fields + b"\r\n" + END + GET)
    assert status(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_chunk_that_is_none_is_refused(pages: Pages) -> None:
    assert status(pages.say(POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")) == 400


def test_fields_with_an_underscore_are_left_out() -> None:
    echo = Echo()
    with serving(echo) as pages, pages.connect() as client:
        client.sendall(GET[:-2] + b"X_Forwarded_For: 1.2.3.4\r\nX-Real: yes\r\n\r\n")
        read_answer(client)
    assert "HTTP_X_FORWARDED_FOR" not in echo.environs[0]
    assert echo.environs[0]["HTTP_X_REAL"] == "yes"


def test_an_upgrade_is_answered_as_the_request_that_it_is(pages: Pages) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
    for request in (
        GET[:-2] + upgrade + b"\r\n",
        POST + upgrade + b"Content-Length: 5\r\n\r\nhello",
    ):
        answer = pages.say(request)
        assert status(answer) == 200
        assert answer.endswith(b"hello")


def test_a_client_that_does_not_read_is_cut_off() -> None:
    def large(environ: dict[str, object], start_response: object) -> list[bytes]:
        start_response("200 OK", [])  # type: ignore[operator]
        return [b"x" * 20_000_000]

    with serving(large, ServerLimits(reading=0.5)) as pages, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", pages.port))
        client.sendall(GET)
        deadline = time.monotonic() + 10
        while not pages.server.server_state.connections and time.monotonic() < deadline:
            time.sleep(0.01)
        while pages.server.server_state.connections and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not pages.server.server_state.connections


def test_more_connections_than_there_are_files_for_are_closed_at_once(pages: Pages) -> None:
    pages.server.server_state.most = 3
    clients = [pages.connect() for _ in range(4)]
    try:
        with suppress(ConnectionResetError):
            assert clients[3].recv(10) == b""
        clients[0].sendall(GET)
        assert read_answer(clients[0])[0] == 200
    finally:
        for client in clients:
            client.close()


def test_what_follows_a_body_is_no_field() -> None:
    trailer = b"3\r\nabc\r\n0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"
    echo = Echo()
    with serving(echo) as pages, pages.connect() as client:
        client.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n" + trailer)
        assert read_answer(client)[2] == b"abc"
    assert "HTTP_X_FORWARDED_FOR" not in echo.environs[0]


def test_a_client_that_says_no_more_gets_its_answer(pages: Pages) -> None:
    for request in (GET, POST + b"Content-Length: 5\r\n\r\nhello"):
        with pages.connect() as client:
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            assert read_all(client).endswith(b"hello")


@pytest.mark.parametrize("target", [b"//evil.example/x", b"/%2e%2e/x", b"http://x/y", b"/a?b?c#d"])
def test_odd_targets_are_paths(pages: Pages, target: bytes) -> None:
    answer = pages.say(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status(answer) in (200, 400)


@pytest.mark.parametrize("line", [b"CONNECT x:443", b"OPTIONS *", b"PRI *", b"BREW /"])
def test_methods_that_are_none_of_ours_stop_nothing(pages: Pages, line: bytes) -> None:
    answer = pages.say(line + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status(answer) in (200, 400, 405)
    assert get(pages) == 200
