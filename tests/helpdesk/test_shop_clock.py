"""One clock for all machines."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk import shop_clock
from helpdesk.db import connect
from helpdesk.settings import load


@pytest.fixture(autouse=True)
def right_again() -> Iterator[None]:
    yield
    shop_clock.compare(datetime.now(UTC), time.time())


def by_how_much() -> float:
    """How far the shop's time is from this machine's, in seconds."""
    return (shop_clock.now() - datetime.now(UTC)).total_seconds()


@pytest.mark.parametrize("hours", [3, -3])
def test_where_a_clock_is_off_the_databases_counts(hours: int) -> None:
    off = timedelta(hours=hours)
    shop_clock.compare(datetime.now(UTC) + off, time.time())
    assert by_how_much() == pytest.approx(off.total_seconds(), abs=1)
    assert shop_clock.seconds() - time.time() == pytest.approx(off.total_seconds(), abs=1)
    assert shop_clock.ahead() == pytest.approx(-off.total_seconds(), abs=1)
    shop_clock.compare(datetime.now(UTC), time.time())
    assert shop_clock.ahead() == 0


def test_a_clock_that_is_right_is_gone_by_as_it_is() -> None:
    shop_clock.compare(datetime.now(UTC) + timedelta(seconds=0.6), time.time())
    assert shop_clock.ahead() == 0


def test_an_answer_that_took_long_says_no_more_than_it_can() -> None:
    asked_at = time.time() - 20
    shop_clock.compare(datetime.now(UTC), asked_at)
    assert shop_clock.ahead() == 0, "it may have been told just now"
    shop_clock.compare(datetime.now(UTC) + timedelta(hours=1), asked_at)
    assert by_how_much() == pytest.approx(3600, abs=30)
    shop_clock.compare(datetime.now(UTC) + timedelta(hours=1), asked_at)
    assert by_how_much() == pytest.approx(3600, abs=30)


@pytest.mark.databases("postgresql")
def test_it_is_asked_with_each_connection_and_each_minute(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = connect(load({"POSTDESK_DATABASE_URL": database_url}))
    shop_clock.compare(datetime.now(UTC) + timedelta(hours=3), time.time())
    with database.reading() as session:
        session.connection()
        assert shop_clock.ahead() == 0
    shop_clock.compare(datetime.now(UTC) + timedelta(hours=3), time.time())
    with database.reading() as session:
        session.connection()
        assert shop_clock.ahead() != 0, "not so soon"
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with database.reading() as session:
        session.connection()
        assert shop_clock.ahead() == 0
    database.dispose()
