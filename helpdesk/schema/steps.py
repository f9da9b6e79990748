"""What a migration does to tables that are large and in use. CONTRIBUTING.md says how to choose.

On PostgreSQL each step is a transaction of its own, or several, so that nothing is locked for
longer than it takes; and each can be done again: a migration that was cut off is run again from
its beginning. On SQLite they are parts of the one transaction that migrates.

To be called by ``upgrade`` alone. A ``downgrade`` has the database for itself, and uses ``op``.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context, op
from alembic.operations import BatchOperations
from sqlalchemy import Connection

from helpdesk.schema.alone import Say, nobody
from helpdesk.schema.progress import Ticker, index_watched

BATCH = 0.1
"""Seconds that a batch of a fill is to take: as long others wait for rows that are in it."""
_FIRST, _LARGEST = 500, 50_000
"""Keys in the first batch, and in the largest."""
_MOST_PASSES = 100


def create_table(name: str, *columns: sa.schema.SchemaItem) -> None:
    """Make a table. Its indexes are steps of their own."""
    with _alone():
        op.create_table(name, *columns, if_not_exists=_is_postgresql())


def add_column(table: str, column: sa.Column[object]) -> None:
    """Add a column that may be null, or has a constant for the rows that are there.

    :raises ValueError: every row would be written, or looked at.
    """
    if not column.nullable and column.server_default is None:
        raise ValueError(f"{table}.{column.name}: give it a server_default, or let it be null")
    if column.foreign_keys:
        raise ValueError(f"{table}.{column.name}: its foreign key is a step of its own")
    with _alone():
        op.add_column(table, column, if_not_exists=_is_postgresql() or None)


def drop_column(table: str, column: str) -> None:
    """Drop a column, which no code uses any more: the migration contracts."""
    with _alone():
        op.drop_column(table, column, if_exists=_is_postgresql() or None)


def drop_table(table: str) -> None:
    """Drop a table, which no code uses any more: the migration contracts."""
    with _alone():
        op.drop_table(table, if_exists=_is_postgresql())


def create_index(
    name: str,
    table: str,
    columns: Sequence[str | sa.TextClause],
    *,
    unique: bool = False,
    where: str = "",
) -> None:
    """Make an index while the table is read and written. A half-built one is made anew."""
    chosen = sa.text(where) if where else None
    if not _is_postgresql():
        op.create_index(name, table, columns, unique=unique, sqlite_where=chosen)
        return
    with _alone() as connection, _waiting_long(connection):
        if _is_whole(connection, name):
            return
        with index_watched(connection.engine, name, _say()):
            op.create_index(
                name,
                table,
                columns,
                unique=unique,
                postgresql_where=chosen,
                postgresql_concurrently=True,
            )


def drop_index(name: str, table: str) -> None:
    """Drop an index while the table is read and written."""
    if not _is_postgresql():
        op.drop_index(name, table)
        return
    with _alone() as connection, _waiting_long(connection):
        op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)


def add_foreign_key(name: str, table: str, column: str, to: str, to_column: str = "id") -> None:
    """Have a column refer to another table: at once for new rows, then the old ones are looked at.

    While these are looked at, both tables are read and written.
    """
    if not _is_postgresql():
        with _made_anew(table) as batch:
            batch.create_foreign_key(name, to, [column], [to_column])
        return
    _constrain(table, name, f"FOREIGN KEY ({column}) REFERENCES {to} ({to_column})")


def add_check(name: str, table: str, condition: str) -> None:
    """Have rows fulfil a condition: at once for new rows, then the old ones are looked at."""
    if not _is_postgresql():
        with _made_anew(table) as batch:
            batch.create_check_constraint(name, sa.text(condition))
        return
    _constrain(table, name, f"CHECK ({condition})")


def require(table: str, column: str) -> None:
    """Let a column be null no more, once it was filled and all code fills it."""
    if not _is_postgresql():
        with _made_anew(table) as batch:
            batch.alter_column(column, nullable=False)
        return
    passing = f"{table}_{column}_filled"
    _constrain(table, passing, f"CHECK ({column} IS NOT NULL)")
    with _alone() as connection:
        # It was proven by the constraint: the rows are not looked at a second time.
        connection.execute(sa.text(f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL"))
        connection.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT {passing}"))


def fill(table: str, values: Mapping[str, str], where: str, *, key: str = "id") -> None:
    """Set columns of rows that are there, in small batches.

    :param values: by column, an expression of SQL.
    :param where: which rows; those that were filled must not be among them any more.
    :param key: a column of whole numbers that has an index, such as the primary key.
    :raises RuntimeError: rows that were filled are among the chosen ones still.
    """
    with _alone() as connection:
        span = sa.text(f"SELECT min({key}), max({key}) FROM {table} WHERE {where}")  # noqa: S608
        first, last = connection.execute(span).one()
        ticker, until = Ticker(_say()), last
        for _ in range(_MOST_PASSES):
            if first is None or first > until:
                return
            _fill(connection, _batch(table, values, where, key), (first, min(last, until)), ticker)
            # What somebody else was changing was passed over, so that nobody waits in a circle.
            first, last = connection.execute(span).one()
        raise RuntimeError(f"{table}: rows that were filled are still chosen by “{where}”")


def in_batches(
    table: str, work: Callable[[Connection, int, int], object], *, key: str = "id", size: int = 500
) -> None:
    """Have ``work`` change the rows of a span of keys, from the first to the last, span by span.

    For what SQL alone cannot set. On PostgreSQL each span is a transaction of its own: lock what is
    read to be changed, ``FOR NO KEY UPDATE SKIP LOCKED``, and expect rows that are done already.
    """
    with _alone() as connection:
        last = connection.scalar(sa.text(f"SELECT max({key}) FROM {table}")) or 0  # noqa: S608
        ticker = Ticker(_say())
        for first in range(1, last + 1, size):
            with _together(connection):
                work(connection, first, first + size - 1)
            ticker.tick(f"{table}: {min(first + size, last) / last:.0%}")


@contextmanager
def _together(connection: Connection) -> Iterator[None]:
    """Several statements in one transaction, where each would be one."""
    if not _is_postgresql():
        yield
        return
    connection.exec_driver_sql("BEGIN")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _fill(
    connection: Connection, batch: sa.TextClause, span: tuple[int, int], ticker: Ticker
) -> None:
    first, last = span
    begin, size = first, _FIRST
    while begin <= last:
        began = time.monotonic()
        connection.execute(batch, {"first": begin, "last": begin + size - 1})
        took = time.monotonic() - began
        begin += size
        size = min(_LARGEST, max(1, int(size * min(2.0, BATCH / max(took, 0.001)))))
        done = (min(begin, last) - first) / max(last - first, 1)
        ticker.tick(f"{done:.0%} filled")
        if _is_postgresql():
            time.sleep(min(took, BATCH) / 4)


def _batch(table: str, values: Mapping[str, str], where: str, key: str) -> sa.TextClause:
    changed = ", ".join(f"{column} = {value}" for column, value in values.items())
    chosen = f"SELECT {key} FROM {table} WHERE {key} BETWEEN :first AND :last AND ({where})"  # noqa: S608
    if _is_postgresql():
        chosen += " FOR NO KEY UPDATE SKIP LOCKED"
    return sa.text(f"UPDATE {table} SET {changed} WHERE {key} IN ({chosen})")  # noqa: S608


def _constrain(table: str, name: str, rule: str) -> None:
    with _alone() as connection:
        there = sa.text(
            "SELECT true FROM pg_constraint"
            " WHERE conname = :name AND conrelid = to_regclass(:table)"
        )
        if not connection.scalar(there, {"name": name, "table": table}):
            added = f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule} NOT VALID"
            connection.execute(sa.text(added))
        connection.execute(sa.text(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))


def _is_whole(connection: Connection, name: str) -> bool:
    """Whether an index stands. One that was left half-built is dropped; one being built awaited."""
    of_index = {"name": name}
    while connection.scalar(_BEING_BUILT, of_index):
        _say()(f"  {name}: an attempt of before is still building it")
        time.sleep(1)
    is_valid = connection.scalar(_VALID, of_index)
    if is_valid is False:
        _say()(f"  {name}: half-built by an attempt of before, made anew")
        connection.execute(sa.text(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"'))
    return bool(is_valid)


_VALID = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
_BEING_BUILT = sa.text(
    "SELECT true FROM pg_stat_progress_create_index WHERE index_relid = to_regclass(:name)"
)


@contextmanager
def _made_anew(table: str) -> Iterator[BatchOperations]:
    """SQLite: a table that is written anew, with all its indexes and triggers.

    Alembic leaves out those that have expressions.
    """
    kept = sa.text(
        "SELECT name, sql FROM sqlite_schema"
        " WHERE tbl_name = :table AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    )
    before = op.get_bind().execute(kept, {"table": table}).all()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection", sa.exc.SAWarning)
        with op.batch_alter_table(table) as batch:
            yield batch
    after = {name for name, _ in op.get_bind().execute(kept, {"table": table})}
    for name, sql in before:
        if name not in after:
            op.execute(sql)


@contextmanager
def _alone() -> Iterator[Connection]:
    """A step by itself: on PostgreSQL each of its statements is a transaction."""
    if not _is_postgresql():
        yield op.get_bind()
        return
    with op.get_context().autocommit_block():
        yield op.get_bind()


@contextmanager
def _waiting_long(connection: Connection) -> Iterator[None]:
    """For what waits for open transactions, and lets nobody wait behind it."""
    before = connection.scalar(sa.text("SHOW lock_timeout"))
    connection.execute(sa.text("SET lock_timeout = 0"))
    try:
        yield
    finally:
        connection.execute(sa.text(f"SET lock_timeout = '{before}'"))


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _say() -> Say:
    say: Say = context.config.attributes.get("say", nobody)
    return say
