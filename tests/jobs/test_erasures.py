"""Erasing beside the sweep: the tombstone first, then all of it; once."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import func, select

from helpdesk import tombstones
from helpdesk.actions.erase_person import begin_erasure, next_erasure
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.erasure import plan_erasure
from jobs.erasures import EVERY, Erasures
from tests.jobs.test_closing import Time
from tests.support.clock import FakeClock
from tests.support.factories import make_shop, make_ticket
from tests.support.servers import wait_until


def test_it_erases_who_was_asked_for(database: Database, clock: FakeClock, tmp_path: Path) -> None:
    shop, time = make_shop(database, clock()), Time(clock)
    with database.transaction() as session:
        make_ticket(session, shop.ann, now=clock())
        make_ticket(session, shop.bob, now=clock())
    erasures = Erasures(
        database, tmp_path, clock=clock, monotonic=time.monotonic, sleep=lambda _: None
    )
    erasures.go_on_if_due()
    with database.reading() as session:
        plan = plan_erasure(session, shop.admin, "ann@mail.example")
    with database.transaction() as session:
        begin_erasure(session, shop.admin, plan, now=clock())
    time.goes_on(EVERY)
    erasures.go_on_if_due()

    def is_over() -> bool:
        return all(thread.name != "erasures" for thread in threading.enumerate())

    wait_until("the erasure has ended", is_over)
    with database.reading() as session:
        assert next_erasure(session) is None
    erasures.work()  # nothing more
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1
    (stone,) = tombstones.read_tombstones(tmp_path / tombstones.NAME)
    assert stone.is_address("ann@mail.example")
