"""From a request in full to an answer in full."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.pages_server import Echo, Pages, read_all, read_answer, serving
from tests.support.servers import wait_until

POST = b"POST /a%20b?c=%20d HTTP/1.1\r\nHost: localhost\r\n"
LARGEST = 1024 * 1024


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def pages(echo: Echo) -> Iterator[Pages]:
    with serving(echo, largest_body=LARGEST) as pages:
        yield pages


def ask(pages: Pages, method: str, body: Any = None, **more: Any) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", pages.port, timeout=10)
    connection.request(method, "/", body, **more)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def takes_connections(pages: Pages) -> bool:
    try:
        pages.connect().close()
    except ConnectionError:
        return False
    return True


def test_a_chunked_body_arrives_whole(pages: Pages, echo: Echo) -> None:
    pieces = [b"a" * 10, b"b" * 400_000, b"c"]
    status, body = ask(pages, "POST", iter(pieces), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})  # fmt: skip
    assert (status, body) == (200, b"".join(pieces))
    assert echo.environs[0]["CONTENT_LENGTH"] == "400011"
    assert "HTTP_TRANSFER_ENCODING" not in echo.environs[0]


@pytest.mark.parametrize("size", [0, 1, 255 * 1024, 257 * 1024, LARGEST])
def test_bodies_of_all_sizes_come_and_go(pages: Pages, size: int) -> None:
    body = b"x" * size
    assert ask(pages, "POST", body) == (200, body or b"hello")


def test_what_the_application_is_told(pages: Pages, echo: Echo) -> None:
    with pages.connect() as client:
        client.sendall(
            POST + b"Cookie: a=1\r\nCookie: b=2\r\nX-One: 1\r\nX-One: 2\r\n"
            b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"
        )
        assert read_answer(client)[2] == b"hi"
    told = echo.environs[0]
    assert told["PATH_INFO"] == "/a b"
    assert told["QUERY_STRING"] == "c=%20d"
    assert told["REMOTE_ADDR"] == "127.0.0.1"
    assert told["SERVER_PORT"] == str(pages.port)
    assert told["HTTP_COOKIE"] == "a=1; b=2"
    assert told["HTTP_X_ONE"] == "1,2"
    assert (told["CONTENT_TYPE"], told["CONTENT_LENGTH"]) == ("text/plain", "2")


def test_an_answer_is_dated_once_and_has_its_length(pages: Pages) -> None:
    with pages.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        data = read_all(client).lower()
    assert data.count(b"\r\ndate: ") == 1
    assert b"long ago" not in data
    assert b"content-length: 5\r\n" in data
    assert b"\r\nserver: " not in data


def test_head_has_the_fields_alone(pages: Pages) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", pages.port, timeout=10)
    for _ in range(2):
        connection.request("HEAD", "/")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
    connection.close()


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_a_body_is_the_applications_to_refuse(chunked: bool) -> None:
    lengths = []

    def refuses(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        lengths.append(int(environ["CONTENT_LENGTH"]))
        start_response("413 Too large", [])
        return [b"too large"]

    with serving(refuses, largest_body=LARGEST) as pages:
        # A client that sends all before it reads: it must find the answer, not a reset.
        body: Any = b"x" * (8 * LARGEST)
        if chunked:
            body = iter([b"x" * LARGEST] * 8)
        assert ask(pages, "POST", body, encode_chunked=chunked) == (413, b"too large")
        asks_first = POST + b"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"
        with pages.connect() as client:
            client.sendall(asks_first)
            status, fields, _ = read_answer(client)
        assert (status, fields["connection"]) == (413, "close")
    assert lengths == [LARGEST + 1 if chunked else 8 * LARGEST, 99_999_999]


def test_who_asks_whether_to_send_a_body_is_told(pages: Pages) -> None:
    with pages.connect() as client:
        client.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hi")
        assert read_answer(client)[2] == b"hi"


def test_a_client_that_leaves_while_it_sends_is_forgotten(pages: Pages, echo: Echo) -> None:
    with pages.connect() as client:
        client.sendall(POST + b"Content-Length: 100\r\n\r\nhalf")
    assert ask(pages, "GET")[0] == 200
    assert len(echo.environs) == 1


def test_without_room_for_files_large_bodies_wait_and_large_answers_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def large(_environ: object, start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        return [b"x" * LARGEST]

    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with serving(large) as pages:
        assert ask(pages, "POST", b"x" * 600_000)[0] == 503
        assert ask(pages, "GET") == (200, b"x" * LARGEST)


def test_an_application_that_breaks_is_answered_for(caplog: pytest.LogCaptureFixture) -> None:
    def breaks(_environ: object, _start: object) -> list[bytes]:
        raise ValueError("broken")

    with serving(breaks) as pages:
        assert ask(pages, "GET")[0] == 500
    assert "ValueError: broken" in caplog.text


def test_hundreds_that_hang_stop_no_page(pages: Pages) -> None:
    """Half a header, half a body, and readers that stand still; each takes a socket, no thread."""
    hanging = [pages.connect() for _ in range(200)]
    try:
        for number, client in enumerate(hanging):
            client.sendall((b"GET / HT", POST + b"Content-Length: 100\r\n\r\nhalf")[number % 2])
        for _ in range(20):
            assert ask(pages, "GET") == (200, b"hello")
    finally:
        for client in hanging:
            client.close()


def test_stopping_ends_what_runs_and_cuts_off_what_hangs() -> None:
    running, go_on = threading.Event(), threading.Event()

    def slow(_environ: object, start_response: Callable[..., Any]) -> list[bytes]:
        running.set()
        go_on.wait(10)
        start_response("200 OK", [])
        return [b"done"]

    with serving(slow) as pages, pages.connect() as half, pages.connect() as client:
        half.sendall(POST + b"Content-Length: 100\r\n\r\nhalf")
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert running.wait(10)
        stopping = threading.Thread(target=pages.stop)
        stopping.start()
        wait_until("no more is taken on", lambda: not takes_connections(pages))
        go_on.set()
        status, fields, body = read_answer(client)
        stopping.join()
    assert (status, fields["connection"], body) == (200, "close", b"done")
