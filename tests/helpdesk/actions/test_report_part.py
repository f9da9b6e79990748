"""Parts that say that they live."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import timedelta

from sqlalchemy import select

from helpdesk.actions.report_part import Here, report_part
from helpdesk.db import Database
from helpdesk.models import RunningPart
from tests.support.factories import NOW

HERE = Here("a" * 16, "web1", "1.0")


def parts(database: Database) -> list[RunningPart]:
    with database.reading() as session:
        return list(session.scalars(select(RunningPart).order_by(RunningPart.id)))


def test_since_when_it_lives_is_kept_until_it_was_silent(database: Database) -> None:
    for seconds in (0, 4, 8):
        with database.transaction() as session:
            report_part(session, HERE, "web", now=NOW + timedelta(seconds=seconds))
    (part,) = parts(database)
    assert (part.began_at, part.seen_at) == (NOW, NOW + timedelta(seconds=8))
    later = NOW + timedelta(minutes=5)
    with database.transaction() as session:
        report_part(session, Here(HERE.place, "web1", "1.1"), "web", now=later)
    (part,) = parts(database)
    assert (part.began_at, part.version) == (later, "1.1")


def test_a_machine_that_was_taken_away_is_forgotten(database: Database) -> None:
    other = Here("b" * 16, "web2", "1.0")
    with database.transaction() as session:
        report_part(session, HERE, "web", now=NOW)
    with database.transaction() as session:
        report_part(session, other, "web", now=NOW + timedelta(days=2))
    assert [one.machine for one in parts(database)] == ["web2"]


def test_two_processes_of_a_part_may_say_so_first_at_the_same_time(database: Database) -> None:
    def say_so() -> None:
        with database.transaction() as session:
            report_part(session, HERE, "web", now=NOW + timedelta(seconds=1))

    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            report_part(session, HERE, "web", now=NOW)
            session.flush()
            other = threads.submit(say_so)
            assert not wait_for([other], 0.3).done, "it waits for this one"
        other.result(30)
    (part,) = parts(database)
    assert (part.began_at, part.seen_at) == (NOW, NOW + timedelta(seconds=1))
