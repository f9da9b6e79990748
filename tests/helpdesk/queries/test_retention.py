"""What would go is counted for the ages that somebody thinks of, and admins alone see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import OutboundMail, OutboundState, RetentionKind, Ticket
from helpdesk.queries import retention as module
from helpdesk.queries.retention import retention, would_go
from helpdesk.vocabulary import Status
from tests.support.factories import NOW, Shop, make_ticket

LATER = NOW + timedelta(days=400)


def test_other_ages_are_counted_and_nothing_is_changed(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for _ in range(3):
            make_ticket(session, shop.ann)
        session.execute(update(Ticket).values(status=Status.CLOSED, closed_at=NOW))
        session.execute(update(OutboundMail).values(state=OutboundState.SENT))
    with database.reading() as session:
        as_it_is = {view.kind: view for view in retention(session, shop.admin, now=LATER)}
        wanted = dict.fromkeys(RetentionKind) | {RetentionKind.TICKETS: 365}
        thought = {
            view.kind: view for view in retention(session, shop.admin, now=LATER, wanted=wanted)
        }
    assert as_it_is[RetentionKind.TICKETS].would_go is None
    tickets = thought[RetentionKind.TICKETS]
    assert tickets.would_go
    assert (tickets.would_go.count, tickets.would_go.oldest) == (2, NOW), "the newest stays"
    assert (tickets.current, tickets.age.days) == (None, 365)
    assert tickets.next_run == LATER.replace(hour=2) + timedelta(days=2)
    assert thought[RetentionKind.SPAM].would_go is None
    assert thought[RetentionKind.LOG].next_run is None


def test_sizes_of_many_are_worked_out_from_some(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MEASURED", 1)
    with database.transaction() as session:
        for _ in range(3):
            make_ticket(session, shop.ann)
        session.execute(update(Ticket).values(status=Status.CLOSED, closed_at=NOW))
        session.execute(update(OutboundMail).values(state=OutboundState.SENT))
    with database.reading() as session:
        found = would_go(session, RetentionKind.TICKETS, 365, LATER)
    assert (found.count, found.is_estimate) == (2, True)


def test_staff_who_are_no_admins_see_nothing(database: Database, shop: Shop) -> None:
    with database.reading() as session, pytest.raises(NotAllowed):
        retention(session, shop.agent, now=NOW)
