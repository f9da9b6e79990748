"""A view of the application that answers with a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator

from flask import Flask, Response

from tests.support.pages_server import serving
from tests.support.servers import wait_until
from web.event_streams import event_stream


async def _two() -> AsyncIterator[bytes]:
    yield b"data: 1\n\n"
    yield b"data: 2\n\n"


def _app() -> Flask:
    app = Flask(__name__)

    @app.get("/events")
    def events() -> Response:
        return event_stream(_two)

    return app


def test_a_view_answers_with_a_stream() -> None:
    with serving(_app().wsgi_app) as pages, pages.connect() as client:
        client.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b""

        def ended() -> bool:
            nonlocal received
            received += client.recv(65536)
            return received.endswith(b"0\r\n\r\n")

        wait_until("the stream ends", ended)
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"content-type: text/event-stream" in head
    assert b"x-accel-buffering: no" in head
    assert b"content-length" not in head
    assert body.count(b"data: ") == 2


def test_without_a_server_of_streams_it_asks_to_come_again() -> None:
    answer = _app().test_client().get("/events")
    assert (answer.status_code, answer.text) == (200, "retry: 5000\ndata:\n\n")
