"""The history: one row for each change."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.models import HistoryField, Ticket
from helpdesk.tickets.history import record_change
from tests.helpdesk.mails import history_of, now_of
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(minutes=5)


def test_a_row_says_who_changed_what_and_why(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        on = session.get_one(Ticket, ticket.id)
        field = HistoryField.PRIORITY
        record_change(session, on, shop.agent, field, "low", "high", LATER, " it\nburns\0")
        record_change(session, on, SYSTEM, field, "high", "low", LATER)
    by_agent, by_system = history_of(database, ticket.id)[-2:]
    assert (by_agent.changed_by_id, by_agent.field) == (shop.agent.person_id, "priority")
    assert (by_agent.old_value, by_agent.new_value, by_agent.reason) == ("low", "high", "it burns")
    assert (by_system.changed_by_id, by_system.reason) == (None, "")
    assert now_of(database, ticket).updated_at == LATER
