"""HTTP/1.1 with limits of time and size on what uvicorn would wait for without end.

A header, a body and a reader each get their time; a request that cannot be taken is answered
before its connection is closed, in a way that the answer arrives. Fields whose name has an
underscore are left out: in WSGI they could pass for those with a hyphen, which a proxy sets.
"""

from __future__ import annotations

import asyncio
import socket
from asyncio import TimerHandle
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from web.server.streams import STREAM
from web.server.waiting import ServerLimits, WaitingList

LINGER = 2.0
"""Seconds for which what still comes is read and thrown away after a refusal: closing at once
would reset the connection, and the refusal would be lost on its way."""


class PagesState(ServerState):
    """What the connections of one process share.

    :param most: connections at once; one more is closed at once, since at the limit of open files
        the loop that accepts them would spin.
    """

    def __init__(self, limits: ServerLimits, most: int) -> None:
        super().__init__()
        self.limits = limits
        self.most = most
        self.waiting: WaitingList[PagesProtocol] = WaitingList(
            limits, late=PagesProtocol.is_late, dropped=PagesProtocol.is_dropped
        )


class _Refused(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class PagesProtocol(HttpToolsProtocol):
    """One connection."""

    server_state: PagesState

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits = self.server_state.limits
        self._waiting = self.server_state.waiting
        self._head_open = True
        """Whether the header of the next request has not come in full."""
        self._head_size = 0
        self._step = 0
        """Bytes of the body since its time was last counted from."""
        self._refused = False
        self._reader: TimerHandle | None = None

    # -- the connection
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does so where it knows the listener's protocol, and it does not know that of one
        # that was handed over by its number; without it an answer's body waits 40 ms.
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) > self.server_state.most:
            transport.abort()
        else:
            self._waiting.header(self, self.loop.time())

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.over(self)
        self._unset_keepalive_if_required()
        super().connection_lost(exc)
        self._stop_watching_reader()

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # No other protocol is spoken here. The request is answered as it is, and the parser
            # takes no other after it (RFC 9110 7.8: a server may ignore the field).
            self.cycle.keep_alive = False
        except httptools.HttpParserError as problem:
            cause = problem.__context__
            self._refuse(cause.status if isinstance(cause, _Refused) else HTTPStatus.BAD_REQUEST)
        else:
            self._wait_on(len(data))

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """Answer a client that has sent all it wants to; one that leaves a stream has left."""
        if not self._is_answering or self.cycle.more_body or STREAM in self.cycle.scope:
            return None  # nothing is owed to it: the connection is closed
        self.cycle.keep_alive = False
        return True

    # -- the parser's calls
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_open, self._head_size, self._step = True, 0, 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self._limits.url:
            raise _Refused(HTTPStatus.REQUEST_URI_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_size += len(name) + len(value)
        too_many = len(self.headers) >= self._limits.fields
        if too_many or self._head_size > self._limits.header_size:
            raise _Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        # What follows a body in chunks (a trailer) is no field of the header (RFC 9110 6.5.1): a
        # proxy that sets a field may well hand on a trailer of the same name.
        if self._head_open and b"_" not in name:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_open = False
        self._waiting.header_came(self)
        super().on_headers_complete()

    # -- time
    def is_late(self) -> None:
        """Refuse what did not come in time; but an answer under way is nobody's delay."""
        earlier_runs = self._head_open and self._is_answering
        if self.pipeline or earlier_runs:
            self._wait_on(0)
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def is_dropped(self) -> None:
        """Make room for younger connections."""
        self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reader = self.loop.call_later(self._limits.reading, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_watching_reader()

    def timeout_keep_alive_handler(self) -> None:
        if self.transport.get_write_buffer_size():  # the end of an answer is still being read
            self.pause_writing()
        super().timeout_keep_alive_handler()

    def _stop_watching_reader(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait_on(self, size: int) -> None:
        """Say what is waited for, now that so many bytes have come."""
        now = self.loop.time()
        if self._head_open:
            # The parser keeps a field until it is whole: what it keeps is counted here.
            self._head_size += size
            if self._head_size > self._limits.header_size:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            else:
                self._waiting.header(self, now)
        elif self._is_answering and self.cycle.more_body:
            self._step += size
            if self._step >= self._limits.step or not self._waiting.awaits_body(self):
                self._step = 0
                self._waiting.body(self, now)
        else:
            self._waiting.body_came(self)
            if not self._is_answering:  # nothing but line ends, between two requests
                self._waiting.header(self, now)

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer a request that is taken no further, and close. Where another answer is under way
        there is no place for this one: the connection is closed without a word."""
        self._waiting.over(self)
        self._refused = True
        if self.transport.is_closing():
            return
        answering = self._is_answering
        begun = answering and (self._head_open or self.cycle.response_started)
        if self.pipeline or begun:
            self.transport.close()
            return
        if answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        text = f"{status.phrase}.\n".encode()
        self.transport.write(
            b"HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: text/plain\r\n"
            b"Content-Length: %d\r\n\r\n%s"
            % (status.value, status.phrase.encode(), len(text), text)
        )
        self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(LINGER, self.transport.abort)
