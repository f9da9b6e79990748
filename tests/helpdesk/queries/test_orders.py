"""Orders, as pages show them."""

from __future__ import annotations

import pytest

from helpdesk.actions.save_order import save_order
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.queries.orders import find_order, order_view, orders_of_person
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.orders import OrderDetails
from tests.support.factories import NOW, Shop


def test_an_order_is_shown_to_staff_and_its_customer(database: Database, shop: Shop) -> None:
    item = {"name": "Kettle", "quantity": 2, "price": "19.90"}
    with database.transaction() as session:
        save_order(
            session,
            shop.admin,
            "A-1",
            OrderDetails("ann@mail.example", total="39.80", currency="EUR", items=[item]),
            now=NOW,
        )
    with database.reading() as session:
        for actor in (shop.agent, actor_of(shop.ann)):
            shown = order_view(session, actor, "A-1 ")
            assert (shown.number, shown.total, shown.person.id) == ("A-1", "39.80", shop.ann.id)
            assert [(one.name, one.quantity, one.price) for one in shown.items] == [
                ("Kettle", 2, "19.90")
            ]
        assert [line.number for line in orders_of_person(session, shop.ann.id)] == ["A-1"]
        for actor, number in ((actor_of(shop.bob), "A-1"), (shop.agent, "A-2")):
            with pytest.raises(NotFound):
                find_order(session, actor, number)
