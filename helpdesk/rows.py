"""Rows that are written at less cost than the unit of work's: for what every mail writes.

What :func:`insert_row` is given waits, and is written with its like in one statement: before
anything is asked of the database that could tell, at a savepoint's ends, and before the commit.
So nobody sees the difference but the database, which is asked half as often.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import groupby
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, ref

from sqlalchemy import Executable, Insert, ScalarResult, Select, event, insert, inspect
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.orm import (
    DeclarativeBase,
    Session,
    SessionTransaction,
    make_transient_to_detached,
)
from sqlalchemy.sql.visitors import traverse

_WAITING = "postdesk_waiting_rows"
_READ = "postdesk_table_read"
_CONNECTION = "postdesk_connection"
_ADDED = "postdesk_added"

Thing = TypeVar("Thing")
Values = dict[str, Any]
_Waiting = dict[str, list[tuple[Executable, Values]]]
"""By the table: statements that insert, and their values."""


class RowSession(Session):
    """A session in which rows wait until somebody could miss them."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        # A mere change of rows that are there already needs none of those that wait.
        if not self.info.get(_READ) or self.new or self.deleted:
            write_rows(self)
        super().flush(objects)

    def begin_nested(self) -> SessionTransaction:
        write_rows(self)
        return super().begin_nested()

    def connection(self, *arguments: Any, **named: Any) -> Connection:
        write_rows(self)
        return super().connection(*arguments, **named)

    def execute(self, *arguments: Any, **named: Any) -> Any:
        write_rows(self, self.info.get(_READ))
        return super().execute(*arguments, **named)

    def get(self, entity: Any, *arguments: Any, **named: Any) -> Any:
        with _reading_of(self, _table_of(entity)):
            return super().get(entity, *arguments, **named)

    def refresh(self, instance: Any, *arguments: Any, **named: Any) -> None:
        with _reading_of(self, _table_of(instance.__class__)):
            super().refresh(instance, *arguments, **named)

    def scalar(self, *arguments: Any, **named: Any) -> Any:
        write_rows(self)
        return super().scalar(*arguments, **named)

    def scalars(self, *arguments: Any, **named: Any) -> Any:
        write_rows(self)
        return super().scalars(*arguments, **named)


@contextmanager
def _reading_of(session: Session, tables: Collection[str] | None) -> Iterator[None]:
    """Have rows of other tables wait on in this block."""
    outside = session.info.get(_READ)
    session.info[_READ] = tables
    try:
        yield
    finally:
        session.info[_READ] = outside


@cache
def _table_of(entity: Any) -> tuple[str]:
    """Where an object stands. No model has a relationship that is read with it."""
    return (inspect(entity).local_table.name,)


def _connection(session: Session) -> Connection:
    """The connection, for what none of the rows that wait matters to."""
    kept: Connection | None = session.info.get(_CONNECTION)
    # A savepoint is set when it is first asked for.
    if kept is None or kept.closed or session.in_nested_transaction():
        kept = session.info[_CONNECTION] = Session.connection(session)
    return kept


def prepare(factory: Any) -> None:
    """Have a factory of such sessions write what waits, and forget what was rolled back."""
    event.listen(factory, "before_commit", write_rows)
    event.listen(factory, "after_soft_rollback", _forget)


def insert_row(session: Session, model: type[DeclarativeBase], **values: Any) -> None:
    """Insert a row whose object nobody needs: a tenth of what the unit of work costs.

    What the row refers to must be flushed already. It is written a little later, with its like.
    """
    insert_later(session, model.__tablename__, _insert_inline(model), values)


def insert_later(session: Session, table: str, made: Executable, values: Values) -> None:
    """Run a statement that was made once, and inserts into a table, a little later."""
    waiting = session.info.setdefault(_WAITING, {})
    waiting.setdefault(table, []).append((made, values))


def waiting_rows(session: Session, model: type[DeclarativeBase]) -> list[Values]:
    """What was given to :func:`insert_row` and is not written yet."""
    waiting: _Waiting = session.info.get(_WAITING, {})
    return [values for _, values in waiting.get(model.__tablename__, ())]


def write_rows(session: Session, tables: Collection[str] | None = None) -> None:
    """Write the rows that wait: all, or those of these tables."""
    waiting: _Waiting | None = session.info.get(_WAITING)
    if not waiting:
        return
    due = list(waiting) if tables is None else [one for one in waiting if one in tables]
    rows = [waiting.pop(table) for table in due]
    if not waiting:
        del session.info[_WAITING]
    for of_one in rows:
        for made, alike in _runs(of_one):
            _connection(session).execute(made, alike)


