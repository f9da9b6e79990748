"""Fresh, migrated databases, one a test, and what makes them cheap.

A database is made once and used by one test after the other: what a test left in it is taken away
when it ends. With it stays its engine, whose compiled statements and open connections are most of
the time that a small test would take.
"""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import Engine, event

from helpdesk.db import Database, connect
from helpdesk.schema import migrate
from helpdesk.settings import Settings
from tests.support.servers import PostgreSQL
from tests.support.snapshots import SNAPSHOTS, Snapshots

MakeSettings = Callable[[str], Settings]

_USES = 100
"""So many tests use one PostgreSQL database: what was deleted from it still takes room."""
_BESIDE = ("-wal", "-shm")
"""The ends of the names of the files that SQLite has beside a database."""
_KEPT = "postdesk tests"
"""The name under which the connections of kept engines stand in pg_stat_activity."""


class DatabaseMaker(Protocol):
    """Makes databases of one kind."""

    def make(self, *, empty: bool = False) -> str:
        """A new database's URL: migrated, unless it is to be ``empty``."""

    def open(self, settings: Settings) -> Database:
        """The database that the settings name, which this made, by an engine that is kept."""

    def drop(self, url: str) -> None:
        """Remove a database that this made, or all that a test left in it."""


class SqliteMaker:
    """Copies a migrated file; the engine of a file serves the next file of its name as well."""

    def __init__(self, folder: Path, settings: MakeSettings) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._free: list[str] = []
        self._kept: dict[str, tuple[Engine, _SqliteSnapshots]] = {}
        self._template = folder / "template.db"
        _migrate(settings(f"sqlite:///{self._template}"))

    def make(self, *, empty: bool = False) -> str:
        url = self._free.pop() if self._free else self._new_url()
        if not empty:
            shutil.copy(self._template, _path_of(url))
        return url

    def open(self, settings: Settings) -> Database:
        url = settings.database_url
        if url not in self._kept:
            engine = connect(settings).engine
            event.listen(engine, "connect", _wait_for_no_disk)
            self._kept[url] = engine, _SqliteSnapshots(_path_of(url))
        engine, snapshots = self._kept[url]
        snapshots.begin()
        return _for_one_test(engine, settings, snapshots)

    def drop(self, url: str) -> None:
        if url in self._kept:
            self._kept[url][0].dispose()
        for suffix in ("", *_BESIDE):
            Path(f"{_path_of(url)}{suffix}").unlink(missing_ok=True)
        self._free.append(url)

    def _new_url(self) -> str:
        return f"sqlite:///{self._folder / f'test-{next(self._numbers)}.db'}"


