"""Taking a schema back, with all parts stopped; and finding out before what that would drop."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

import sqlalchemy
from alembic import command
from sqlalchemy import Connection, func, inspect, select

from helpdesk.db import Database
from helpdesk.schema.alone import transaction
from helpdesk.schema.revisions import Folders, config, names
from helpdesk.schema.state import current_revision


def downgrade(database: Database, revision: str, *, also: Folders = ()) -> None:
    """Take the schema back to ``revision`` (``base``: nothing)."""
    with transaction(database) as connection:
        command.downgrade(config(connection, also), revision)


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
    with database.reading() as session:
        move = _move(current_revision(session.connection()), revision)
    if not move.is_down:
        return move
    before: dict[str, set[str]] = {}
    after: dict[str, set[str]] = {}
    with suppress(_SeenEnough), transaction(database) as connection:
        before = _columns(connection)
        command.downgrade(config(connection), move.end or "base")
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
    known = names()
    end = {"head": known[-1], "base": ""}.get(revision, revision)
    for name in (begin, end):
        if name and name not in known:
            raise LookupError(
                f"There is no revision {name} in this version; they go from {known[0]} to "
                f"{known[-1]}."
            )
    first, last = (known.index(name) + 1 if name else 0 for name in (begin, end))
    if last < first:
        return Move(begin, end, tuple(known[last:first][::-1]), is_down=True)
    return Move(begin, end, tuple(known[first:last]), is_down=False)


def _columns(connection: Connection) -> dict[str, set[str]]:
    inspector = inspect(connection)
    return {
        table: {column["name"] for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
        if not table.startswith("ticket_words")  # the full text is made again from what stays
    }
