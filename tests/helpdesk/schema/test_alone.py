"""One process migrates at a time."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from helpdesk.db import Database
from helpdesk.schema.alone import transaction, turn
from tests.support.servers import wait_until


@pytest.mark.databases("postgresql")
def test_a_second_one_waits_and_says_so(database: Database) -> None:
    said: list[str] = []
    done = threading.Event()

    def second() -> None:
        with turn(database, said.append):
            done.set()

    with turn(database):
        thread = threading.Thread(target=second, daemon=True)
        thread.start()
        wait_until("it says that it waits", lambda: said)
        assert not done.wait(0.3)
    thread.join(10)
    assert done.is_set()
    assert said == ["Another process migrates just now: waiting for it."]


def fail(database: Database) -> None:
    with transaction(database) as connection:
        connection.execute(text("CREATE TABLE parcel (id integer)"))
        raise RuntimeError("no more")


def test_what_fails_is_rolled_back(database: Database) -> None:
    with pytest.raises(RuntimeError, match="no more"):
        fail(database)
    with transaction(database) as connection:
        connection.execute(text("CREATE TABLE parcel (id integer)"))
        connection.execute(text("DROP TABLE parcel"))