class _SqliteSnapshots(Snapshots):
    """States of one file, each a file beside it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._untouched = 0

    def begin(self) -> None:
        """Note that the file is as it was copied."""
        self._untouched = self._path.stat().st_mtime_ns

    def is_untouched(self) -> bool:
        log = Path(f"{self._path}-wal")
        same = self._path.stat().st_mtime_ns == self._untouched
        return same and not (log.exists() and log.stat().st_size)

    def take(self, number: int) -> None:
        _copy_rows(self._path, self._path.with_suffix(f".{number}"))

    def put_back(self, number: int) -> None:
        _copy_rows(self._path.with_suffix(f".{number}"), self._path)


def _copy_rows(one: Path, other: Path) -> None:
    """Copy a SQLite database into another that may be open."""
    with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(other)) as target:
        target.execute("PRAGMA synchronous=OFF")
        source.backup(target)


class PostgreSQLMaker:
    """Copies a migrated database, and empties the copy after each test that used it.

    To empty it takes a hundredth of the time that a new copy takes. A copy whose tables a test
    changed, or that was used often, is dropped.
    """

    def __init__(self, server: PostgreSQL, settings: MakeSettings, name: str = "test") -> None:
        self._server = server
        self._name = name
        self._numbers = itertools.count()
        self._free: list[str] = []
        self._engines: dict[str, Engine] = {}
        self._keepers: dict[str, _Keeper] = {}
        server.execute(f"CREATE DATABASE {name}_template")
        _migrate(settings(server.url(f"{name}_template")))

    def make(self, *, empty: bool = False) -> str:
        if self._free and not empty:
            url = self._free.pop()
            self._keepers[url].begin()
            return url
        name = f"{self._name}_{next(self._numbers)}"
        template = "template1" if empty else f"{self._name}_template"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        url = self._server.url(name)
        if not empty:
            self._keepers[url] = _Keeper(self._server, name)
            self._keepers[url].begin()
        return url

    def open(self, settings: Settings) -> Database:
        engine = self._engines.get(settings.database_url)
        if engine is None:
            engine = connect(settings).engine
            event.listen(engine, "connect", _name_connection)
            self._engines[settings.database_url] = engine
        return _for_one_test(engine, settings, self._keepers[settings.database_url])

    def drop(self, url: str) -> None:
        keeper = self._keepers.get(url)
        if keeper and keeper.clean():
            self._free.append(url)
            return
        if keeper:
            keeper.close()
            del self._keepers[url]
        if url in self._engines:
            self._engines.pop(url).dispose()
        self._server.execute(f"DROP DATABASE {_name_of(url)} WITH (FORCE)")


class _Keeper(Snapshots):
    """Brings a migrated PostgreSQL database back to how it was before a test."""

    def __init__(self, server: PostgreSQL, name: str) -> None:
        super().__init__()
        self._connection = server.connect(name)
        self._uses = 0
        self._schema = self._read_schema()
        self._untouched: object = None
        self._with_first_rows: list[sql.Identifier] = []
        self._states: dict[int, sql.Composed] = {}
        first = self._write_down("first")
        emptied = [sql.SQL("DELETE FROM {}").format(table) for table in self._names("r")]
        self._steps_back = sql.SQL(";").join([_ANY_ORDER, *emptied, first])

    def clean(self) -> bool:
        """Empty the database and return True, or False where a new one must be made."""
        self._uses += 1
        others = self._connection.execute(_OTHERS, {"kept": _KEPT}).fetchall()
        if self._uses >= _USES or any(busy for (busy,) in others):
            return False
        if self._read_schema() != self._schema:
            return False
        with self._connection.transaction():
            self._connection.execute(self._steps_back)
        return True

    def close(self) -> None:
        self._connection.close()

    def _read_schema(self) -> object:
        return self._connection.execute(_SCHEMA).fetchone()

    def begin(self) -> None:
        """Note that the database is as it was migrated."""
        self._untouched = self._next_transaction()

    def is_untouched(self) -> bool:
        return self._untouched == self._next_transaction()

    def take(self, number: int) -> None:
        written = self._write_down(f"state_{number}")
        emptied = [sql.SQL("DELETE FROM {}").format(table) for table in self._with_first_rows]
        self._states[number] = sql.SQL(";").join([_ANY_ORDER, *emptied, written])

    def put_back(self, number: int) -> None:
        with self._connection.transaction():
            self._connection.execute(self._states[number])

    def _next_transaction(self) -> object:
        """The number of the next transaction of this server that writes."""
        found = self._connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())")
        return found.fetchone()

    def _write_down(self, name: str) -> sql.Composable:
        """Copy all rows, within this connection; what puts them into empty tables."""
        steps: list[sql.Composable] = []
        for table in self._names("r"):
            if self._connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(table)).rowcount:
                copy = sql.Identifier("pg_temp", f"{name}_{table.as_string()[1:-1]}")
                self._connection.execute(
                    sql.SQL("CREATE TEMPORARY TABLE {} AS TABLE {}").format(copy, table)
                )
                steps.append(sql.SQL("INSERT INTO {} TABLE {}").format(table, copy))
                if name == "first":
                    self._with_first_rows.append(table)
        return sql.SQL(";").join([*steps, *map(self._reset, self._names("S"))])

    def _reset(self, sequence: sql.Identifier) -> sql.Composed:
        found = self._connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sequence)
        ).fetchone()
        assert found is not None
        name = sql.Literal(sequence.as_string())
        return sql.SQL("SELECT setval({}, {}, {})").format(name, *map(sql.Literal, found))

    def _names(self, kind: str) -> list[sql.Identifier]:
        found = self._connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = %s"
            " AND relnamespace = 'public'::regnamespace",
            [kind],
        )
        return [sql.Identifier(str(name)) for (name,) in found]


# Without the foreign keys looked at.
_ANY_ORDER = sql.SQL("SET LOCAL session_replication_role = replica")

# Which connections are in the midst of something. Those that are no kept engine's are ended: their
# test is over, and they are to write nothing into the next one's.
_OTHERS = """
SELECT state <> 'idle' OR application_name <> %(kept)s AND NOT pg_terminate_backend(pid)
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

# Changes with every change of a table, and with ANALYZE.
_SCHEMA = """
WITH relations AS (SELECT oid, xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace)
SELECT (SELECT sum(hashtext(oid::text || ' ' || xmin::text)) FROM relations),
  (SELECT sum(hashtext(attrelid::text || attname || xmin::text)) FROM pg_attribute
   WHERE attrelid IN (SELECT oid FROM relations)),
  (SELECT sum(hashtext(oid::text || xmin::text)) FROM pg_constraint
   WHERE connamespace = 'public'::regnamespace),
  (SELECT sum(hashtext(oid::text || xmin::text)) FROM pg_trigger
   WHERE tgrelid IN (SELECT oid FROM relations)),
  (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
  (SELECT count(*) FROM pg_statistic WHERE starelid IN (SELECT oid FROM relations))
"""


def _for_one_test(engine: Engine, settings: Settings, snapshots: Snapshots) -> Database:
    """A database by an engine that shares all with the kept one, but not what listens to it."""
    own = engine.execution_options(**{SNAPSHOTS: snapshots})
    return Database(own, settings.keys, settings.mail_policy)


def _wait_for_no_disk(connection: Any, _record: object) -> None:
    """Whatever ends a test's process, the machine stays up: nothing need reach its disk."""
    connection.execute("PRAGMA synchronous=OFF")


def _name_connection(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.autocommit = True
    connection.execute("SELECT set_config('application_name', %s, false)", [_KEPT])
    connection.autocommit = False


def _path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _name_of(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def _migrate(settings: Settings) -> None:
    database = connect(settings)
    migrate(database)
    database.dispose()
