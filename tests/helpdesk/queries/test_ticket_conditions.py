"""The conditions that lists of tickets share."""

from __future__ import annotations

import pytest
from sqlalchemy import false, select
from sqlalchemy.orm import Session

from bench.seed import seed
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.offset_page import count_of
from helpdesk.queries.ticket_conditions import TicketFilter, has_fields, has_words, is_on
from helpdesk.tickets.access import actor_of
from tests.helpdesk.queries.conftest import in_copy
from tests.support.factories import Shop, make_ticket
from tests.support.plans import plans_of, reads_whole


def subjects(session: Session, *conditions: object) -> list[str]:
    chosen = select(Ticket.subject).where(*conditions).order_by(Ticket.id)  # type: ignore[arg-type]
    return list(session.scalars(chosen))


def test_fields_narrow_and_an_unknown_value_finds_nothing(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.ann, "Plain")
        urgent = make_ticket(session, shop.ann, "Urgent")
        urgent.priority, urgent.category = "urgent", "refund"
    with database.reading() as session:
        assert subjects(session, *has_fields()) == ["Plain", "Urgent"]
        assert subjects(session, *has_fields(priority=["urgent"])) == ["Urgent"]
        assert subjects(session, *has_fields(category=["refund"], status=["open", "x"])) == [
            "Urgent"
        ]
        for unknown in ({"priority": ["x"]}, {"status": ["x"]}, {"category": ["x"]}):
            assert subjects(session, *has_fields(**unknown)) == []
        assert subjects(session, *TicketFilter(order_id=7).field_conditions()) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [("kettle", 1), ("KETTLE my", 1), ("kettle lamp", 0), ("%", 0), ("_", 0), ("", 2)],
)
def test_each_word_has_to_stand_somewhere(
    database: Database, shop: Shop, search: str, found: int
) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.ann, "My kettle")
        make_ticket(session, shop.bob, "A lamp")
    with database.reading() as session:
        assert len(subjects(session, *has_words(search, lambda _word: false()))) == found
        assert len(has_words("a b c", lambda _word: false(), most=2)) == 2


def test_who_is_on_a_ticket(database: Database, shop: Shop, ticket: Ticket) -> None:
    bob = is_on(actor_of(shop.bob))
    with database.reading() as session:
        assert subjects(session, is_on(actor_of(shop.ann))) == [ticket.subject]
        assert subjects(session, bob) == []
    in_copy(database, ticket, shop, pending=False)
    with database.reading() as session:
        assert subjects(session, bob) == [ticket.subject]


def test_whose_tickets_they_are_is_found_among_many_by_an_index(
    database: Database, shop: Shop
) -> None:
    seed(database, 3000)
    ann = is_on(actor_of(shop.ann))
    with database.reading() as session, plans_of(database) as plans:
        assert subjects(session, ann) == []
        assert count_of(session, Ticket, [ann]) == 0
    assert not [plan for plan in plans if reads_whole("ticket", plan)], plans
