"""What is said while a long step is at work."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from helpdesk.db import Database
from helpdesk.schema import progress
from helpdesk.schema.progress import Ticker, ticking

LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000)"


def test_no_more_than_a_line_in_some_seconds() -> None:
    said: list[str] = []
    ticker = Ticker(said.append)
    ticker.tick("half")
    assert said == []


@pytest.mark.databases("sqlite")
def test_sqlite_says_that_it_is_at_work(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)
    said: list[str] = []
    with database.engine.connect() as connection:
        with ticking(connection, said.append):
            connection.execute(text(f"{LONG} SELECT max(i) FROM n")).all()
        told = len(said)
        connection.execute(text(f"{LONG} SELECT max(i) FROM n")).all()
    assert told >= 1
    assert len(said) == told
    assert said[0] == "  at work, 0 s"
