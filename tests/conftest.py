"""The fixtures that every test may ask for.

``database`` is a fresh, migrated database; a test that asks for it runs once on SQLite and once on
PostgreSQL (``POSTDESK_TEST_DATABASES=sqlite`` narrows that). ``settings`` names the same database,
where a test asks for both. Servers are real, and started once by the tests themselves.

On a developer's machine a server that is not installed skips what needs it; with ``CI=true`` it
fails, so that no run is green because half of it was left out.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from pathlib import Path
from typing import NoReturn, Protocol, TypeVar

import pytest
import structlog
from argon2 import PasswordHasher

from helpdesk import passwords
from helpdesk.db import Database
from helpdesk.settings import Settings, load
from tests.support import network
from tests.support.clock import FakeClock
from tests.support.databases import DatabaseMaker, PostgreSQLMaker, SqliteMaker
from tests.support.dovecot import Dovecot
from tests.support.nursery import Nursery
from tests.support.running import RunningPostdesk
from tests.support.s3_server import Bucket, S3Server
from tests.support.servers import PostgreSQL, Redis, ServerMissing
from tests.support.small_disk import mounted
from tests.support.token_server import TokenServer
from tests.support.warm_children import end_kept_children

Server = TypeVar("Server", PostgreSQL, Redis, S3Server, Dovecot)

DATABASES = ("sqlite", "postgresql")
SECRET = "a-secret-that-only-the-tests-know-0123456789"

_LONG = ("test_hostile_words.py", "test_house.py", "test_roles.py")
"""Files with many tests, none of them slow, or with a few that nearly are."""

MEMORY = "/dev/shm"
"""A folder in memory, on Linux."""

network.install()

# Hashes of the real kind, but not of the real cost: hundreds of tests make some or sign in.
passwords._argon2 = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


UMASK = os.umask(0o022)
"""As the tests were started with: servers of other users read some of what they write."""
os.umask(UMASK)


class MakeSettings(Protocol):
    """``make_settings(RELAY_URL="smtp://…")``: settings for a test, with some changed."""

    def __call__(self, **changed: str) -> Settings: ...


def pytest_configure() -> None:
    """Keep temporary files in memory, where it is large enough: tests wait for no disk.

    ``TMPDIR`` says otherwise.
    """
    if "TMPDIR" not in os.environ and _is_large(MEMORY):
        os.environ["TMPDIR"] = MEMORY
        tempfile.tempdir = MEMORY
    if sys.platform == "linux":
        RunningPostdesk.nursery = Nursery()


def _is_large(folder: str) -> bool:
    try:
        return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 4 * 1024**3
    except OSError:
        return False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is alone with them at the end."""
    long = {item.path for item in items if any(map(item.get_closest_marker, ("browser", "slow")))}
    long |= {item.path for item in items if "journeys" in item.path.parts}
    long |= {item.path for item in items if item.path.name in _LONG}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """Keep what stays to the end from being looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_unconfigure() -> None:
    end_kept_children()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        wanted = os.environ.get("POSTDESK_TEST_DATABASES", ",".join(DATABASES)).split(",")
        kinds = [kind.strip() for kind in wanted]
        assert set(kinds) <= set(DATABASES), f"POSTDESK_TEST_DATABASES: one of {DATABASES}"
        if only := metafunc.definition.get_closest_marker("databases"):
            kinds = [kind for kind in kinds if kind in only.args]
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Commands that run in the tests' own process close what they write: put that back."""
    os.umask(UMASK)
    yield
    os.umask(UMASK)


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """Commands that run in the tests' own process say which lines are written: put that back."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _nothing_leaves_this_machine() -> Iterator[None]:
    network.attempts.clear()
    yield
    assert not network.attempts, f"the test tried to {network.attempts[0]}"


@pytest.fixture(autouse=True)
def _no_thread_goes_on() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    # A dummy is a foreign thread that called into Python: nothing of ours, nor to be joined.
    started = (thread for thread in threading.enumerate() if thread not in before)
    left = [thread for thread in started if not isinstance(thread, threading._DummyThread)]
    for thread in left:
        thread.join(5)
    names = [thread.name for thread in left if thread.is_alive()]
    assert not names, f"the test left threads behind: {names}"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    return lambda **changed: _settings(tmp_path / "var", **changed)


@pytest.fixture
def settings(request: pytest.FixtureRequest, make_settings: MakeSettings) -> Settings:
    """Settings of a test: a data folder of its own, free ports, mail captured, no DNS."""
    if "database_url" in request.fixturenames:
        return make_settings(DATABASE_URL=request.getfixturevalue("database_url"))
    return make_settings()


@pytest.fixture
def database(settings: Settings, database_url: str, databases: DatabaseMaker) -> Iterator[Database]:
    """A fresh, migrated database, on SQLite and on PostgreSQL."""
    database = databases.open(settings)
    yield database
    open_sessions = database.engine.pool.checkedout()  # type: ignore[attr-defined]
    assert not open_sessions, f"the test left {open_sessions} sessions of the database open"


@pytest.fixture
def database_url(databases: DatabaseMaker) -> Iterator[str]:
    url = databases.make()
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: DatabaseMaker) -> Iterator[str]:
    """A database without any table."""
    url = databases.make(empty=True)
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def databases(database_kind: str, request: pytest.FixtureRequest) -> DatabaseMaker:
    made: DatabaseMaker = request.getfixturevalue(f"_{database_kind}_databases")
    return made


@pytest.fixture(scope="session")
def _sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteMaker:
    folder = tmp_path_factory.mktemp("sqlite")
    return SqliteMaker(folder, lambda url: _settings(folder, DATABASE_URL=url))


@pytest.fixture(scope="session")
def _postgresql_databases(
    postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory
) -> PostgreSQLMaker:
    folder = tmp_path_factory.mktemp("postgresql")
    return PostgreSQLMaker(postgresql, lambda url: _settings(folder, DATABASE_URL=url))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The PostgreSQL of this run (of this worker, with xdist): never stop this one."""
    yield from _server(PostgreSQL)


