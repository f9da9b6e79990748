"""A copy of the database as it is at one moment, in a file; and back. Others go on meanwhile."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy import bindparam, inspect, make_url, text
from sqlalchemy.engine import Connection

from helpdesk.db import Database
from helpdesk.settings import Settings

_AT_ONCE = 500


class Copy:
    """What stands in a copy, asked while it is made."""

    def __init__(self, rows: Callable[[str, list[str]], Iterable[Sequence[Any]]]) -> None:
        """:param rows: those of a statement, with names in place of its ``IN ()``."""
        self._rows = rows

    def recorded(self, names: list[str]) -> set[str]:
        """Which of these mails of the spool have a row."""
        found: set[str] = set()
        statement = "SELECT spool_name FROM inbound_mail WHERE spool_name IN ()"
        for start in range(0, len(names), _AT_ONCE):
            found |= {name for (name,) in self._rows(statement, names[start : start + _AT_ONCE])}
        return found

    def outbound(self) -> dict[str, int]:
        """How many mails out there are, by state."""
        statement = "SELECT state, count(*) FROM outbound_mail GROUP BY state"
        return {str(state): int(count) for state, count in self._rows(statement, [])}


@contextmanager
def copied(settings: Settings, database: Database, path: Path) -> Iterator[Copy]:
    """Copy the database to ``path``: a SQLite file, or what ``pg_dump`` writes.

    :raises click.ClickException: ``pg_dump`` is missing, or says why it cannot.
    """
    if settings.is_sqlite:
        with (
            closing(sqlite3.connect(_sqlite_path(settings))) as source,
            closing(sqlite3.connect(path)) as target,
        ):
            source.backup(target)
            # Of one file, without the log that SQLite would keep beside it.
            target.execute("PRAGMA journal_mode = DELETE")
            yield Copy(lambda statement, names: target.execute(*_with_marks(statement, names)))
        return
    options = {"isolation_level": "REPEATABLE READ"}
    with database.engine.connect().execution_options(**options) as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        _postgresql(
            settings, "pg_dump", f"--snapshot={snapshot}", "--format=custom", f"--file={path}"
        )
        yield Copy(lambda statement, names: _of_snapshot(connection, statement, names))


def put_back(settings: Settings, path: Path) -> None:
    """Make the database, which is empty, the one that was copied to ``path``.

    :raises click.ClickException: ``pg_restore`` is missing, or says why it cannot.
    """
    if settings.is_sqlite:
        path.chmod(0o600)
        shutil.move(path, _sqlite_path(settings))
    else:
        _postgresql(settings, "pg_restore", "--single-transaction", "--exit-on-error", str(path))


def is_empty(settings: Settings, database: Database) -> bool:
    """Whether there is nothing in the database yet (without making one).

    The first command that asks a SQLite database makes its file, without a table in it.
    """
    if settings.is_sqlite:
        return _is_empty_file(_sqlite_path(settings))
    return not inspect(database.engine).get_table_names()


def _is_empty_file(path: Path) -> bool:
    """Whether a SQLite file is not there, or has no table. By a connection that does not stay."""
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
    except sqlite3.DatabaseError:  # locked, or no database: something is there
        return False


def _sqlite_path(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database or "")


def _postgresql(settings: Settings, program: str, *arguments: str) -> None:
    from psycopg.conninfo import make_conninfo

    url = make_url(settings.database_url)
    # An address of several hosts is written as SQLAlchemy has it; libpq knows other words for it.
    values = url.get_dialect()().create_connect_args(url)[1]
    password = {"PGPASSWORD": str(values.pop("password"))} if "password" in values else {}
    # The password never stands in the list of processes.
    shown = make_conninfo(**values)
    try:
        subprocess.run(
            [program, "--no-owner", "--no-privileges", f"--dbname={shown}", *arguments],
            env={**os.environ, **password},
            check=True,
            stderr=subprocess.PIPE,
            text=True,
        )
    except FileNotFoundError:
        raise click.ClickException(
            f"{program} is not installed; it comes with PostgreSQL's client programs."
        ) from None
    except subprocess.CalledProcessError as problem:
        said = problem.stderr.strip().splitlines() or [f"exit status {problem.returncode}"]
        raise click.ClickException(f"{program} could not: {said[0]}") from None


def _with_marks(statement: str, names: list[str]) -> tuple[str, list[str]]:
    return statement.replace("IN ()", f"IN ({', '.join('?' * len(names))})"), names


def _of_snapshot(
    connection: Connection, statement: str, names: list[str]
) -> Iterable[Sequence[Any]]:
    if not names:
        return connection.execute(text(statement)).all()
    asked = text(statement.replace("IN ()", "IN :names"))
    return connection.execute(
        asked.bindparams(bindparam("names", expanding=True)), {"names": names}
    ).all()
