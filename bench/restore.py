"""``python -m bench.restore --tickets 1000000 --keep FOLDER``: a backup and its restore, timed.

Of a Postdesk as ``python -m bench --keep FOLDER`` leaves it: ``postdesk backup`` writes one file,
``postdesk backup --verify`` reads it, and ``postdesk restore`` makes a Postdesk of it in an empty
folder and an empty database. Then every table of both is counted and summed up, row by row.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from bench.prepared import prepared
from helpdesk.db import Database, connect
from helpdesk.models import Base
from helpdesk.settings import load
from tests.support.running import RunningPostdesk
from tests.support.servers import PostgreSQL

_OWN = {"running_part", "alarm", "installation"}
"""What is each Postdesk's own: how it runs now, and the name of its store."""

Sums = dict[str, tuple[int, int]]
"""By table: how many rows, and a sum of what stands in them, whatever their order."""


def sums(database: Database) -> Sums:
    """What a database holds: two that hold the same have the same of it."""
    found: Sums = {}
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in _OWN:
                continue
            if database.is_sqlite:
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                rows = session.execute(text(f"SELECT {names} FROM {table.name}"))
                count = total = 0
                for row in rows:
                    count, total = count + 1, total + zlib.crc32(repr(tuple(row)).encode())
            else:
                statement = (
                    "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"
                    f" FROM {table.name} t"
                )
                count, total = map(int, session.execute(text(statement)).one())
            found[table.name] = count, total
    return found


def _timed(what: str, act: Callable[[], object]) -> None:
    begun = time.monotonic()
    act()
    print(f"  {what:10}{time.monotonic() - begun:8.0f} s", flush=True)


def measure(kind: str, tickets: int, keep: Path) -> None:
    """Back up, look, restore, and compare; raises where a table differs."""
    print(f"{kind}, {tickets:,} tickets")
    with (
        prepared(kind, tickets, keep) as ready,
        tempfile.TemporaryDirectory(prefix="postdesk-restore-", dir=keep) as passing,
    ):
        file, folder = Path(passing) / "all.tar.gz", Path(passing) / "restored"
        folder.mkdir()
        _timed("backup", lambda: ready.postdesk.command("backup", str(file)))
        print(f"  {'its file':10}{file.stat().st_size / 1e9:8.1f} GB", flush=True)
        _timed("checked", lambda: ready.postdesk.command("backup", "--verify", str(file)))
        empty = PostgreSQL(durable=True) if kind == "postgresql" else None
        try:
            again = RunningPostdesk(folder, **({"DATABASE_URL": empty.url()} if empty else {}))
            _timed("restore", lambda: again.command("restore", str(file)))
            _compare(ready.postdesk, again)
        finally:
            if empty:
                empty.close()


def _compare(before: RunningPostdesk, after: RunningPostdesk) -> None:
    both: list[Sums] = []
    for postdesk in (before, after):
        database = connect(load(postdesk.environment))
        both.append(sums(database))
        database.dispose()
    other = [name for name in both[0] if both[0][name] != both[1][name]]
    rows = sum(count for count, _ in both[1].values())
    print(f"  {rows:,} rows in {len(both[1])} tables; other than before: {other or 'none'}")
    if other:
        raise SystemExit(f"not as before: {', '.join(other)}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.restore", description=__doc__)
    parser.add_argument("--database", default="sqlite", help="sqlite or postgresql")
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, required=True)
    options = parser.parse_args()
    measure(options.database, options.tickets, options.keep)


if __name__ == "__main__":
    main()
