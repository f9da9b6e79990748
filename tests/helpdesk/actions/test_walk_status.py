"""A status over all steps between, with what it brings along."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.walk_status import steps_to, walk_status
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, StepNotAllowed
from helpdesk.models import Ticket
from tests.helpdesk.mails import steps_of
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(hours=1)


def test_every_step_between_is_recorded(database: Database, shop: Shop, ticket: Ticket) -> None:
    def walk(status: str) -> Ticket:
        with database.transaction() as session:
            on = session.get_one(Ticket, ticket.id)
            walk_status(session, on, shop.agent, status, LATER)
        return on

    resolved = walk("resolved")
    assert (resolved.status, resolved.resolved_at) == ("resolved", LATER)
    assert steps_of(database, ticket.id)[1:] == ["in_progress", "resolved"]
    assert walk("resolved").status == "resolved"
    closed = walk("closed")
    assert (closed.resolved_at, closed.closed_at) == (LATER, LATER)
    opened = walk("open")
    assert (opened.resolved_at, opened.closed_at) == (None, None)
    assert steps_of(database, ticket.id)[1:] == ["in_progress", "resolved", "closed", "open"]


def test_no_way_leads_there(ticket: Ticket) -> None:
    with pytest.raises(StepNotAllowed):
        steps_to(ticket, "closed")
    with pytest.raises(InvalidInput) as refused:
        steps_to(ticket, "nonsense")
    assert refused.value.field == "status"
