"""The sweep counts what was there before, and adds up what became many rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from helpdesk.actions.keep_counts import kept_rows
from helpdesk.actions.keep_days import unsummed_days
from helpdesk.db import Database
from helpdesk.models import DayCount, InstallationFact, TicketCount
from helpdesk.queries.day_counts import DAYS_COUNTED, are_days_counted
from helpdesk.queries.stats import COUNTED, are_counted, figures
from helpdesk.queries.trends import trends
from jobs import counting
from jobs.counting import Counting
from tests.support.clock import FakeClock
from tests.support.factories import NOW, Shop, make_shop, make_ticket


def test_it_counts_what_there_was_and_adds_up_now_and_then(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop(database, clock())
    monkeypatch.setattr(counting, "MANY", 5)
    with database.transaction() as session:
        make_ticket(session, shop.ann)
        session.flush()
        session.execute(delete(TicketCount))
        session.execute(delete(InstallationFact).where(InstallationFact.name == COUNTED))
    passed = [100.0]
    job = Counting(database, monotonic=lambda: passed[0])
    job.count_if_due()
    with database.reading() as session:
        assert are_counted(session)
        assert (kept_rows(session), figures(session, shop.agent).total) == (1, 1)
    with database.transaction() as session:
        for _ in range(20):
            make_ticket(session, shop.ann)
    job.count_if_due()  # too early
    with database.reading() as session:
        assert kept_rows(session) == 21
    passed[0] += counting.EVERY
    job.count_if_due()
    with database.reading() as session:
        assert (kept_rows(session), figures(session, shop.agent).total) == (1, 21)
    passed[0] += counting.EVERY
    job.count_if_due()
    with database.reading() as session:
        assert kept_rows(session) == 1


def test_it_counts_the_days_that_there_were_and_adds_them_up(
    database: Database, clock: FakeClock
) -> None:
    shop = make_shop(database, clock())
    with database.transaction() as session:
        make_ticket(session, shop.ann)
        session.flush()
        session.execute(delete(DayCount))
        session.execute(delete(InstallationFact).where(InstallationFact.name == DAYS_COUNTED))
    passed = [100.0]
    job = Counting(database, monotonic=lambda: passed[0])
    job.count_if_due()
    with database.transaction() as session:
        assert are_days_counted(session)
        assert came(session, shop) == 1
        ticket = make_ticket(session, shop.ann)
        session.flush()
        for n in range(counting.FEW):
            ticket.first_response_at = NOW + timedelta(minutes=n)
            session.flush()
    for is_due in (False, True):
        passed[0] += counting.EVERY * is_due
        job.count_if_due()
        with database.reading() as session:
            assert (unsummed_days(session) == 0) == is_due
            assert came(session, shop) == 2


def came(session: Session, shop: Shop) -> int:
    return trends(session, shop.agent, days=1, now=NOW).speeds[0].came
