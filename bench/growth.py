"""What a ticket takes in the database and in the store, at a million tickets and more.

``python -m bench.growth --tickets 1000000`` has a running Postdesk file some hundred mails, answers
and resolves tickets, and so has every row that they leave behind. Those rows are copied, all
tables alike, until there are so many tickets: keys and times move on, and what is told apart by
its content (Message-IDs, addresses, sums) differs, in an order as random as it would be. The
copies take no room in the store; what a mail takes there is counted of the first ones.
"""

from __future__ import annotations

import argparse
import hashlib
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, DateTime, Integer, String, Table, text
from sqlalchemy import types as sql_types

from bench import clients
from bench.api import ApiClient
from bench.file import count_filed, count_unsent
from bench.mails import MAILBOX, mixed, new_mails
from bench.prepared import AGENT, PASSWORD
from helpdesk.db import Database, connect
from helpdesk.models import Base
from helpdesk.schema import migrate
from helpdesk.settings import load
from tests.support.running import RunningPostdesk
from tests.support.servers import PostgreSQL, wait_until

FIRST, LATER = 200, 800
"""Mails that each begin a ticket, and those after them, of which 30 in 100 are answers."""
STEP = timedelta(minutes=97)
"""A copy is so much later than the one before."""
AT_ONCE = 100
"""Copies that are written in one transaction: what is in random order meets a page more often."""
CACHE_KIB = 6 * 1024 * 1024
"""SQLite's, while it copies: with its usual one, each row would read and write pages anew."""
ALIKE = 0.5
"""A text of which so many in a hundred differ tells rows apart, and differs in copies, too."""