def _runs(rows: list[tuple[Executable, Values]]) -> Iterator[tuple[Executable, list[Values]]]:
    """Those in a row that give the same columns: so many go into one statement, in their order."""
    for (made, _), alike in groupby(rows, key=lambda row: (row[0], tuple(row[1]))):
        yield made, [values for _, values in alike]


def connection_for(session: Session, *tables: str) -> Connection:
    """The connection, for what concerns these tables alone: what waits for them is written."""
    write_rows(session, tables)
    return _connection(session)


def ask(session: Session, made: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement that was made once, with values for its parameters; rows, no objects.

    For what every page and every mail asks: making such a statement, and objects of its rows,
    takes several times as long as the database does.
    """
    if _WAITING in session.info:
        tables = _tables_of(made)
        with _reading_of(session, tables):
            session.flush()
        write_rows(session, tables)
    else:
        session.flush()
    return _connection(session).execute(made, values)


def ask_beside(session: Session, made: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """The same of what is written already: the caller has looked at :func:`waiting_rows`."""
    return _connection(session).execute(made, values)


def objects(session: Session, made: Select[Thing], **values: Any) -> ScalarResult[Thing]:
    """The same where objects are wanted."""
    tables = _tables_of(made)
    with _reading_of(session, tables):
        write_rows(session, tables)
        return Session.scalars(session, made, values)


def _tables_of(made: Executable) -> frozenset[str] | None:
    """The tables that a statement names; None where a part of it is text, and may name any."""
    try:
        return _TABLES[made]
    except KeyError:
        names: set[str] = set()
        texts: list[Any] = []
        found = {
            "table": lambda table: names.add(table.name),
            "textclause": texts.append,
            **dict.fromkeys(("insert", "update", "delete"), lambda it: names.add(it.table.name)),
        }
        traverse(made, {}, found)  # type: ignore[call-overload]
        return _TABLES.setdefault(made, None if texts else frozenset(names))


_TABLES: WeakKeyDictionary[Executable, frozenset[str] | None] = WeakKeyDictionary()


def add_now(session: Session, row: DeclarativeBase) -> None:
    """Insert an object at once, and by itself: a third of what the unit of work costs.

    From then on it stands in the session like any other. What it refers to must be flushed
    already, and be given by id: none of its relationships may be set yet.
    """
    statement, columns = _insert_of(type(row))
    given = row.__dict__
    for attribute, _, default in columns:
        if attribute not in given:
            given[attribute] = default() if callable(default) else default
    values = {column: given[attribute] for attribute, column, _ in columns}
    made = _connection(session).execute(statement, values).inserted_primary_key
    assert made is not None, "one row was inserted"
    (given["id"],) = made
    count_as_added(session, row)


def count_as_added(session: Session, row: DeclarativeBase) -> None:
    """Have an object stand in the session for a row that was inserted, with these very values."""
    make_transient_to_detached(row)
    session.add(row)
    if (savepoint := session.get_nested_transaction()) is not None:
        session.info.setdefault(_ADDED, []).append((savepoint, ref(row)))


def _forget(session: Session, rolled_back: SessionTransaction) -> None:
    """What was added since a savepoint goes with it: its id may be given out again."""
    # What waited when the savepoint began was written then.
    session.info.pop(_WAITING, None)
    kept = []
    for savepoint, row in session.info.pop(_ADDED, ()):
        within: SessionTransaction | None = savepoint
        while within is not None and within is not rolled_back:
            within = within.parent
        found = row()
        if within is None:
            kept.append((savepoint, row))
        elif found is not None and found in session:
            session.expunge(found)
    if kept:
        session.info[_ADDED] = kept


@cache
def _insert_inline(model: type[DeclarativeBase]) -> Insert:
    # Inline: nobody asks for the id that it gets.
    return insert(inspect(model).local_table).inline()  # type: ignore[arg-type]


@cache
def _insert_of(model: type[DeclarativeBase]) -> tuple[Insert, list[tuple[str, str, Any]]]:
    """The statement that inserts a row; attribute, column and default of each value in it."""
    mapper = inspect(model)
    columns = [
        (attribute.key, column.key, _default_of(column))
        for attribute in mapper.column_attrs
        for column in attribute.columns
        if not column.primary_key
    ]
    return insert(mapper.local_table), columns  # type: ignore[arg-type]


def _default_of(column: Any) -> Any:
    """What a column has where nothing is given: a value, or what makes a new one each time."""
    default = column.default
    if default is None:
        return None
    return partial(default.arg, None) if default.is_callable else default.arg
