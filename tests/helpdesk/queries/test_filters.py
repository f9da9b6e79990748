"""A view of the queue, narrowed."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions.change_tags import change_tags
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.filters import QueueFilter, conditions
from helpdesk.queries.search_words import holds_words
from tests.support.factories import NOW, Shop, make_ticket


def test_fields_and_operators_narrow_alike(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.bob, "Nobody's")
        mine = make_ticket(session, shop.ann, "Mine")
        mine.assignee_id, mine.priority = shop.agent.person_id, "high"
        change_tags(session, shop.agent, mine.id, add=["Refund", "Late parcel"], now=NOW)
    both = ["Nobody's", "Mine"]
    expected = {
        QueueFilter(): both,
        QueueFilter(assignee="me"): ["Mine"],
        QueueFilter(assignee=str(shop.agent.person_id)): ["Mine"],
        QueueFilter(assignee="none"): ["Nobody's"],
        QueueFilter(assignee="x"): [],
        QueueFilter(priority="high"): ["Mine"],
        QueueFilter(priority="x"): [],
        QueueFilter(mailbox=str(shop.mailbox.id)): both,
        QueueFilter(mailbox="9" * 30): [],
        QueueFilter(search="priority:high"): ["Mine"],
        QueueFilter(search='tag:refund tag:"late parcel"'): ["Mine"],
        QueueFilter(search="tag:refund tag:other"): [],
        QueueFilter(search="-tag:refund"): ["Nobody's"],
        QueueFilter(tag="REFUND"): ["Mine"],
        QueueFilter(tag="refund", search="tag:other"): [],
        QueueFilter(search="from:bob@"): ["Nobody's"],
        QueueFilter(priority="high", search="is:unassigned"): [],
        QueueFilter(search="is:snoozed"): [],
    }
    with database.reading() as session:
        for wanted, subjects in expected.items():
            chosen = select(Ticket.subject).where(*conditions(shop.agent, wanted))
            assert list(session.scalars(chosen.order_by(Ticket.id))) == subjects, wanted
        words = QueueFilter(search="mine")
        held = select(Ticket.subject).where(holds_words(session, words.query))
        assert list(session.scalars(held)) == ["Mine"]


def test_a_filter_knows_what_was_chosen() -> None:
    assert QueueFilter(search="  ").is_empty
    assert QueueFilter(status="open", search="x").fields == {"status": "open"}