_APART = "first_"
# What there is of these does not grow with the tickets.
_STAYS = frozenset(
    {"alarm", "category", "day_count", "desk_settings", "gateway", "gateway_hour", "installation",
     "mailbox", "retention_rule", "running_part", "tag", "team", "ticket_count", "ticket_day",
     "api_token", "browser_session", "canned_reply", "custom_field", "saved_view", "team_member"}
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """What one table takes of the database."""

    table: str
    rows: int
    table_bytes: int
    index_bytes: int


@dataclass
class Grown:
    """Sizes at one number of tickets."""

    database: str
    tickets: int
    mails: int
    sizes: list[Size]
    store_bytes_a_mail: float
    seconds: float

    def print(self) -> None:
        whole = sum(one.table_bytes + one.index_bytes for one in self.sizes)
        print(f"\n{self.database}, {self.tickets:,} tickets, {self.mails:,} mails in")
        print(f"  {'bytes a ticket':26}{'rows':>8}{'table':>10}{'indexes':>10}")
        for one in sorted(self.sizes, key=lambda one: -one.table_bytes - one.index_bytes):
            if one.table_bytes + one.index_bytes > whole / 200:
                print(f"  {one.table:26}{one.rows / self.tickets:8.2f}", end="")
                print(f"{one.table_bytes / self.tickets:10.0f}", end="")
                print(f"{one.index_bytes / self.tickets:10.0f}")
        print(f"  {'all':26}{whole / self.tickets:28.0f}   = {whole / 1e9:.2f} GB")
        print(f"  store, bytes a mail in {self.store_bytes_a_mail:13.0f}")
        print(f"  written in {self.seconds:.0f} s", flush=True)


@dataclass
class Copying:
    """How rows of the tables become others, in SQL of the database."""

    connection: Connection
    offsets: dict[str, int] = field(default_factory=dict)
    """By table: so far are the keys of one copy from those of the next."""

    @property
    def is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def statements(self) -> list[str]:
        """One a table that has rows, each after those that it refers to, and the full text's."""
        grow = [table for table in Base.metadata.sorted_tables if table.name not in _STAYS]
        grow = [table for table in grow if self._scalar(f"SELECT count(*) FROM {table.name}")]
        for table in grow:
            if "id" in table.c:
                self.offsets[table.name] = self._scalar(f"SELECT max(id) FROM {table.name}")
        return [*map(self._of_table, grow), self._of_words()]

    def _of_table(self, table: Table) -> str:
        """Copies ``:first`` to ``:last`` of the first rows of a table."""
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        values = ", ".join(self._value(table, column) for column in table.columns)
        below = f"WHERE id <= {self.offsets[table.name]}" if "id" in table.c else self._below(table)
        first = table.name if below else self._kept_apart(table)
        return (
            f"WITH {'RECURSIVE ' if self.is_sqlite else ''}{self._copies()} "
            f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {first} "
            f"CROSS JOIN copies {below}"
        )

    def _kept_apart(self, table: Table) -> str:
        """The first rows of a table where nothing tells them from their copies."""
        self.connection.execute(
            text(f"CREATE TABLE {_APART}{table.name} AS SELECT * FROM {table.name}")
        )
        return f"{_APART}{table.name} AS {table.name}"

    def _of_words(self) -> str:
        """The full text, which is no table of the models."""
        key = "rowid" if self.is_sqlite else "ticket_id"
        far = self.offsets["ticket"]
        return (
            f"WITH {'RECURSIVE ' if self.is_sqlite else ''}{self._copies()} "
            f"INSERT INTO ticket_words ({key}, words, size) SELECT {key} + g * {far}, words, size "
            f"FROM ticket_words CROSS JOIN copies WHERE {key} <= {far}"
        )

    def _copies(self) -> str:
        if self.is_sqlite:
            first = "SELECT :first UNION ALL SELECT g + 1 FROM copies WHERE g < :last"
            return f"copies(g) AS ({first})"
        return "copies AS (SELECT generate_series(CAST(:first AS int), CAST(:last AS int)) AS g)"

    def _below(self, table: Table) -> str:
        """The first rows of a table without a key of its own are those of the first tickets."""
        for column in table.columns:
            for reference in column.foreign_keys:
                if (far := self.offsets.get(reference.column.table.name)) is not None:
                    return f"WHERE {column.name} <= {far}"
        return ""

    def _value(self, table: Table, column: Any) -> str:
        name = f'{table.name}."{column.name}"'
        far = self._moves(table, column)
        if far:
            return f"{name} + g * {far}"
        kind = getattr(column.type, "impl", column.type)
        if isinstance(kind, DateTime):
            minutes = int(STEP.total_seconds())
            return f"later({name}, g * {minutes})" if self.is_sqlite else (
                f"{name} + g * interval '{minutes} seconds'"
            )  # fmt: skip
        if isinstance(kind, String) and self._tells_apart(table, column):
            return f"another({name}, g)"
        return name

    def _moves(self, table: Table, column: Any) -> int:
        if column.name == "id":
            return self.offsets.get(table.name, 0)
        for reference in column.foreign_keys:
            return self.offsets.get(reference.column.table.name, 0)
        is_number = isinstance(column.type, (Integer, BigInteger, sql_types.NumericCommon))
        if is_number and column.name.endswith("_id"):
            return self.offsets.get(column.name.removesuffix("_id"), 0)
        return 0

    def _tells_apart(self, table: Table, column: Any) -> bool:
        in_index = any(column.name in index.columns for index in table.indexes)
        if not (in_index or column.unique or column.primary_key or "sha256" in column.name):
            return False
        if column.unique or column.primary_key:
            return True
        counted = f"SELECT count({column.name}), count(DISTINCT {column.name}) FROM {table.name}"
        some, different = self.connection.execute(text(counted)).one()
        return bool(some) and different > ALIKE * some and column.name not in ("subject", "preview")

    def _scalar(self, statement: str) -> int:
        return self.connection.scalar(text(statement)) or 0


def _another(value: str | None, copy: int) -> str | None:
    """Another one of the same length and kind, in an order as good as random."""
    if not value:
        return value
    mark = hashlib.sha256(f"{value}{copy}".encode()).hexdigest()
    if len(value) == 64:
        return mark
    return mark[:12] + value[12:] if len(value) > 24 else f"{value}.{copy}"


def _later(value: str | None, seconds: int) -> str | None:
    if not value:
        return value
    moment = datetime.fromisoformat(value) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


_ANOTHER = """
CREATE OR REPLACE FUNCTION another(value text, copy int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN value IS NULL OR value = '' THEN value
  WHEN length(value) = 64 THEN md5(value || copy) || md5(copy || value)
  WHEN length(value) > 24 THEN left(md5(value || copy), 12) || substr(value, 13)
  ELSE value || '.' || copy END $$
"""


def _unguard(connection: Connection) -> None:
    """No triggers and foreign keys in this transaction: the rows are as whole as the first ones."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_ANOTHER))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    raw: Any = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.create_function("another", 2, _another, deterministic=True)
    raw.create_function("later", 2, _later, deterministic=True)
    raw.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def _grow(database: Database, copies: range, statements: Sequence[str]) -> None:
    for first in range(copies.start, copies.stop, AT_ONCE):
        window = {"first": first, "last": min(first + AT_ONCE, copies.stop) - 1}
        with database.transaction() as session:
            connection = session.connection()
            _unguard(connection)
            for statement in statements:
                connection.execute(text(statement), window)
        print(f"\r  {first + AT_ONCE} copies", end="", flush=True)


def _begin(postdesk: RunningPostdesk, database: Database) -> None:
    """Mails, answers and statuses, by the doors that everybody uses."""
    postdesk.command("mailbox", "add", MAILBOX)
    words = ("person", "add", AGENT, "--role", "agent", "--password-stdin")
    postdesk.command(*words, stdin=PASSWORD)
    with postdesk:
        parents = new_mails(FIRST, "growth")
        for mails in (parents, mixed(LATER, "growing", parents)):
            sent = clients.send(mails, postdesk.smtp_port, clients=4)
            assert not sent.refused, sent.refused[:3]
            wait_until("they are filed", lambda: postdesk.ledger()["waiting"] == 0, seconds=300)
            agent = ApiClient(postdesk.web_port, postdesk.command("token", "issue", AGENT).strip())
            for ticket in agent.get("/api/tickets/?page_size=100&status=open")["results"]:
                number = ticket["ticket_number"]
                agent.post(f"/api/tickets/{number}/comment/", {"comment": "We look into it."})
        for page in range(1, 8):
            for ticket in agent.get(f"/api/tickets/?page_size=100&page={page}")["results"]:
                number = ticket["ticket_number"]
                if ticket["status"] == "open":
                    text_of = {"comment": "A new one is on its way to you. " * 6}
                    agent.post(f"/api/tickets/{number}/comment/", text_of)
                agent.patch(f"/api/tickets/{number}/status/", {"status": "resolved"})
        wait_until("all left", lambda: not count_unsent(database), seconds=300)


def sizes(database: Database) -> list[Size]:
    """What each table takes, with its indexes."""
    with database.reading() as session:
        connection = session.connection()
        if database.is_sqlite:
            rows = connection.execute(text(
                "SELECT coalesce(m.tbl_name, d.name), m.type, sum(d.pgsize) FROM dbstat d"
                " LEFT JOIN sqlite_master m ON m.name = d.name GROUP BY 1, 2"
            )).all()  # fmt: skip
            found: dict[str, list[int]] = {}
            for name, kind, taken in rows:
                at = found.setdefault(_group(name), [0, 0])
                at[kind == "index" or name in ("ticket_words_data", "ticket_words_idx")] += taken
        else:
            statement = (
                "SELECT relname, pg_table_size(relid), pg_indexes_size(relid)"
                " FROM pg_stat_user_tables"
            )
            found = {name: [one, two] for name, one, two in connection.execute(text(statement))}
        counted = {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0
            for name in found
            if name in Base.metadata.tables or name == "ticket_words"
        }
        return [
            Size(name, counted.get(name, 0), *both)
            for name, both in found.items()
            if not name.startswith(_APART)
        ]


def _group(name: str) -> str:
    return "ticket_words" if name.startswith("ticket_words") else name


def measure(kind: str, folder: Path, counts: Sequence[int]) -> Iterator[Grown]:
    """Grow to so many tickets, one number after the other, on ``sqlite`` or ``postgresql``."""
    own = folder / "postgresql"
    server = PostgreSQL(durable=True, folder=own) if kind == "postgresql" else None
    try:
        changed = {"DATABASE_URL": server.url()} if server else {}
        yield from grow(RunningPostdesk(folder, **changed), counts)
    finally:
        if server:
            server.close()


def grow(postdesk: RunningPostdesk, counts: Sequence[int]) -> Iterator[Grown]:
    """The same of an empty Postdesk; first the sizes of what came by mail and at the desk."""
    database = connect(load(postdesk.environment))
    try:
        migrate(database)
        _begin(postdesk, database)
        yield from _measure(database, postdesk.data_dir / "blobs", counts)
    finally:
        database.dispose()


def _measure(database: Database, blobs: Path, counts: Sequence[int]) -> Iterator[Grown]:
    kind = "sqlite" if database.is_sqlite else "postgresql"
    mails = count_filed(database)
    store = sum(one.stat().st_size for one in blobs.rglob("*") if one.is_file()) / mails
    with database.transaction() as session:
        statements = Copying(session.connection()).statements()
        first = session.scalar(text("SELECT count(*) FROM ticket")) or 1
        if database.is_sqlite:
            for (name,) in session.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                session.execute(text(f"DROP TRIGGER {name}"))
    done = 1
    for count in (first, *counts):
        began, copies = time.monotonic(), range(done, max(done, -(-count // first)))
        _grow(database, copies, statements)
        done = copies.stop
        print()
        yield Grown(
            kind, done * first, done * mails, sizes(database), store, time.monotonic() - began
        )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--database", default="sqlite", help="sqlite or postgresql")
    parser.add_argument(
        "--tickets", default="100000", help="one number, or several: 1000000,3000000"
    )
    parser.add_argument("--keep", type=Path, help="an empty folder where they are to stay")
    options = parser.parse_args()
    counts = [int(one) for one in options.tickets.split(",")]
    with tempfile.TemporaryDirectory(prefix="postdesk-growth-") as passing:
        folder = options.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        for grown in measure(options.database, folder, counts):
            grown.print()


if __name__ == "__main__":
    main()
