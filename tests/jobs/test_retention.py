"""Retention at night: once, in turns, with the files; and a clock that jumps."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.set_retention import set_retention
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import OutboundMail, OutboundState, RetentionKind, Ticket, UnusedFile
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.retention import rules
from helpdesk.vocabulary import Status
from jobs.retention import CALM, EVERY, Retention
from jobs.unused_files import remove_unused
from tests.jobs.test_closing import Time
from tests.support.clock import FakeClock
from tests.support.factories import make_shop, make_ticket


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def retention_of(database: Database, time: Time) -> Retention:
    return Retention(database, clock=time.clock, monotonic=time.monotonic, sleep=lambda _: None)


def fill(database: Database, clock: FakeClock, key: str, count: int = 3) -> None:
    """Closed tickets, the first with a file, and one that is newer."""
    shop = make_shop(database, clock())
    files = [StoredFile("a.txt", "text/plain", 3, key)]
    with database.transaction() as session:
        draft = TicketDraft("old", "It leaks.", files=files)
        create_ticket(session, actor_of(shop.ann), draft, now=clock())
        for _ in range(count - 1):
            make_ticket(session, shop.ann, "old", now=clock())
        closed = {"status": Status.CLOSED, "closed_at": clock()}
        session.execute(update(Ticket).values(closed))
        session.execute(update(OutboundMail).values(state=OutboundState.SENT))
        make_ticket(session, shop.bob, "newest", now=clock())
        set_retention(session, shop.admin, {RetentionKind.TICKETS: 90}, now=clock())


def tickets(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def test_it_goes_at_night_with_its_files(
    database: Database, clock: FakeClock, blobs: Blobs
) -> None:
    key = blobs.put(b"own")
    fill(database, clock, key)
    os.utime(blobs.path(key), (clock().timestamp(), clock().timestamp()))
    clock.advance(days=95)
    time = Time(clock)
    retention = retention_of(database, time)
    retention.go_on_if_due()
    assert tickets(database) == 1
    removed = remove_unused(database, blobs, now=clock(), sleep=lambda _: None)
    assert (removed.files, removed.size, removed.more) == (1, 3, True)
    assert not blobs.path(key).exists()
    assert not remove_unused(database, blobs, now=clock()).more
    with database.reading() as session:
        rule = rules(session)[RetentionKind.TICKETS]
        assert (rule.gone, rule.gone_bytes, rule.ended_at) == (3, 3, clock())
        assert session.scalar(select(func.count()).select_from(UnusedFile)) == 0


def test_a_clock_that_was_set_deletes_nothing_for_a_day(
    database: Database, clock: FakeClock, blobs: Blobs
) -> None:
    fill(database, clock, blobs.put(b"own"))
    time = Time(clock)
    retention = retention_of(database, time)
    clock.advance(days=400)  # the wall clock alone
    retention.go_on_if_due()
    time.goes_on(EVERY)
    retention.go_on_if_due()
    assert tickets(database) == 4
    time.goes_on(CALM)
    retention.go_on_if_due()
    assert tickets(database) == 1
