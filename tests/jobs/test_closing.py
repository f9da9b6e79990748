"""Closing what was resolved for long: how much at a time, and clocks that jump."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_many import Selection, begin_bulk
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.close_resolved import AT_ONCE
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from jobs.closing import CALM, EVERY, TURNS, Closing
from tests.support.clock import FakeClock
from tests.support.factories import make_shop, make_ticket


@pytest.fixture
def resolve(database: Database, clock: FakeClock) -> Callable[[int], None]:
    shop = make_shop(database, clock())

    def make(count: int) -> None:
        with database.transaction() as session:
            for _ in range(count):
                ticket = make_ticket(session, shop.ann, now=clock())
                change_status(session, shop.agent, ticket.id, "resolved", now=clock())

    return make


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


class Time:
    """A wall clock, and one that only goes on."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock, self.seconds = clock, 0.0

    def monotonic(self) -> float:
        return self.seconds

    def goes_on(self, seconds: float = 0, *, days: float = 0) -> None:
        self.seconds += seconds + days * 86_400
        self.clock.advance(seconds, days=days)


def closed(database: Database) -> int:
    with database.reading() as session:
        found = select(func.count()).select_from(Ticket).where(Ticket.status == "closed")
        return session.scalar(found) or 0


def test_many_are_closed_a_hundred_a_turn_and_looked_for_once_a_minute(
    database: Database, clock: FakeClock, resolve: Callable[[int], None], blobs: Blobs
) -> None:
    resolve(TURNS * AT_ONCE + 3)
    time = Time(clock)
    closing = Closing(database, blobs, clock=clock, monotonic=time.monotonic)
    time.goes_on(days=7)
    assert closing.close_if_due() == TURNS * AT_ONCE
    assert closing.close_if_due() == 3
    time.goes_on(EVERY - 1)
    resolve(1)
    assert closing.close_if_due() == 0
    time.goes_on(days=7)
    assert closing.close_if_due() == 1
    assert closed(database) == TURNS * AT_ONCE + 4


@pytest.mark.parametrize("day", [1, -1])
def test_a_clock_that_jumps_a_day_and_is_set_right_closes_nothing_too_early(
    database: Database, clock: FakeClock, resolve: Callable[[int], None], day: int, blobs: Blobs
) -> None:
    resolve(3)
    time = Time(clock)
    closing = Closing(database, blobs, clock=clock, monotonic=time.monotonic)
    time.goes_on(days=6.5)
    assert closing.close_if_due() == 0
    clock.advance(days=day)
    for _ in range(10):
        assert closing.close_if_due() == 0
        time.goes_on(60)
    clock.advance(days=-day)
    for _ in range(10):
        assert closing.close_if_due() == 0
        time.goes_on(60)
    time.goes_on(days=0.5)
    assert closing.close_if_due() == 3


def test_a_clock_that_was_wrong_before_is_believed_after_an_hour(
    database: Database, clock: FakeClock, resolve: Callable[[int], None], blobs: Blobs
) -> None:
    resolve(3)
    time = Time(clock)
    closing = Closing(database, blobs, clock=clock, monotonic=time.monotonic)
    clock.advance(days=8)
    assert closing.close_if_due() == 0
    time.goes_on(CALM)
    assert closing.close_if_due() == 3


def test_a_change_of_many_that_its_page_left_goes_on(
    database: Database, clock: FakeClock, blobs: Blobs
) -> None:
    shop, time = make_shop(database, clock()), Time(clock)
    closing = Closing(database, blobs, clock=clock, monotonic=time.monotonic)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann, now=clock())
        begin_bulk(session, shop.agent, Selection([ticket.id]), "priority", "low", now=clock())
    for seconds, priority in ((1, "medium"), (60, "low")):
        time.goes_on(seconds)
        closing.go_on_with_bulks()
        with database.reading() as session:
            assert session.get_one(Ticket, ticket.id).priority == priority


def test_what_was_in_the_trash_for_a_month_goes_with_the_files_that_nobody_shares(
    database: Database, clock: FakeClock, blobs: Blobs
) -> None:
    shop, time = make_shop(database, clock()), Time(clock)
    closing = Closing(database, blobs, clock=clock, monotonic=time.monotonic)
    own, shared, again = (blobs.put(content) for content in (b"own", b"shared", b"again"))
    with database.transaction() as session:
        for subject, keys, away in (
            ("gone", (own, shared, again), True),
            ("kept", (shared,), False),
        ):
            draft = TicketDraft(subject, "It leaks.", files=[_file(key) for key in keys])
            ticket = create_ticket(session, actor_of(shop.ann), draft, now=clock())
            if away:
                change_folder(session, shop.agent, ticket.id, "trash", now=clock())
    for key in (own, shared):
        os.utime(blobs.path(key), (clock().timestamp(), clock().timestamp()))
    time.goes_on(days=29)
    closing.close_if_due()
    assert subjects(database) == {"gone", "kept"}
    time.goes_on(days=2)
    os.utime(blobs.path(again), (clock().timestamp(), clock().timestamp()))  # stored anew just now
    closing.close_if_due()
    assert subjects(database) == {"kept"}
    there = [blobs.path(key).exists() for key in (own, shared, again)]
    assert there == [False, True, True]


def _file(key: str) -> StoredFile:
    return StoredFile("a.txt", "text/plain", 3, key)


def subjects(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Ticket.subject)))
