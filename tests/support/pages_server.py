"""The pages' server in a thread of the test, with limits that a test can wait for."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from uvicorn import Config

from web.server.bridge import Bridge
from web.server.protocol import PagesProtocol
from web.server.waiting import ServerLimits
from web.server.worker import PagesServer

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Echo:
    """A WSGI application that keeps what it is asked, and answers with the body it was sent."""

    environs: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.environs.append(environ)
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Date", "long ago")])
        return [body or b"hello"]


@dataclass(frozen=True)
class Pages:
    """A server that runs."""

    port: int
    server: PagesServer
    stop: Callable[[], None]
    """Have it end, as a signal does; returns once it has."""

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def say(self, request: bytes) -> bytes:
        """Send it in one piece on a connection of its own; all that comes until it is closed."""
        with self.connect() as client:
            client.sendall(request)
            return read_all(client)


@contextmanager
def serving(
    wsgi: Wsgi, limits: ServerLimits | None = None, *, largest_body: int = 1024 * 1024
) -> Iterator[Pages]:
    """Serve an application on a port of loopback."""
    bridge = Bridge(wsgi, threads=4, largest_body=largest_body)
    limits = limits or ServerLimits()
    config = Config(
        bridge, loop="asyncio", http=PagesProtocol, ws="none", lifespan="off", interface="asgi3",
        log_config=None, access_log=False, proxy_headers=False, server_header=False,
        timeout_keep_alive=int(limits.idle),
    )  # fmt: skip
    server = PagesServer(config, bridge, limits)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    port = listener.getsockname()[1]
    thread.start()

    def stop() -> None:
        if thread.is_alive() and not loops[0].is_closed():
            loops[0].call_soon_threadsafe(server.stop)
        thread.join(20)
        assert not thread.is_alive()

    try:
        while not server.started:
            thread.join(0.01)
        yield Pages(port, server, stop)
    finally:
        stop()


def read_all(client: socket.socket) -> bytes:
    """What comes until the other side closes."""
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def read_answer(client: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """One answer with a Content-Length: its status, fields by their names in lower case, body."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = client.recv(65536)
        assert part, f"closed after {data!r}"
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(fields["content-length"]):
        part = client.recv(65536)
        assert part, "closed within the body"
        body += part
    return int(first.split()[1]), fields, body
