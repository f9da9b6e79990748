"""One process migrates at a time; and what it waits for blocks nobody else for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from helpdesk.db import Database

Say = Callable[[str], None]
"""Writes a line for the operator."""

_ADVISORY_LOCK = 0x706F7374
_LOOK_AGAIN = 0.2


def nobody(_: str) -> None:
    """Say a line to nobody."""


@contextmanager
def transaction(database: Database, say: Say = nobody) -> Iterator[Connection]:
    """A transaction to migrate in, which no other process migrates beside."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            with _in_turn(connection, say):
                yield connection
            return
        # To change a table SQLite makes it anew and drops the old one, to which rows of others
        # refer. The switch works only outside a transaction, so it is the driver's.
        _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                yield connection
                _check_foreign_keys(connection)
        finally:
            _foreign_keys(connection, "ON")


@contextmanager
def turn(database: Database, say: Say = nobody) -> Iterator[Connection]:
    """PostgreSQL: have no other process migrate while this lasts.

    What is given has an open transaction, which has locked nothing else and sees what others
    commit. It is not the connection to migrate by: that one commits with every step.
    """
    with database.engine.connect() as connection, _in_turn(connection, say):
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield connection


@contextmanager
def _in_turn(connection: Connection, say: Say) -> Iterator[None]:
    """A transaction that has the lock.

    It is asked for over and over, and not waited for: an index that another process is building
    would wait for the end of a statement that waits.
    """
    waits = False
    taken = text("SELECT pg_try_advisory_xact_lock(:key)")
    while True:
        with connection.begin():
            if connection.scalar(taken, {"key": _ADVISORY_LOCK}):
                yield
                return
        if not waits:
            say("Another process migrates just now: waiting for it.")
        waits = True
        time.sleep(_LOOK_AGAIN)


def _foreign_keys(connection: Connection, state: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys={state}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise RuntimeError(f"the migration left a row of {broken[0]} that refers to nothing")
