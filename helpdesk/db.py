"""Engine, sessions and the one place that commits.

``with database.transaction() as session:`` commits when the block ends and rolls back when it
raises. ``with database.reading() as session:`` never writes. ``asking`` and ``noting`` are the same
in statements that stand alone, for who looks, or says something, every few seconds. Nothing else in
Postdesk commits, and nothing opens a network connection inside any of these blocks.

What should happen *after* a commit (waking the worker) is noted on the session with
:func:`wake` and passed to the listeners once the commit stands, so no caller can forget it and no
listener ever hears of work that was rolled back.
"""

from __future__ import annotations

import logging
import select
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    DateTime,
    Engine,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import (
    Connection,
    Dialect,
    ExceptionContext,
    Row,
    make_url,
)
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import (
    Session,
    sessionmaker,
)
from sqlalchemy.types import TypeDecorator

from helpdesk import shop_clock
from helpdesk.mail_policy import MailPolicy
from helpdesk.outages import outage
from helpdesk.rows import RowSession, prepare
from helpdesk.settings import Settings

_log = logging.getLogger(__name__)

Listener = Callable[[frozenset[str]], None]

_WAKE = "postdesk_wake"
_ASKED_EVERY = 60.0
_RESTS = 0.5
_RESTS_SINCE = "postdesk_rests_since"
_TURNS = 0x706F7375  # next to the migrations' number
_READ_ONLY = "postdesk_read_only"
_POLICY = "postdesk_policy"
_KEYS = "postdesk_keys"
_ALONE = ContextVar("postdesk_alone", default=False)
"""Whether statements stand alone just now: see :meth:`Database.asking`."""


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
        self._write = sessionmaker(engine, class_=RowSession, expire_on_commit=False, info=info)
        # On PostgreSQL each question has a snapshot of its own, unless one is wanted for all.
        one_snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._read = sessionmaker(
            engine.execution_options(**{_READ_ONLY: True} if self.is_sqlite else one_snapshot),
            expire_on_commit=False,
            autoflush=False,
            info=info,
        )
        self._each = sessionmaker(
            engine.execution_options(isolation_level="AUTOCOMMIT"),
            expire_on_commit=False,
            autoflush=False,
            info=info,
        )
        prepare(self._write)
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
        # What was loaded is left as it is: it may be used after the block.
        with self._read() as session:
            yield session
            session.expunge_all()
            if session.is_active and not self.is_sqlite:
                # At a rollback the driver forgets what it has prepared, and all is planned anew.
                session.commit()

    @contextmanager
    def asking(self) -> Iterator[Session]:
        """A session of questions that stand alone, each on a snapshot of its own.

        For who looks again and again: on PostgreSQL a question is one exchange so, where
        :meth:`reading` takes four (to try the connection, to begin, to ask and to end).
        """
        with self.reading() if self.is_sqlite else self._standing_alone() as session:
            yield session

    @contextmanager
    def noting(self) -> Iterator[Session]:
        """A session of statements that write and stand alone: each stands at once."""
        with self.transaction() if self.is_sqlite else self._standing_alone() as session:
            yield session

    @contextmanager
    def _standing_alone(self) -> Iterator[Session]:
        token = _ALONE.set(True)
        try:
            with self._each() as session:
                yield session
        finally:
            _ALONE.reset(token)

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


AnyRow = Row[*tuple[Any, ...]]


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


def connect(settings: Settings, *, pool_size: int = 16, writes_often: bool = False) -> Database:
    """Open the database that the settings name. Connects lazily: it may be down just now.

    :param writes_often: a little at a time, has all else it does wait for the database, and tries
        again by itself; so a connection that was in use a moment ago need not be tried before it is
        used.
    """
    if settings.is_sqlite:
        engine = _sqlite(settings.database_url, writes_often)
        return Database(engine, settings.keys, settings.mail_policy)
    engine = create_engine(
        settings.database_url,
        pool_size=pool_size,
        max_overflow=4,
        pool_use_lifo=True,  # the one that was in use last has most of what is asked prepared
        hide_parameters=True,  # they are people's words, and errors are logged
        connect_args={"connect_timeout": 5, "application_name": "postdesk"},
    )
    event.listen(engine, "connect", _compile_no_queries)
    event.listen(engine, "connect", lambda connection, _record: _ask_the_time(connection))
    _see_that_it_lives(engine, _RESTS if writes_often else 0.0)
    _ask_the_time_again(engine)
    _note_outages(engine, "checkout")
    return Database(engine, settings.keys, settings.mail_policy)


def _compile_no_queries(connection: Any, _record: object) -> None:
    """Compiled by PostgreSQL before they run, our short queries took it a third more CPU.

    Not by the connection's options: poolers before PostgreSQL refuse those.
    """
    connection.execute("SET jit = off")
    connection.commit()


def _see_that_it_lives(engine: Engine, rests: float) -> None:
    """Try a connection before it is used: the database may have been restarted.

    Who asks again and again takes one for good on which the database said nothing since; a
    database that ends says so.

    :param rests: seconds; not one that was in use so lately. What writes much would ask as often as
        it writes.
    """

    @event.listens_for(engine, "checkin")
    def on_checkin(_connection: Any, record: Any) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get(_RESTS_SINCE)
        if since is None or time.monotonic() - since < rests:
            return
        if _ALONE.get() and not _was_said(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as problem:  # the driver's, whose class depends on what happened
            raise InvalidatePoolError from problem  # all of them are made anew


def _was_said(connection: Any) -> bool:
    """Whether anything came that nobody asked for, such as the end."""
    if connection.closed:
        return True
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return bool(look.poll(0))


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


def _sqlite(url: str, writes_often: bool) -> Engine:
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
        if writes_often:
            # What a statement would put back if it failed went into files, 16 pages for each mail.
            cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A writer takes the lock at once, so it waits its turn instead of failing half-way.
        read_only = connection.get_execution_options().get(_READ_ONLY)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
