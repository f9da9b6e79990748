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
from tests.support.factories import Shop, make_ticket


def test_it_counts_what_there_was_and_adds_up_now_and_then(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MANY", 5)
    with database.transaction() as session:
        make_ticket(session, shop.ann)
        session.flush()
        session.execute(delete(TicketCount))
        session.execute(delete(InstallationFact).where(InstallationFact.name == COUNTED))
    clock = [100.0]
    job = Counting(database, monotonic=lambda: clock[0])
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
    clock[0] += counting.EVERY
    job.count_if_due()
    with database.reading() as session:
        assert (kept_rows(session), figures(session, shop.agent).total) == (1, 21)
    clock[0] += counting.EVERY
    job.count_if_due()
    with database.reading() as session:
        assert kept_rows(session) == 1
