"""Between the loop that talks HTTP and the Flask application: a thread only while it runs.

A request reaches the application once its body is there in full, and its answer is sent once it is
there in full: how slowly a client writes or reads costs a socket, never a thread. An answer that is
a stream of events (:mod:`web.server.streams`) goes on in the loop, without the thread that made it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Any

from web.server.environ import wsgi_environ
from web.server.streams import NO_MORE, STREAM, EventSource, pump

SPOOLED_PAST = 256 * 1024
"""Bytes of a body, or an answer, that are kept in memory; larger ones wait in a file."""
PIECE = 64 * 1024
DRAIN = 10.0
"""Seconds in which the rest of a body that nobody wants is read: a client that is still sending
when the connection closes never sees why."""

Environ = dict[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# The connection is the server's to speak of; it dates its answers too.
_NOT_OURS = {"connection", "keep-alive", "transfer-encoding", "date"}
_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Headers
    body: bytes | IO[bytes]


class Bridge:
    """An ASGI application that calls a WSGI application.

    :param threads: how many requests run at once.
    :param largest_body: of a larger one the application is told the length alone, to refuse it.
    """

    def __init__(
        self, wsgi: Callable[..., Iterable[bytes]], *, threads: int, largest_body: int
    ) -> None:
        self._wsgi = wsgi
        self._threads = ThreadPoolExecutor(threads, "pages")
        self._largest = largest_body
        self._streams: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        environ = wsgi_environ(scope)
        expected = _expected_size(environ)
        with SpooledTemporaryFile(SPOOLED_PAST) if expected else BytesIO() as body:
            whole = not expected
            if expected and expected <= self._largest:
                try:
                    whole = await _read_into(body, receive, self._largest)
                except _Gone:
                    return
                except OSError:  # no room where large bodies wait
                    await _send(_NO_ROOM, send, receive)
                    return
            if whole and expected:
                _say_length(environ, body)
            elif expected:
                environ["CONTENT_LENGTH"] = str(max(expected, self._largest + 1))
                environ.pop("HTTP_TRANSFER_ENCODING", None)
            environ["wsgi.input"] = body
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, self._call, environ)
        if STREAM in environ and environ["REQUEST_METHOD"] != "HEAD":
            await self._stream(answer, environ[STREAM], scope, receive, send)
        else:
            await _send(answer, send, None if whole else receive)

    def end(self) -> None:
        """End the streams that stand open, each where its client sees it as ended."""
        for stream in list(self._streams):
            stream.cancel()

    def close(self) -> None:
        """Take on no more calls; those that run are left to end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _call(self, environ: Environ) -> _Answer:
        """Call the application; in a thread."""
        started: list[tuple[str, list[tuple[str, str]]]] = []
        whole = _Whole()

        def start_response(
            status: str, headers: list[tuple[str, str]], _problem: object = None
        ) -> Callable[[bytes], None]:
            started.append((status, headers))
            return whole.add

        made = self._wsgi(environ, start_response)
        try:
            for part in made:
                whole.add(part)
        except BaseException:
            whole.close()
            raise
        finally:
            if close := getattr(made, "close", None):
                close()
        status, headers = started[-1]
        return _answer(int(status[:3]), headers, whole, head=environ["REQUEST_METHOD"] == "HEAD")

    async def _stream(
        self, answer: _Answer, source: EventSource, scope: Message, receive: Receive, send: Send
    ) -> None:
        headers = [field for field in answer.headers if field[0] != b"content-length"]
        if scope["http_version"] == "1.0":  # such a client knows no chunks
            length = [(b"content-length", b"%d" % len(NO_MORE))]
            await _send(_Answer(answer.status, headers + length, NO_MORE), send)
            return
        await send(_start(answer.status, headers))
        scope[STREAM] = True  # for the protocol: a client that says no more has gone
        pumping = asyncio.create_task(pump(source, send))
        leaving = asyncio.create_task(_until_gone(receive))
        self._streams.add(pumping)
        try:
            await asyncio.wait({pumping, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._streams.discard(pumping)
            for task in (pumping, leaving):
                task.cancel()
            ended, _ = await asyncio.gather(pumping, leaving, return_exceptions=True)
        await send(_piece(b""))
        if isinstance(ended, Exception):
            raise ended


class _Gone(Exception):
    """The client went before its request was there."""


def _expected_size(environ: Environ) -> int:
    """How large the body will be; of a chunked one we only know that there is one."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        return 1
    return int(environ.get("CONTENT_LENGTH") or 0)  # the parser has seen that it is a number


async def _read_into(body: IO[bytes], receive: Receive, most: int) -> bool:
    """Read the body; returns whether it is whole, and not larger than allowed."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            return False
        body.write(piece)
        if not message.get("more_body"):
            return True


def _say_length(environ: Environ, body: IO[bytes]) -> None:
    environ["CONTENT_LENGTH"] = str(body.tell())
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    body.seek(0)


class _Whole:
    """An answer's parts, until they are all there: a large one waits in a file."""

    def __init__(self, *parts: bytes) -> None:
        self.size = 0
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._has_room = True
        for part in parts:
            self.add(part)

    def add(self, part: bytes) -> None:
        """One more part."""
        self.size += len(part)
        self._parts.append(part)
        if self.size > SPOOLED_PAST and self._has_room:
            self._to_file()

    def body(self) -> bytes | IO[bytes]:
        """All parts, in memory or in a file that stands at its beginning."""
        if self._file is None:
            return b"".join(self._parts)
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Let go of what is there."""
        if self._file is not None:
            self._file.close()

    def _to_file(self) -> None:
        try:
            self._file = self._file or TemporaryFile()  # noqa: SIM115 (closed once it is sent)
            self._file.writelines(self._parts)
            self._file.flush()
        except OSError:
            self._back_to_memory()
        else:
            self._parts.clear()

    def _back_to_memory(self) -> None:
        """There is no room for a file."""
        self._has_room = False
        if self._file is not None:
            known = self.size - sum(map(len, self._parts))
            self._parts.insert(0, os.pread(self._file.fileno(), known, 0))
            with suppress(OSError):  # what it could not write
                self._file.close()
            self._file = None


def _answer(status: int, headers: list[tuple[str, str]], whole: _Whole, *, head: bool) -> _Answer:
    kept = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in headers
        if name.lower() not in _NOT_OURS
    ]
    if not head:
        kept = [field for field in kept if field[0] != b"content-length"]
        if status not in _WITHOUT_BODY:
            kept.append((b"content-length", b"%d" % whole.size))
    return _Answer(status, kept, whole.body())


_NO_ROOM = _answer(
    HTTPStatus.SERVICE_UNAVAILABLE,
    [("Content-Type", "text/plain"), ("Retry-After", "60")],
    _Whole(b"There is no room for this just now; try again in a minute.\n"),
    head=False,
)


async def _send(answer: _Answer, send: Send, rest: Receive | None = None) -> None:
    """Send an answer.

    :param rest: what gives the rest of the request's body, where there is one that nobody wants:
        it is read and thrown away, then the connection is closed.
    """
    closing = [(b"connection", b"close")] if rest else []
    await send(_start(answer.status, answer.headers + closing))
    body = answer.body
    if not isinstance(body, bytes):
        with body:
            while piece := body.read(PIECE):
                await send(_piece(piece, more=True))
        body = b""
    if rest:
        await send(_piece(body, more=True))
        body = b""
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN):
                await _until_gone(rest, or_whole=True)
    await send(_piece(body))


def _start(status: int, headers: Headers) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def _until_gone(receive: Receive, *, or_whole: bool = False) -> None:
    """Return once the client is gone, or its body is whole."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or (or_whole and not message.get("more_body")):
            return
