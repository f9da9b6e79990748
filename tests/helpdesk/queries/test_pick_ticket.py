"""Tickets that staff may mean by what they type."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import Ticket
from helpdesk.queries.pick_ticket import MOST_OFFERED, tickets_meant
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import Folder
from tests.support.factories import Shop, make_ticket


def meant(database: Database, shop: Shop, typed: str, beside: str = "") -> list[str]:
    with database.reading() as session:
        return [one.number for one in tickets_meant(session, shop.agent, typed, beside)]


def test_a_ticket_is_found_by_its_number_and_by_words(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        first = make_ticket(session, shop.ann, "Zebra lamp")
        other = make_ticket(session, shop.bob, "Grey zebra")
        make_ticket(session, shop.bob, "Zebra spam").folder = Folder.SPAM
    both, begin = [other.number, first.number], first.number[:11]
    for typed in (begin, begin[3:], f" [{begin.lower()} ", "zebra", "zeb"):
        assert meant(database, shop, typed)[:2] == both, typed
    assert meant(database, shop, "zebra") == both
    assert meant(database, shop, f"#{first.number}") == [first.number]
    assert meant(database, shop, "zebra", beside=first.number) == [other.number]
    for typed in ("", "nothingiscalledso", "%", "\0'\"*", "TKT9" * 90):
        assert meant(database, shop, typed) == [], typed


def test_with_nothing_typed_the_requesters_others_are_offered(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        anns = [make_ticket(session, shop.ann) for _ in range(MOST_OFFERED + 2)]
        make_ticket(session, shop.bob)
        numbers = [one.number for one in session.query(Ticket).order_by(Ticket.id.desc())]
        here = anns[-1].number
        wanted = [n for n in numbers if n in {one.number for one in anns} and n != here]
    assert meant(database, shop, "", beside=here) == wanted[:MOST_OFFERED]
    assert meant(database, shop, "", beside="TKT1") == []


def test_customers_look_nothing_up(database: Database, shop: Shop) -> None:
    with database.reading() as session, pytest.raises(NotAllowed):
        tickets_meant(session, actor_of(shop.ann), "TKT")
