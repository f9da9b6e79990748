"""Finding the order that somebody means, among their own."""

from __future__ import annotations

from helpdesk.actions.save_order import save_order
from helpdesk.db import Database
from helpdesk.tickets.orders import OrderDetails, order_of
from tests.support.factories import NOW, Shop


def test_an_order_is_found_among_those_of_its_customer_alone(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        for number, customer in (("4711", "ann"), ("4712", "ann"), ("4713", "bob")):
            details = OrderDetails(f"{customer}@mail.example")
            save_order(session, shop.agent, number, details, now=NOW)

        def found(*numbers: str) -> str | None:
            order = order_of(session, shop.ann.id, numbers)
            return order.number if order else None

        assert found("4711") == "4711"
        assert found("4713", "4712", "4711") == "4712", "the first that is hers"
        assert found("4713") is None
        assert found("9999") is None
        assert found() is None
