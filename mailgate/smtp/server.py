"""The SMTP server: listens, and takes mail into the spool until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog

from helpdesk.disks import disk_is_low
from helpdesk.mail_addresses import MailAddresses
from helpdesk.outages import outage
from helpdesk.settings import Listen, Settings
from mailgate.smtp.group_commit import GroupCommit
from mailgate.smtp.limits import ConnectionCounter, SmtpLimits
from mailgate.smtp.listening import SmtpStartError, open_socket
from mailgate.smtp.server_state import ServerState, Stage
from mailgate.smtp.session import LmtpSession, SmtpSession
from mailgate.spool.mailbox_snapshot import SNAPSHOT, Snapshot, refresh_forever
from mailgate.spool.spool import Spool

__all__ = ["SmtpServer", "SmtpStartError", "run_smtp_server", "running_smtp_server"]

log = structlog.get_logger()

#: Seconds between two looks at the room on the disk.
WATCH_EVERY = 0.5
SELDOM = 10
"""So much more seldom the disk is looked at while no client is there."""
TIDY_EVERY = 60.0


class SmtpServer:
    """A server on the settings' listeners. :meth:`run` is its life."""

    def __init__(
        self,
        settings: Settings,
        *,
        limits: SmtpLimits | None = None,
        spool: Spool | None = None,
        watch_every: float = WATCH_EVERY,
    ) -> None:
        self._settings = settings
        self._limits = limits or SmtpLimits()
        self._watch_every = watch_every
        self.spool = spool or _open_spool(settings)
        self._threads = ThreadPoolExecutor(4, "smtp")
        self._snapshot = Snapshot(self.spool.folder / SNAPSHOT, keys=settings.keys)
        self._tls = _tls_context(settings)
        self._servers: list[asyncio.Server] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._resources = contextlib.ExitStack()
        self._stopping: asyncio.Event | None = None
        self.ports: list[int] = []

    async def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Listen until :meth:`stop`; then let running mails end, within the limit.

        :param ready: called once every listener stands.
        :raises SmtpStartError: a place to listen cannot be had.
        """
        self._stopping = asyncio.Event()
        state = self._new_state()
        await self._look(state)
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self._close, state)
            for listen in self._settings.smtp_listen:
                self._servers.append(await self._listen(state, listen))
            self._tasks = [
                asyncio.create_task(self._watch(state)),
                asyncio.create_task(self._tidy()),
            ]
            ready()
            await self._stopping.wait()

    def stop(self) -> None:
        """Begin to close. To be called in the server's loop."""
        if self._stopping is not None:
            self._stopping.set()

    @property
    def port(self) -> int:
        """The first TCP port listened on."""
        return self.ports[0]

    def _new_state(self) -> ServerState:
        return ServerState(
            spool=self.spool,
            commits=GroupCommit(self.spool),
            snapshot=self._snapshot,
            connections=ConnectionCounter(self._limits, self._settings.smtp_exempt),
            limits=self._limits,
            largest=self._settings.smtp_size,
            hostname=self._settings.public_host,
            threads=self._threads,
            tls=self._tls,
        )

    async def _listen(self, state: ServerState, listen: Listen) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        kind = LmtpSession if listen.protocol == "lmtp" else SmtpSession
        sock = open_socket(listen, self.spool.folder, self._resources)
        if not listen.path:
            self.ports.append(sock.getsockname()[1])
        log.info("smtp_listening", at=str(listen), protocol=listen.protocol)
        factory = lambda: kind(state, loop)  # noqa: E731
        if listen.path:
            return await loop.create_unix_server(factory, sock=sock)
        return await loop.create_server(factory, sock=sock, backlog=256)

    async def _watch(self, state: ServerState) -> None:
        while True:
            # Where nobody is there, nobody has to be told that it is full but those who look on.
            seconds = self._watch_every * (1 if state.sessions else SELDOM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(state.visited.wait(), seconds)
            state.visited.clear()
            with contextlib.suppress(OSError):  # the folder is not there just now: as it was
                await self._look(state)

    async def _look(self, state: ServerState) -> None:
        loop = asyncio.get_running_loop()
        try:
            state.disk_is_low = await loop.run_in_executor(
                self._threads, disk_is_low, self.spool.folder, self._settings.smtp_size
            )
        finally:
            state.looked.set()
        if state.disk_is_low:
            outage("room_for_mail").failed("disk_full")
        else:
            outage("room_for_mail").worked()

    async def _tidy(self) -> None:
        loop = asyncio.get_running_loop()
        settled = 0.0
        while True:
            try:
                await loop.run_in_executor(None, partial(self.spool.tidy, settled=settled))
            except OSError as problem:
                outage("spool").failed(type(problem).__name__, errno=problem.errno)
            settled = 5.0  # from now on there are writers at work
            await asyncio.sleep(TIDY_EVERY)

    async def _close(self, state: ServerState) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        last_word = "421 4.3.2 Closing, please try again later"
        for session in list(state.sessions):
            session.stop(last_word, spare=Stage.RECEIVING)
        deadline = asyncio.get_running_loop().time() + self._limits.shutdown
        while state.sessions and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        for session in list(state.sessions):
            session.stop(last_word)
        await state.commits.drain()
        state.commits.close()
        await asyncio.sleep(0)
        self._threads.shutdown()
        self._resources.close()
        log.info("smtp_closed")


def run_smtp_server(
    settings: Settings, *, load_mailboxes: Callable[[], MailAddresses | Iterable[str]] | None = None
) -> None:
    """Run an SMTP server until SIGTERM or SIGINT.

    :param load_mailboxes: asks the database for the mailboxes; may raise while that is down. Not
        given, somebody else keeps the snapshot.
    :raises SmtpStartError: it cannot begin; one line that says why.
    """
    _raise_file_limit()
    server = SmtpServer(settings)
    stop_refreshing = threading.Event()
    if load_mailboxes is not None:
        threading.Thread(
            target=refresh_forever,
            args=(load_mailboxes, server.spool.folder / SNAPSHOT, stop_refreshing),
            name="mailboxes",
            daemon=True,
        ).start()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.stop)
        await server.run()

    try:
        asyncio.run(run())
    finally:
        stop_refreshing.set()


