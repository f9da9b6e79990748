"""Faults of the database: locked by another, crashed, lost where a standby takes over."""

from __future__ import annotations

import threading

from bench.burst import Stage
from tests.support.servers import PostgreSQL


def settings_for(server: PostgreSQL, standby: PostgreSQL | None) -> dict[str, str]:
    """The address of the database; with a standby, of whichever of the two takes changes."""
    if standby is None:
        return {"DATABASE_URL": server.url()}
    hosts = "&".join(f"host={one.folder}" for one in (server, standby))
    url = f"postgresql+psycopg://postgres@/postgres?{hosts}&target_session_attrs=read-write"
    return {"DATABASE_URL": url}


def lock_database(stage: Stage, over: threading.Event) -> None:
    """Somebody else holds SQLite's one write lock, for seconds at a time."""
    while not over.wait(0.5):
        with stage.database.transaction():
            over.wait(4)


def stop_database(stage: Stage, over: threading.Event) -> None:
    """PostgreSQL crashes, and is back after two seconds, again and again."""
    assert stage.postgresql
    while not over.wait(stage.chance.uniform(0.5, 1.5)):
        stage.postgresql.stop(crash=True)
        over.wait(2)
        stage.postgresql.start()


def fail_over(stage: Stage, over: threading.Event) -> None:
    """PostgreSQL is lost and does not come back; after two seconds its standby is promoted."""
    assert stage.postgresql
    assert stage.standby
    over.wait(stage.chance.uniform(1, 2))
    assert not over.is_set(), "the burst was over before the database was lost"
    stage.postgresql.stop(crash=True)
    over.wait(2)
    stage.standby.promote()
