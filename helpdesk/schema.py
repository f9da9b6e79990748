"""The database's schema: brought up to date, or back, by the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

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
