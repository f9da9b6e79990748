"""A process of the pages' server: gunicorn starts and ends it, uvicorn runs in it."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from gunicorn.workers.base import Worker  # type: ignore[import-untyped]
from uvicorn import Config, Server

from web.server.bridge import Bridge
from web.server.protocol import PagesProtocol, PagesState
from web.server.waiting import ServerLimits

END_WITHIN = 2.0
"""Seconds in which what runs may end once the server is to stop."""
_FILES_OF_OUR_OWN = 200
_MOST_CONNECTIONS = 20_000


class PagesWorker(Worker):
    """Serves the application that gunicorn has loaded."""

    largest_body = 0
    """Bytes that are read of any request; set before it starts."""

    def init_signals(self) -> None:
        """Set the signals as they are by default; the loop then handles those that end it."""
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # gunicorn's “open the logs anew”

    def run(self) -> None:
        """Serve until told to stop."""
        logging.getLogger("uvicorn.error").handlers = self.log.error_log.handlers
        bridge = Bridge(self.wsgi, threads=self.cfg.threads, largest_body=self.largest_body)
        server = PagesServer(self._config(bridge), bridge, parent=self.ppid)
        asyncio.run(server.serve(sockets=[listener.sock for listener in self.sockets]))
        # All is answered. To take apart 170,000 objects one by one, and to wait for a thread that
        # hangs, can take longer than the time that gunicorn gives us.
        sys.stderr.flush()
        os._exit(0)

    def _config(self, bridge: Bridge) -> Config:
        return Config(
            bridge,
            loop="asyncio",
            http=PagesProtocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level=logging.getLevelName(self.log.error_log.level).lower(),
            access_log=False,
            proxy_headers=False,  # whom to believe is a setting: web.visitors
            server_header=False,
            backlog=self.cfg.backlog,
            timeout_keep_alive=int(ServerLimits().idle),
            callback_notify=self._notify,
            timeout_notify=self.timeout // 3,
        )

    async def _notify(self) -> None:
        self.notify()


class PagesServer(Server):
    """Uvicorn's server; it looks round each second or two, and ends streams before it waits."""

    def __init__(
        self,
        config: Config,
        bridge: Bridge,
        limits: ServerLimits | None = None,
        *,
        parent: int = 0,
    ) -> None:
        """:param parent: the process with which it ends, however that died: what is orphaned would
        keep the port, and serve on what is old."""
        super().__init__(config)
        self._parent = parent
        self._bridge = bridge
        self.server_state: PagesState = PagesState(limits or ServerLimits(), _most_connections())
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Have it end; in its loop."""
        self.should_exit = True
        self._stop.set()

    async def main_loop(self) -> None:
        loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            if self._parent and os.getppid() != self._parent:
                return
            self.server_state.waiting.sweep(loop.time())
            # What is sent is dated by the last look.
            seconds = 1 if self.server_state.connections else 2
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._bridge.end()
        # Who is still there then is cut off: a half body, a reader that stands still.
        asyncio.get_running_loop().call_later(END_WITHIN, self._cut_off)
        await super().shutdown(sockets)
        self._bridge.close()

    def _cut_off(self) -> None:
        for connection in list(self.server_state.connections):
            transport: Any = connection.transport
            transport.abort()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
                loop.add_signal_handler(number, self.stop)
        yield


def allow_many_files() -> None:
    """Let this process and those it starts open as many files as the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _most_connections() -> int:
    """How many connections leave enough files for everything else."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(50, min(_MOST_CONNECTIONS, soft - _FILES_OF_OUR_OWN))
