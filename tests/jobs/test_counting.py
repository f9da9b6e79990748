"""The sweep counts what was there before, and adds up what became many rows."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from helpdesk.actions.keep_counts import kept_rows
from helpdesk.db import Database
from helpdesk.models import InstallationFact, TicketCount
from helpdesk.queries.stats import COUNTED, are_counted, figures
from jobs import counting
from jobs.counting import Counting
from tests.support.clock import FakeClock
from tests.support.factories import make_shop, make_ticket


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
