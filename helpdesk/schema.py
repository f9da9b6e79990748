"""The database's schema: brought up to date, or back, by the migrations."""

from __future__ import annotations

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
    with database.engine.begin() as connection:
        _lock(connection)
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(_config(connection), revision)
        return MigrationContext.configure(connection).get_current_revision() != before


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to ``revision`` (``base``: nothing)."""
    with database.engine.begin() as connection:
        _lock(connection)
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this code was written for."""
    with database.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_revision()
    return found == ScriptDirectory.from_config(_config()).get_current_head()


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
