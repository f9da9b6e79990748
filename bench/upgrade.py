"""``python -m bench.upgrade --keep FOLDER``: how long others wait while a large schema is changed.

On a copy of the database that ``python -m bench --tickets 1000000 --keep FOLDER`` left there. While
each migration runs, one connection writes comments, one changes tickets, and one reads a page of
the queue, over and over; the longest that one of them took is what somebody would have waited.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, text

from helpdesk.db import Database, connect
from helpdesk.schema import migrate
from helpdesk.settings import load
from tests.support.migrations_ahead import write_migration
from tests.support.servers import PostgreSQL

STEPS = {
    "a table that refers to tickets": (
        'steps.create_table("parcel", sa.Column("id", sa.BigInteger(), primary_key=True),'
        ' sa.Column("ticket_id", sa.BigInteger(), sa.ForeignKey("ticket.id")))'
    ),
    "two columns of tickets": (
        'steps.add_column("ticket", sa.Column("carrier", sa.Text()))\n'
        'steps.add_column("ticket", sa.Column("lost", sa.Boolean(), nullable=False,'
        " server_default=sa.false()))"
    ),
    "an index of comments": (
        'steps.create_index("ix_bench_comment", "comment", ["author_id", "created_at"])'
    ),
    "a foreign key of comments": (
        'steps.add_column("comment", sa.Column("read_by_id", sa.BigInteger()))\n'
        'steps.add_foreign_key("fk_bench", "comment", "read_by_id", "person")'
    ),
    "a column of all tickets filled": (
        'steps.fill("ticket", {"carrier": "\'post\'"}, "carrier IS NULL")'
    ),
    "that column made not null": 'steps.require("ticket", "carrier")',
    "that column dropped": 'steps.drop_column("ticket", "carrier")',
    "for comparison: an index as Alembic makes it": (
        'op.create_index("ix_bench_plain", "comment", ["author_id", "ticket_id"])'
    ),
    "for comparison: all tickets in one UPDATE": 'op.execute("UPDATE ticket SET lost = true")',
}

_COMMENT = text(
    "INSERT INTO comment SELECT (jsonb_populate_record(c, jsonb_build_object('id',"
    " nextval(pg_get_serial_sequence('comment', 'id'))))).*"
    " FROM comment c WHERE id = :id"
)
_CHANGE = text("UPDATE ticket SET updated_at = updated_at WHERE id = :id")
_QUEUE = text(
    "SELECT id FROM ticket WHERE folder = 'inbox' ORDER BY updated_at DESC, id DESC LIMIT 50"
)


@dataclass
class Visitor:
    """Does one thing over and over, and keeps how long it took each time."""

    connection: Connection
    act: Callable[[Connection, int], object]
    tickets: int
    stopped: threading.Event
    times: list[float] = field(default_factory=list)

    def go_on(self) -> None:
        number = 0
        while not self.stopped.is_set():
            number += 7919
            began = time.monotonic()
            with self.connection.begin():
                self.act(self.connection, number % self.tickets + 1)
            self.times.append(time.monotonic() - began)
            self.stopped.wait(0.01)


def write_comment(connection: Connection, number: int) -> None:
    connection.execute(_COMMENT, {"id": number})


def change_ticket(connection: Connection, number: int) -> None:
    connection.execute(_CHANGE, {"id": number})


def read_queue(connection: Connection, _: int) -> None:
    connection.execute(_QUEUE).all()


@contextmanager
def visited(database: Database, tickets: int) -> Iterator[dict[str, Visitor]]:
    """Have the database used while the block runs."""
    stopped = threading.Event()
    acts = {"writes": write_comment, "changes": change_ticket, "reads": read_queue}
    visitors = {
        name: Visitor(database.engine.connect(), act, tickets, stopped)
        for name, act in acts.items()
    }
    threads = [threading.Thread(target=one.go_on, daemon=True) for one in visitors.values()]
    for thread in threads:
        thread.start()
    try:
        yield visitors
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
        for one in visitors.values():
            one.connection.close()


def measure(database: Database, folder: Path, tickets: int) -> None:
    """Print a line for each step: how long it took, and how long others waited at most."""
    migrate(database)
    print(f"{'':46}{'took':>9}{'write':>9}{'change':>9}{'read':>9}")
    after = ""
    for number, (name, up) in enumerate(STEPS.items(), 9001):
        also = write_migration(folder, str(number), up, after=after)
        after = str(number)
        with visited(database, tickets) as visitors:
            time.sleep(1)
            for one in visitors.values():
                one.times.clear()
            began = time.monotonic()
            migrate(database, say=print, also=also)
            took = time.monotonic() - began
            time.sleep(0.5)
        waits = "".join(f"{max(one.times) * 1000:6.0f} ms" for one in visitors.values())
        print(f"{name:46}{took:7.1f} s{waits}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.upgrade", description=__doc__)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    options = parser.parse_args()
    kept = options.keep / f"postgresql-{options.tickets}" / "postgresql"
    with tempfile.TemporaryDirectory(prefix="postdesk-bench-") as passing:
        copy = Path(passing) / "postgresql"
        Path(passing).chmod(0o755)
        subprocess.run(["cp", "-a", "--reflink=auto", str(kept), str(copy)], check=True)
        (copy / "data" / "postmaster.pid").unlink(missing_ok=True)
        server = PostgreSQL(durable=True, folder=copy)
        try:
            values = {"DATABASE_URL": server.url(), "DATA_DIR": passing}
            database = connect(load({f"POSTDESK_{name}": one for name, one in values.items()}))
            measure(database, Path(passing) / "ahead", options.tickets)
            database.dispose()
        finally:
            server.close()


if __name__ == "__main__":
    main()
