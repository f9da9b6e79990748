"""Engine, sessions and the one place that commits.

``with database.transaction() as session:`` commits when the block ends and rolls back when it
raises. ``with database.reading() as session:`` never writes. Nothing else in Postdesk commits, and
nothing opens a network connection inside either block.

What should happen *after* a commit (waking the worker) is noted on the session with
:func:`wake` and passed to the listeners once the commit stands, so no caller can forget it and no
listener ever hears of work that was rolled back.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from weakref import ref

from sqlalchemy import (
    DateTime,
    Engine,
    Executable,
    Insert,
    create_engine,
    event,
    insert,
    inspect,
    text,
)
from sqlalchemy.engine import (
    Connection,
    CursorResult,
    Dialect,
    ExceptionContext,
    Row,
    make_url,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Session,
    SessionTransaction,
    make_transient_to_detached,
    sessionmaker,
)
from sqlalchemy.types import TypeDecorator

from helpdesk import shop_clock
from helpdesk.mail_policy import MailPolicy
from helpdesk.outages import outage
from helpdesk.settings import Settings

_log = logging.getLogger(__name__)

Listener = Callable[[frozenset[str]], None]

_WAKE = "postdesk_wake"
_ASKED_EVERY = 60.0
_TURNS = 0x706F7375  # next to the migrations' number
_READ_ONLY = "postdesk_read_only"
_POLICY = "postdesk_policy"
_ADDED = "postdesk_added"
_KEYS = "postdesk_keys"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always timezone-aware UTC in Python, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        value = value.astimezone(UTC)
        # SQLite keeps no zone: stored naive, always UTC, so that text order is time order.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """A database and how Postdesk talks to it. One a process, made by :func:`connect`."""

    def __init__(
        self, engine: Engine, keys: tuple[str, ...], policy: MailPolicy | None = None
    ) -> None:
        """:param keys: see :func:`keys_of`."""
        self.engine = engine
        info = {_KEYS: keys, _POLICY: policy or MailPolicy()}
        self._write = sessionmaker(engine, expire_on_commit=False, info=info)
        self._read = sessionmaker(
            engine.execution_options(**{_READ_ONLY: True}),
            expire_on_commit=False,
            autoflush=False,
            info=info,
        )
        event.listen(self._write, "after_soft_rollback", _forget_added)
        self._listeners: list[Listener] = []

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def after_commit(self, listener: Listener) -> None:
        """Have ``listener`` called, after each commit that noted something with :func:`wake`."""
        self._listeners.append(listener)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that writes: commits at the end of the block, rolls back if it raises."""
        with self._write() as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
            woken = frozenset(session.info.get(_WAKE, ()))
        if woken:
            for listener in self._listeners:
                try:
                    listener(woken)
                except Exception:
                    # What was committed stands: its caller must not take it for failed.
                    _log.exception("a listener failed after a commit")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, on one snapshot; what it changed by mistake is dropped."""
        # Closing rolls back, and leaves what was loaded as it is: it may be used after the block.
        with self._read() as session:
            yield session

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def take_turns(session: Session) -> None:
    """Wait until no other transaction that asked for the same is open, on any machine.

    For what is added where there is nothing yet: no row is there to be locked. On SQLite one
    transaction writes at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURNS})


def wake(session: Session, what: str) -> None:
    """Note that, once this transaction stands, whoever does ``what`` should be woken."""
    session.info.setdefault(_WAKE, set()).add(what)


def insert_row(session: Session, model: type[DeclarativeBase], **values: Any) -> None:
    """Insert a row whose object nobody needs: a third of what the unit of work costs.

    For the rows that every mail writes. What the row refers to must be flushed already.
    """
    statement = _inserts.get(model)
    if statement is None:
        # Inline: nobody asks for the id that it gets.
        statement = _inserts[model] = insert(model).inline()
    session.connection().execute(statement, values)


_inserts: dict[type[DeclarativeBase], Insert] = {}


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
    made = session.connection().execute(statement, values).inserted_primary_key
    assert made is not None, "one row was inserted"
    (given["id"],) = made
    count_as_added(session, row)


def count_as_added(session: Session, row: DeclarativeBase) -> None:
    """Have an object stand in the session for a row that was inserted, with these very values."""
    make_transient_to_detached(row)
    session.add(row)
    if (savepoint := session.get_nested_transaction()) is not None:
        session.info.setdefault(_ADDED, []).append((savepoint, ref(row)))


