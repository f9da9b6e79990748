"""The figures over all tickets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.queries.stats import figures
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import STATUSES
from tests.support.factories import NOW, Shop, make_ticket


def test_tickets_are_counted_by_status_category_and_priority(
    database: Database, shop: Shop
) -> None:
    with database.reading() as session:
        empty = figures(session, shop.agent)
        assert (empty.total, empty.average_response) == (0, None)
    with database.transaction() as session:
        first, second = (make_ticket(session, shop.ann, f"Ticket {n}") for n in range(2))
        first.status, first.priority = "waiting", "high"
        first.first_response_at = NOW + timedelta(minutes=10)
        second.category = "refund"
    with database.reading() as session:
        found = figures(session, shop.agent)
        assert found.total == 2
        assert found.by_status == dict.fromkeys(STATUSES, 0) | {"waiting": 1, "open": 1}
        assert (found.by_priority["high"], found.by_category["refund"]) == (1, 1)
        assert found.average_response == 600
        with pytest.raises(NotAllowed):
            figures(session, actor_of(shop.ann))
