"""The database inside a backup, read without a server: what it names, and how much it holds."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import click

Row = dict[str, str]
"""The columns that are wanted, those with a value."""

_TABLES = {
    "alembic_version": {"version_num"},
    "ticket": {"id"},
    "inbound_mail": {"state", "spool_name", "gateway_id"},
    "gateway": {"id", "spool_id", "has_older"},
    "outbound_mail": {"state"},
}
_COPY = re.compile(r"COPY (?:\w+\.)?\"?(\w+)\"? \((.*)\) FROM stdin;\n")


@dataclass
class Inventory:
    """What the database says that there is."""

    revision: str = ""
    tickets: int = 0
    inbound: Counter[str] = field(default_factory=Counter)
    """By state."""
    by_gateway: Counter[str] = field(default_factory=Counter)
    """The same by the id of the gateway that accepted them, where that is known."""
    gateways: list[Row] = field(default_factory=list)
    outbound: Counter[str] = field(default_factory=Counter)
    recorded: set[str] = field(default_factory=set)
    """Those of the spool's mails that have a row."""
    needed: dict[str, set[str]] = field(default_factory=dict)
    """The stored files that rows name: the key, and the columns that name it."""

    def elsewhere(self, spool_id: str) -> int:
        """How many mails other gateways accepted than that of one spool."""
        others = [one for one in self.gateways if one["spool_id"] != spool_id]
        older = any(one["has_older"] in ("1", "t") for one in others)  # those that carry none
        return sum(self.by_gateway[one["id"]] for one in others) + older * self.by_gateway[""]


def whole(path: Path, kind: str) -> list[str]:
    """What is broken in the copy itself; none where it is whole.

    A copy of PostgreSQL is read to its end by :func:`inventory`, which says what is wrong.
    """
    if kind != "sqlite":
        return []
    try:
        with closing(_opened(path)) as connection:
            found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(20)")]
            loose = {str(row[0]) for row in connection.execute("PRAGMA foreign_key_check")}
    except sqlite3.DatabaseError as problem:
        return [f"the database cannot be read ({problem})"]
    problems = [f"the database is damaged: {line}" for line in found if line != "ok"]
    return problems + [f"the database: rows of {table} refer to nothing" for table in sorted(loose)]


def inventory(path: Path, kind: str, waiting: Collection[str]) -> Inventory:
    """Count what the copy holds.

    :param waiting: the spool's mails.
    :raises ValueError: it cannot be read; one line.
    """
    found = Inventory()
    for table, row in _sqlite_rows(path) if kind == "sqlite" else _postgresql_rows(path):
        if table == "alembic_version":
            found.revision = row["version_num"]
        elif table == "ticket":
            found.tickets += 1
        elif table == "inbound_mail":
            found.inbound[row["state"]] += 1
            found.by_gateway[row.get("gateway_id", "")] += 1
            if row.get("spool_name") in waiting:
                found.recorded.add(row["spool_name"])
        elif table == "gateway":
            found.gateways.append(row)
        elif table == "outbound_mail":
            found.outbound[row["state"]] += 1
        for column, value in row.items():
            if value and column.endswith("sha256"):
                found.needed.setdefault(value, set()).add(f"{table}.{column}")
    return found


def _wanted(table: str, columns: Iterable[str]) -> list[str]:
    named = _TABLES.get(table, set())
    return [column for column in columns if column in named or column.endswith("sha256")]


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _sqlite_rows(path: Path) -> Iterator[tuple[str, Row]]:
    try:
        with closing(_opened(path)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            for (table,) in tables.fetchall():
                yield from ((table, row) for row in _sqlite_table(connection, table))
    except sqlite3.DatabaseError as problem:
        raise ValueError(f"the database cannot be read ({problem})") from None


def _sqlite_table(connection: sqlite3.Connection, table: str) -> Iterator[Row]:
    described = connection.execute(f'PRAGMA table_info("{table}")')
    columns = _wanted(table, [name for _, name, *_ in described])
    if not columns:
        return
    chosen = ", ".join(f'"{column}"' for column in columns)
    for row in connection.execute(f'SELECT {chosen} FROM "{table}"'):  # noqa: S608
        pairs = zip(columns, row, strict=True)
        yield {name: str(value) for name, value in pairs if value is not None}


def _postgresql_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """The rows as ``pg_restore`` writes them, which asks no server."""
    command = ["pg_restore", "--data-only", "--file=-", str(path)]
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
    except FileNotFoundError:
        raise click.ClickException(
            "pg_restore is not installed; it comes with PostgreSQL's client programs."
        ) from None
    with process:
        assert process.stdout
        assert process.stderr
        yield from _copied_rows(process.stdout)
        said = process.stderr.read().strip().splitlines()
    if process.returncode != 0:
        raise ValueError(f"the database cannot be read ({(said or ['pg_restore failed'])[0]})")


def _copied_rows(script: IO[str]) -> Iterator[tuple[str, Row]]:
    for line in script:
        if not (begin := _COPY.fullmatch(line)):
            continue
        table, columns = begin[1], [name.strip('" ') for name in begin[2].split(",")]
        wanted = [(columns.index(name), name) for name in _wanted(table, columns)]
        for row in script:
            if row == "\\.\n":
                break
            if wanted:
                values = row.rstrip("\n").split("\t")
                yield table, {name: values[n] for n, name in wanted if values[n] != "\\N"}