def _forget_added(session: Session, rolled_back: SessionTransaction) -> None:
    """What was added since a savepoint goes with it: its id may be given out again."""
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


AnyRow = Row[*tuple[Any, ...]]


def ask(session: Session, made: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement that was made once, with values for its parameters; rows, no objects.

    For what every page and every mail asks: making such a statement, and objects of its rows,
    takes several times as long as the database does.
    """
    session.flush()
    return session.connection().execute(made, values)


def secret_of(session: Session) -> str:
    """The installation's secret, with which actions sign what goes out (see helpdesk.links)."""
    return keys_of(session)[0]


def keys_of(session: Session) -> tuple[str, ...]:
    """The secrets by which what comes back is known: the present one, then those before it."""
    keys: tuple[str, ...] = session.info[_KEYS]
    return keys


def policy_of(session: Session) -> MailPolicy:
    """What the operator decided about mail."""
    policy: MailPolicy = session.info[_POLICY]
    return policy


@contextmanager
def with_policy(session: Session, policy: MailPolicy) -> Iterator[None]:
    """Have another policy hold in this block."""
    before = policy_of(session)
    session.info[_POLICY] = policy
    try:
        yield
    finally:
        session.info[_POLICY] = before


def connect(settings: Settings, *, pool_size: int = 16) -> Database:
    """Open the database that the settings name. Connects lazily: it may be down just now."""
    if settings.is_sqlite:
        engine = _sqlite(settings.database_url)
        return Database(engine, settings.keys, settings.mail_policy)
    engine = create_engine(
        settings.database_url,
        pool_size=pool_size,
        max_overflow=4,
        pool_pre_ping=True,
        hide_parameters=True,  # they are people's words, and errors are logged
        connect_args={"connect_timeout": 5, "application_name": "postdesk"},
    )
    event.listen(engine, "connect", _compile_no_queries)
    event.listen(engine, "connect", lambda connection, _record: _ask_the_time(connection))
    _ask_the_time_again(engine)
    _note_outages(engine, "checkout")
    return Database(engine, settings.keys, settings.mail_policy)


def _compile_no_queries(connection: Any, _record: object) -> None:
    """Compiled by PostgreSQL before they run, our short queries took it a third more CPU.

    Not by the connection's options: poolers before PostgreSQL refuse those.
    """
    connection.execute("SET jit = off")
    connection.commit()


def _ask_the_time(connection: Any) -> None:
    asked_at = time.time()
    (theirs,) = connection.execute("SELECT clock_timestamp()").fetchone()
    connection.commit()
    shop_clock.compare(theirs, asked_at)


def _ask_the_time_again(engine: Engine) -> None:
    """Have it asked once a minute while connections are in use."""
    due = [time.monotonic() + _ASKED_EVERY]

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, *_: Any) -> None:
        if time.monotonic() < due[0]:
            return
        due[0] = time.monotonic() + _ASKED_EVERY
        try:
            _ask_the_time(connection)
        except Exception:  # whoever uses the connection learns that, and says it
            _log.debug("the time was not told", exc_info=True)


def _note_outages(engine: Engine, answered: str) -> None:
    """Have the log say when the database went away, and when it was back.

    :param answered: the event by which it is known to be there.
    """

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        error = context.original_exception
        is_away = context.is_disconnect or context.connection is None
        if is_away or (isinstance(error, sqlite3.Error) and _is_of_the_disk(error)):
            outage("database").failed(type(error).__name__)

    @event.listens_for(engine, answered)
    def on_answer(*_: Any) -> None:
        outage("database").worked()


def _is_of_the_disk(error: sqlite3.Error) -> bool:
    first = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return first in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path:
        with suppress(OSError):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
    connect_args = {"timeout": 15, "check_same_thread": False}
    engine = create_engine(url, connect_args=connect_args, hide_parameters=True)
    _note_outages(engine, "commit")

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own transactions lose updates (it begins late and deferred): we begin.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA busy_timeout=15000")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-16000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A writer takes the lock at once, so it waits its turn instead of failing half-way.
        read_only = connection.get_execution_options().get(_READ_ONLY)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
