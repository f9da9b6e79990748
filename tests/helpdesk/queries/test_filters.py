"""A view of the queue, narrowed."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions.change_tags import change_tags
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.filters import QueueFilter, conditions
from helpdesk.queries.search_words import holds_words
from tests.support.factories import NOW, Shop, make_person, make_ticket


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


def test_colleagues_are_found_by_what_they_are_shown_by(database: Database, shop: Shop) -> None:
    """Who has no name is shown by the beginning of their address."""
    with database.transaction() as session:
        for address, name in (("ada@shop.example", ""), ("ad_x@shop.example", "Cleo Ash")):
            holder = make_person(session, address, "agent")
            holder.name = name
            make_ticket(session, shop.ann, f"Of {address[:4]}").assignee_id = holder.id
    expected = {
        "assignee:ada": ["Of ada@"],
        'assignee:"ADA"': ["Of ada@"],
        "-assignee:ada": ["Of ad_x"],
        "assignee:cleo OR assignee:ada": ["Of ada@", "Of ad_x"],
        "assignee:ada@shop.example": ["Of ada@"],
        "assignee:ad_x@shop.example": ["Of ad_x"],
        "assignee:ad_": [],
        "assignee:shop.example": [],
    }
    with database.reading() as session:
        for search, subjects in expected.items():
            asked = conditions(shop.agent, QueueFilter(search=search))
            chosen = select(Ticket.subject).where(*asked).order_by(Ticket.id)
            assert list(session.scalars(chosen)) == subjects, search


def test_a_filter_knows_what_was_chosen() -> None:
    assert QueueFilter(search="  ").is_empty
    assert QueueFilter(status="open", search="x").fields == {"status": "open"}
