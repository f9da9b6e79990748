"""Showing that a long step goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.schema.alone import Say

EVERY = 5.0
"""Seconds between two lines."""
_OPERATIONS = 1_000_000
"""Of SQLite's machine between two looks at the clock: some hundredths of a second."""


class Ticker:
    """Says a line at most every few seconds."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._began = self._said = time.monotonic()

    def tick(self, words: str = "") -> None:
        """Say what has been done, if it is time."""
        now = time.monotonic()
        if now - self._said >= EVERY:
            self._said = now
            self._say(f"  {words or 'at work'}, {now - self._began:.0f} s")


@contextmanager
def ticking(connection: Connection, say: Say) -> Iterator[None]:
    """SQLite: say now and then that a statement is still at work."""
    driver = connection.connection.driver_connection
    assert driver is not None
    ticker = Ticker(say)
    driver.set_progress_handler(lambda: ticker.tick(), _OPERATIONS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


@contextmanager
def index_watched(engine: Engine, name: str, say: Say) -> Iterator[None]:
    """PostgreSQL: say now and then how far an index is."""
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(engine, name, say, ended), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _watch(engine: Engine, name: str, say: Say, ended: threading.Event) -> None:
    while not ended.wait(EVERY):
        with suppress(SQLAlchemyError), engine.connect() as connection:
            found = connection.execute(_BUILDING).first()
            if found is not None:
                phase, share = found
                percent = f", {share:.0f} %" if share is not None else ""
                say(f"  {name}: {phase}{percent}")


_BUILDING = text(
    "SELECT phase, CASE WHEN blocks_total > 0 THEN 100.0 * blocks_done / blocks_total"
    " WHEN tuples_total > 0 THEN 100.0 * tuples_done / tuples_total END"
    " FROM pg_stat_progress_create_index WHERE datname = current_database() LIMIT 1"
)
