"""Servers that the tests start themselves, each in a folder of its own that goes with it."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis

from commands.redis_server import find_servers

_PR_SET_PDEATHSIG = 1


class ServerMissing(Exception):
    """The program is not on this machine. The text says what to install."""


def die_with_parent(sign: int) -> Callable[[], None]:
    """For a child's start: have the kernel end it when the test process goes, however it goes.

    Or when the thread that starts it ends (prctl(2)): start servers from the main thread.
    """
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, sign)


def wait_until(what: str, holds: Callable[[], object], *, seconds: float = 60) -> None:
    """Ask again and again until it holds; after ``seconds`` fail, naming what was waited for.

    The longer it takes, and the dearer a look, the less often: what is waited for needs the CPU.
    """
    began = looked = time.monotonic()
    while not holds():
        now = time.monotonic()
        if now > began + seconds:
            raise TimeoutError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(min(max(0.02, (now - began) / 20, 2 * (now - looked)), 0.25))
        looked = time.monotonic()


class PostgreSQL:
    """A PostgreSQL of the tests' own: on a unix socket only.

    Nothing waits for the disk unless it is ``durable``; but what was committed outlives a crash of
    the server in any case. A ``folder`` that is given stays when it is closed, and what lies in it
    is taken up again.
    """

    def __init__(
        self, *, durable: bool = False, folder: Path | None = None, of: PostgreSQL | None = None
    ) -> None:
        """:param of: the one that this is a standby of: what is committed there is here, too."""
        self._durable = durable
        self._is_kept = folder is not None
        self._bin = _postgresql_bin()
        self._user = _unprivileged_user()
        self._process: subprocess.Popen[bytes] | None = None
        # Not below pytest's own temporary folder: that one only its owner may enter.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="postdesk-pg-"))
        self.folder.mkdir(exist_ok=True)
        if self._user:
            shutil.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        if not (self.folder / "data").exists():
            self._copy(of) if of else self._initialise()
        self.start()
        if of:
            of.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            of.execute("SELECT pg_reload_conf()")

    def _initialise(self) -> None:
        options = ["--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
        made = self._run([str(self._bin / "initdb"), "-D", str(self.folder / "data"), *options])
        if made.wait() != 0:
            raise RuntimeError(f"initdb failed: {self._log.read_text()}")

    def _copy(self, of: PostgreSQL) -> None:
        options = ["-h", str(of.folder), "-U", "postgres", "-X", "stream", "-R", "--no-sync"]
        copying = [str(self._bin / "pg_basebackup"), "-D", str(self.folder / "data")]
        made = self._run([*copying, "-c", "fast", *options])
        if made.wait() != 0:
            raise RuntimeError(f"pg_basebackup failed: {self._log.read_text()}")

    def promote(self) -> None:
        """Have a standby take over; returns once it takes changes."""
        self.execute("SELECT pg_promote()")

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as ``POSTDESK_DATABASE_URL`` takes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    @property
    def pid(self) -> int:
        assert self._process, "it is stopped"
        return self._process.pid

    def start(self) -> None:
        """Start, or start again on the same data; returns once it answers."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off",
            # A test asks each question once or twice: to compile it takes longer than to answer.
            "jit": "on" if self._durable else "off",
            # What it looks at is not as it was made any more, and dropped after its test.
            "autovacuum": "on" if self._durable else "off",
            "max_connections": "200",
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._bin / "postgres"), "-D", str(self.folder / "data"), *arguments]
        self._process = self._run(command)
        wait_until("PostgreSQL answers", self._answers)

    def stop(self, *, crash: bool = False) -> None:
        """Stop it; with ``crash`` as a crash does, so that its next start has to recover."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
            self._process.wait(30)
            self._process = None

    def close(self) -> None:
        """Stop it, and remove its data, unless their folder was given."""
        self.stop(crash=not self._is_kept)
        if not self._is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction, in the database ``postgres``."""
        with self.connect() as connection:
            connection.execute(statement.encode())

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection that commits each statement by itself."""
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname=database, autocommit=True
        )

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _answers(self) -> bool:
        if self._process and self._process.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start: {self._log.read_text()[-2000:]}")
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self._user.pw_uid if self._user else None,
                group=self._user.pw_gid if self._user else None,
                extra_groups=[] if self._user else None,
                preexec_fn=die_with_parent(signal.SIGINT),
            )


class Redis:
    """A Redis (or Valkey) of the tests' own, on a unix socket, keeping nothing."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="postdesk-redis-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'redis.sock'}"

    def start(self) -> None:
        """Start, or start again, empty; returns once it answers."""
        command = [_redis_binary(), "--port", "0", "--unixsocket", str(self.folder / "redis.sock")]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        wait_until("Redis answers", self._answers)

    def freeze(self) -> None:
        """Stop it where it stands (SIGSTOP): connections stay open, nothing answers."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _postgresql_bin() -> Path:
    on_path = shutil.which("postgres")
    if on_path and shutil.which("initdb", path=str(Path(on_path).resolve().parent)):
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        raise ServerMissing("PostgreSQL is not installed (on Debian: apt install postgresql)")
    return found[-1].parent


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as: it refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _redis_binary() -> str:
    found = next(iter(find_servers()), None)
    if not found:
        raise ServerMissing("no Redis is installed (on Debian: apt install redis-server)")
    return found
