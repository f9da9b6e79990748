"""A customer's own tickets, orders and addresses."""

from __future__ import annotations

import pytest

from helpdesk.actions.add_note import add_note
from helpdesk.actions.save_order import save_order
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.models import Ticket
from helpdesk.queries.my_tickets import (
    PAGE_SIZE,
    my_addresses,
    my_orders,
    my_tickets,
    my_tracking_token,
)
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.orders import OrderDetails
from tests.helpdesk.queries.conftest import NOTE, in_copy, token
from tests.support.factories import NOW, Shop, make_ticket


def test_the_list_has_what_one_is_on_and_finds_what_one_may_read(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    ann, bob = actor_of(shop.ann), actor_of(shop.bob)
    with database.reading() as session:
        found = {
            search: my_tickets(session, ann, TicketFilter(search=search)).count
            for search in ("", "kettle", "seal", NOTE, "away", "kettle nowhere", ticket.number)
        }
        assert found == {
            "": 1, "kettle": 1, "seal": 1, NOTE: 0, "away": 0, "kettle nowhere": 0,
            ticket.number: 1,
        }  # fmt: skip
        assert my_tickets(session, bob, TicketFilter()).count == 0
        assert my_tracking_token(session, ann, ticket.number.lower()) == token(ticket)
        with pytest.raises(NotFound):
            my_tracking_token(session, bob, ticket.number)
    in_copy(database, ticket, shop, pending=False)
    with database.reading() as session:
        assert my_tickets(session, bob, TicketFilter()).count == 1


def test_pages_keep_within_what_there_is(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        numbers = [make_ticket(session, shop.ann, f"No. {n}").number for n in range(PAGE_SIZE + 1)]
        add_note(session, shop.agent, numbers[0], text="touched", now=NOW)
    with database.reading() as session:
        last = my_tickets(session, actor_of(shop.ann), TicketFilter(), page=99)
        assert (last.page, last.pages, last.count) == (2, 2, PAGE_SIZE + 1)
        assert [row.number for row in last.tickets] == numbers[:1]


def test_orders_and_addresses(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for number in ("A-1", "A-2"):
            save_order(session, shop.admin, number, OrderDetails("ann@mail.example"), now=NOW)
    with database.reading() as session:
        assert my_orders(session, actor_of(shop.ann)) == ("A-2", "A-1")
        assert my_addresses(session, actor_of(shop.ann)) == ("ann@mail.example",)
        assert my_orders(session, actor_of(shop.bob)) == ()
