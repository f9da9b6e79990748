"""An order, as the shop's programs tell of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actions.save_order import check_order, save_order
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.orders import OrderDetails
from helpdesk.tickets.people import person_at
from tests.support.factories import NOW, Shop

DETAILS = OrderDetails(
    "Ann@mail.example",
    customer_name="Ann Lee",
    placed_at=NOW,
    status="sent\n",
    total="49.90",
    currency="EUR",
    items=({"name": "Kettle", "quantity": 1, "price": "49.90"},),
)


def test_an_order_is_made_and_then_replaced_as_a_whole(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        made, is_new = save_order(session, shop.agent, "A-1", DETAILS, now=NOW)
        assert (made.person_id, made.status, made.total, is_new) == (
            shop.ann.id, "sent", "49.90", True)  # fmt: skip
        again, is_new = save_order(
            session, shop.agent, "A-1", OrderDetails("new@mail.example"), now=NOW
        )
        assert (again.id, is_new) == (made.id, False)
        assert (again.status, again.total, again.items, again.placed_at) == ("", "", [], None)
        assert again.person == person_at(session, "new@mail.example")


@pytest.mark.parametrize(
    ("number", "changed", "field"),
    [
        ("", {}, "number"),
        ("A 1", {}, "number"),
        ("x" * 65, {}, "number"),
        ("A-1", {"total": "49,90"}, "total"),
        ("A-1", {"currency": "euro"}, "currency"),
        ("A-1", {"items": ({"name": "Kettle", "price": "much"},)}, "price"),
        ("A-1", {"customer": "ann"}, "customer"),
    ],
)
def test_what_does_not_hold_is_refused_by_field(
    number: str, changed: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_order(number, replace(DETAILS, **changed))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_customers_save_no_orders(database: Database, shop: Shop) -> None:
    with database.transaction() as session, pytest.raises(NotAllowed):
        save_order(session, actor_of(shop.ann), "A-1", DETAILS, now=NOW)