@pytest.fixture
def own_postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL that the test may stop, crash and start again."""
    yield from _server(PostgreSQL)


@pytest.fixture(scope="session")
def _redis() -> Iterator[Redis]:
    yield from _server(Redis)


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis that the test may kill, freeze and start again."""
    yield from _server(Redis)


@pytest.fixture(scope="session")
def _s3() -> Iterator[S3Server]:
    yield from _server(S3Server)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """An IMAP server of this run: each test has a user of its own there. Never stop this one."""
    yield from _server(Dovecot)


@pytest.fixture
def token_server() -> Iterator[TokenServer]:
    """A provider of tokens, in the place of Google and Microsoft; Dovecot takes what it gives."""
    made = TokenServer()
    yield made
    made.close()


@pytest.fixture
def bucket(_s3: S3Server) -> Iterator[Bucket]:
    """An empty bucket of S3, with a way to it of its own, which the test may close."""
    made = Bucket(_s3)
    yield made
    made.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB; `tests.support.small_disk` fills it."""
    try:
        with mounted(tmp_path / "disk"):
            yield tmp_path / "disk"
    except ServerMissing as missing:
        missing_program(str(missing))


@pytest.fixture
def redis_url(_redis: Redis) -> str:
    """The address of a real Redis, empty at the start of the test."""
    _redis.flush()
    return _redis.url


def _server(start: Callable[[], Server]) -> Iterator[Server]:
    try:
        server = start()
    except ServerMissing as missing:
        missing_program(str(missing))
    yield server
    server.close()


def missing_program(message: str) -> NoReturn:
    """Skip here, but fail in CI: there a skipped test would look like a passed one."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def pango() -> None:
    """The system's libraries that PDF files are made with."""
    for library in ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"):
        if not find_library(library):
            missing_program(f"{library} is missing. On Debian: apt install weasyprint")


def _settings(data_dir: Path, **changed: str) -> Settings:
    values = {
        "DATA_DIR": str(data_dir),
        "SMTP_LISTEN": "127.0.0.1:0",
        "WEB_LISTEN": "127.0.0.1:0",
        "PUBLIC_URL": "http://localhost",
        "RELAY_URL": "capture:",
        "SECRET_KEY": SECRET,
        "AUTH": "off",
        **changed,
    }
    return load({f"POSTDESK_{name}": value for name, value in values.items()})