@contextlib.contextmanager
def running_smtp_server(
    settings: Settings,
    *,
    limits: SmtpLimits | None = None,
    spool: Spool | None = None,
    watch_every: float = 0.02,
) -> Iterator[SmtpServer]:
    """A server in a thread of this process, for tests; port 0 takes a free one
    (``server.port``)."""
    server = SmtpServer(settings, limits=limits, spool=spool, watch_every=watch_every)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    failure: list[BaseException] = []

    def live() -> None:
        try:
            loop.run_until_complete(server.run(ready=ready.set))
        except BaseException as problem:
            failure.append(problem)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=live, name="smtp")
    thread.start()
    ready.wait()
    if failure:
        thread.join()
        raise failure[0]
    try:
        yield server
    finally:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(server.stop)
        thread.join()


def _open_spool(settings: Settings) -> Spool:
    try:
        return Spool(settings.spool_dir)
    except OSError as problem:
        raise SmtpStartError(
            f"POSTDESK_DATA_DIR: cannot write to {settings.spool_dir} ({problem.strerror})"
        ) from None


def _tls_context(settings: Settings) -> ssl.SSLContext | None:
    if settings.smtp_tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.smtp_tls_cert, settings.smtp_tls_key)
    except (OSError, ssl.SSLError) as problem:
        raise SmtpStartError(
            f"POSTDESK_SMTP_TLS_CERT: {settings.smtp_tls_cert} and its key cannot be used "
            f"({problem.strerror})"
        ) from None
    return context


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
