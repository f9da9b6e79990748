"""Streams of events that stand open, and take nothing from the pages."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.pages_server import Pages, read_all, read_answer, serving
from tests.support.servers import wait_until
from web.server import streams
from web.server.streams import STREAM
from web.server.worker import allow_many_files

GET = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Streaming:
    """An application with a stream at ``/events``, and a page everywhere else."""

    def __init__(self, source: Callable[[], AsyncIterator[bytes]] | None = None) -> None:
        self.source = source or self.stands_open
        self.open = 0

    async def stands_open(self) -> AsyncIterator[bytes]:
        self.open += 1
        try:
            yield b"data: begun\n\n"
            await asyncio.Event().wait()
        finally:
            self.open -= 1

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == "/events":
            environ[STREAM] = self.source
            start_response("200 OK", [("Content-Type", "text/event-stream")])
            return [b""]
        start_response("200 OK", [])
        return [b"page"]


def open_stream(pages: Pages) -> socket.socket:
    client = pages.connect()
    client.sendall(GET % b"events")
    return client


def test_five_hundred_streams_take_no_thread_from_the_pages() -> None:
    allow_many_files()
    app = Streaming()
    with serving(app) as pages, ExitStack() as clients:  # it has four threads
        opened = [clients.enter_context(open_stream(pages)) for _ in range(500)]
        wait_until("all are open", lambda: app.open == 500)
        for client in opened[:3]:
            assert b"text/event-stream" in client.recv(65536)
        with pages.connect() as client:
            for _ in range(20):
                client.sendall(GET % b"")
                assert read_answer(client)[2] == b"page"
        clients.close()
        wait_until("all are gone", lambda: app.open == 0)


def test_a_source_that_ends_ends_the_stream() -> None:
    async def two() -> AsyncIterator[bytes]:
        yield b"data: 1\n\n"
        yield b"data: 2\n\n"

    with serving(Streaming(two)) as pages, open_stream(pages) as client:
        received = b""
        while not received.endswith(b"0\r\n\r\n"):
            received += client.recv(65536)
        assert b"9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n" in received
        client.sendall(GET % b"")  # the connection is kept
        assert read_answer(client)[2] == b"page"


def test_a_silent_stream_is_kept_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "KEPT_AWAKE_EVERY", 0.05)
    with serving(Streaming()) as pages, open_stream(pages) as client:
        received = b""
        while received.count(b"\r\n:\n\n") < 2:
            received += client.recv(65536)


def test_stopping_ends_open_streams_as_ended() -> None:
    app = Streaming()
    with serving(app) as pages, open_stream(pages) as client:
        wait_until("it is open", lambda: app.open == 1)
        pages.stop()
        assert read_all(client).endswith(b"0\r\n\r\n")
    assert app.open == 0


def test_a_source_that_breaks_is_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks() -> AsyncIterator[bytes]:
        yield b"data: 1\n\n"
        raise ValueError("broken")

    with serving(Streaming(breaks)) as pages, open_stream(pages) as client:
        client.settimeout(10)
        wait_until("it is logged", lambda: "ValueError: broken" in caplog.text)


def test_an_old_client_is_told_to_ask_again() -> None:
    with serving(Streaming()) as pages:
        answer = pages.say(b"GET /events HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert answer.endswith(b"retry: 5000\ndata:\n\n")
    assert b"chunked" not in answer
