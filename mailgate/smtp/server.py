"""The door: listens, and takes mail into the spool until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from helpdesk.settings import Listen, Settings
from mailgate.smtp.group_commit import GroupCommit
from mailgate.smtp.limits import Limits, Visitors
from mailgate.smtp.listening import DoorError, open_socket
from mailgate.smtp.server_state import House, Stage
from mailgate.smtp.session import LmtpSession, Session
from mailgate.spool.mailbox_snapshot import SNAPSHOT, Snapshot, refresh_forever
from mailgate.spool.spool import Spool

__all__ = ["Door", "DoorError", "disk_is_low", "run_door", "running_door"]

log = structlog.get_logger()

#: Seconds between two looks at the room on the disk.
WATCH_EVERY = 0.5
TIDY_EVERY = 60.0


class Door:
    """A door on the settings' listeners. :meth:`run` is its life."""

    def __init__(
        self,
        settings: Settings,
        *,
        limits: Limits | None = None,
        spool: Spool | None = None,
        watch_every: float = WATCH_EVERY,
    ) -> None:
        self._settings = settings
        self._limits = limits or Limits()
        self._watch_every = watch_every
        self.spool = spool or _open_spool(settings)
        self._threads = ThreadPoolExecutor(4, "door")
        self._snapshot = Snapshot(self.spool.folder / SNAPSHOT)
        self._tls = _tls_context(settings)
        self._servers: list[asyncio.Server] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._held = contextlib.ExitStack()
        self._stopping: asyncio.Event | None = None
        self.ports: list[int] = []

    async def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Listen until :meth:`stop`; then let running mails end, within the limit.

        :param ready: called once every listener stands.
        :raises DoorError: a place to listen cannot be had.
        """
        self._stopping = asyncio.Event()
        house = self._house()
        await self._look(house)
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self._close, house)
            for listen in self._settings.smtp_listen:
                self._servers.append(await self._listen(house, listen))
            self._tasks = [
                asyncio.create_task(self._watch(house)),
                asyncio.create_task(self._tidy()),
            ]
            ready()
            await self._stopping.wait()

    def stop(self) -> None:
        """Begin to close. To be called in the door's loop."""
        if self._stopping is not None:
            self._stopping.set()

    @property
    def port(self) -> int:
        """The first TCP port listened on."""
        return self.ports[0]

    def _house(self) -> House:
        return House(
            spool=self.spool,
            commits=GroupCommit(self.spool, self._threads),
            snapshot=self._snapshot,
            visitors=Visitors(self._limits, self._settings.smtp_exempt),
            limits=self._limits,
            largest=self._settings.smtp_size,
            hostname=self._settings.public_host,
            threads=self._threads,
            tls=self._tls,
        )

    async def _listen(self, house: House, listen: Listen) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        kind = LmtpSession if listen.protocol == "lmtp" else Session
        sock = open_socket(listen, self.spool.folder, self._held)
        if not listen.path:
            self.ports.append(sock.getsockname()[1])
        log.info("door.listening", at=str(listen), protocol=listen.protocol)
        factory = lambda: kind(house, loop)  # noqa: E731
        if listen.path:
            return await loop.create_unix_server(factory, sock=sock)
        return await loop.create_server(factory, sock=sock, backlog=256)

    async def _watch(self, house: House) -> None:
        while True:
            await asyncio.sleep(self._watch_every)
            await self._look(house)

    async def _look(self, house: House) -> None:
        loop = asyncio.get_running_loop()
        house.disk_is_low = await loop.run_in_executor(
            self._threads, disk_is_low, self.spool.folder, self._settings.smtp_size
        )

    async def _tidy(self) -> None:
        loop = asyncio.get_running_loop()
        settled = 0.0
        while True:
            try:
                await loop.run_in_executor(None, lambda: self.spool.tidy(settled=settled))
            except OSError as problem:
                log.error("door.not_tidied", errno=problem.errno)
            await asyncio.sleep(TIDY_EVERY)

    async def _close(self, house: House) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        last_word = "421 4.3.2 Closing, please try again later"
        for session in list(house.sessions):
            session.stop(last_word, spare=Stage.RECEIVING)
        deadline = asyncio.get_running_loop().time() + self._limits.shutdown
        while house.sessions and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        for session in list(house.sessions):
            session.stop(last_word)
        await house.commits.drain()
        await asyncio.sleep(0)
        self._threads.shutdown()
        self._held.close()
        log.info("door.closed")


def run_door(
    settings: Settings, *, load_mailboxes: Callable[[], Iterable[str]] | None = None
) -> None:
    """Run a door until SIGTERM or SIGINT.

    :param load_mailboxes: asks the database for the mailboxes; may raise while that is down. Not
        given, somebody else keeps the snapshot.
    :raises DoorError: it cannot begin; one line that says why.
    """
    _raise_file_limit()
    door = Door(settings)
    stop_refreshing = threading.Event()
    if load_mailboxes is not None:
        threading.Thread(
            target=refresh_forever,
            args=(load_mailboxes, door.spool.folder / SNAPSHOT, stop_refreshing),
            name="mailboxes",
            daemon=True,
        ).start()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, door.stop)
        await door.run()

    try:
        asyncio.run(run())
    finally:
        stop_refreshing.set()


@contextlib.contextmanager
def running_door(
    settings: Settings,
    *,
    limits: Limits | None = None,
    spool: Spool | None = None,
    watch_every: float = 0.02,
) -> Iterator[Door]:
    """A door in a thread of this process, for tests; port 0 takes a free one (``door.port``)."""
    door = Door(settings, limits=limits, spool=spool, watch_every=watch_every)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    failure: list[BaseException] = []

    def live() -> None:
        try:
            loop.run_until_complete(door.run(ready=ready.set))
        except BaseException as problem:
            failure.append(problem)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=live, name="door")
    thread.start()
    ready.wait()
    if failure:
        thread.join()
        raise failure[0]
    try:
        yield door
    finally:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(door.stop)
        thread.join()


def disk_is_low(folder: Path, largest: int) -> bool:
    """Whether there is no room left for a mail of the largest size and a half (in bytes)."""
    room = os.statvfs(folder)
    # f_files is 0 where the file system makes inodes as needed.
    no_inodes = room.f_files > 0 and room.f_favail < 100
    return no_inodes or room.f_bavail * room.f_frsize < 1.5 * largest


def _open_spool(settings: Settings) -> Spool:
    try:
        return Spool(settings.spool_dir)
    except OSError as problem:
        raise DoorError(
            f"POSTDESK_DATA_DIR: cannot write to {settings.spool_dir} ({problem.strerror})"
        ) from None


def _tls_context(settings: Settings) -> ssl.SSLContext | None:
    if settings.smtp_tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.smtp_tls_cert, settings.smtp_tls_key)
    except (OSError, ssl.SSLError) as problem:
        raise DoorError(
            f"POSTDESK_SMTP_TLS_CERT: {settings.smtp_tls_cert} and its key cannot be used "
            f"({problem.strerror})"
        ) from None
    return context


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
