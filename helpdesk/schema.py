"""The database's schema: brought up to date, or back, by the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text

from helpdesk.db import Database

# Two processes that start at once must not migrate at once (PostgreSQL; SQLite has one writer).
_ADVISORY_LOCK = 0x706F7374


def migrate(database: Database, revision: str = "head") -> bool:
    """Bring the schema up to ``revision``. Returns whether there was anything to do."""
    with _connection(database) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(_config(connection), revision)
        return MigrationContext.configure(connection).get_current_revision() != before


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to ``revision`` (``base``: nothing)."""
    with _connection(database) as connection:
        command.downgrade(_config(connection), revision)


@dataclass(frozen=True)
class Move:
    """What it takes to bring a schema to a revision, and what would go on the way."""

    begin: str
    """The revision it has now; empty for a database that is new."""
    end: str
    steps: tuple[str, ...]
    """The revisions that are done, or undone, in their order."""
    is_down: bool
    tables: tuple[tuple[str, int], ...] = ()
    """The tables that would go, and how many rows each has."""
    columns: tuple[str, ...] = ()
    """The columns that would go, as ``table.column``, of tables that stay."""


class _SeenEnough(Exception):
    """Ends a transaction that was only to look, so that it is rolled back."""


def look_ahead(database: Database, revision: str) -> Move:
    """Find out what bringing the schema to ``revision`` would do, and do none of it.

    A step down is tried in a transaction that is rolled back, so that what it drops is seen.

    :param revision: a revision's name, ``head`` or ``base``.
    :raises LookupError: there is no such revision. The text is one line for the operator.
    """
    before: dict[str, set[str]] = {}
    after: dict[str, set[str]] = {}
    with suppress(_SeenEnough), _connection(database) as connection:
        begin = MigrationContext.configure(connection).get_current_revision() or ""
        move = _move(begin, revision)
        if move.is_down:
            before = _columns(connection)
            command.downgrade(_config(connection), move.end or "base")
            after = _columns(connection)
        raise _SeenEnough
    gone = sorted(before.keys() - after.keys())
    columns = [
        f"{table}.{name}"
        for table in sorted(before.keys() & after.keys())
        for name in sorted(before[table] - after[table])
    ]
    with database.reading() as session:
        rows = [
            session.scalar(select(func.count()).select_from(sqlalchemy.table(name)))
            for name in gone
        ]
    counted = tuple((name, count or 0) for name, count in zip(gone, rows, strict=True))
    return replace(move, tables=counted, columns=tuple(columns))


def _move(begin: str, revision: str) -> Move:
    script = ScriptDirectory.from_config(_config())
    names = [one.revision for one in script.walk_revisions()][::-1]  # oldest first
    end = {"head": names[-1], "base": ""}.get(revision, revision)
    for name in (begin, end):
        if name and name not in names:
            raise LookupError(
                f"There is no revision {name} in this version; they go from {names[0]} to "
                f"{names[-1]}."
            )
    first, last = (names.index(name) + 1 if name else 0 for name in (begin, end))
    if last < first:
        return Move(begin, end, tuple(names[last:first][::-1]), is_down=True)
    return Move(begin, end, tuple(names[first:last]), is_down=False)


def _columns(connection: Connection) -> dict[str, set[str]]:
    inspector = inspect(connection)
    return {
        table: {column["name"] for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
        if not table.startswith("ticket_words")  # the full text is made again from what stays
    }


def is_known(revision: str) -> bool:
    """Whether this code has the revision, so that it can bring a schema on from there."""
    return any(
        one.revision == revision for one in ScriptDirectory.from_config(_config()).walk_revisions()
    )


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this code was written for."""
    with database.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


@contextmanager
def _connection(database: Database) -> Iterator[Connection]:
    """A transaction to migrate in, which no other process migrates beside."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # To change a table SQLite makes it anew and drops the old one, to which rows of others
            # refer. The switch works only outside a transaction, so it is the driver's.
            _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(
                        text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK}
                    )
                yield connection
                if connection.dialect.name == "sqlite":
                    _check_foreign_keys(connection)
        finally:
            if connection.dialect.name == "sqlite":
                _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys={state}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise RuntimeError(f"the migration left a row of {broken[0]} that refers to nothing")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
