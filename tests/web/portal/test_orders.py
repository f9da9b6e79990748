"""A customer's orders."""

from __future__ import annotations

from collections.abc import Callable

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.save_order import save_order
from helpdesk.actor import Actor
from helpdesk.tickets.orders import OrderDetails
from tests.web.conftest import Browser, Desk


def test_a_customer_sees_an_order_of_their_own_and_no_other(
    desk: Desk, visitor: Callable[[], Browser]
) -> None:
    now = desk.ticket.created_at
    with desk.database.transaction() as session:
        items = [{"name": "Kettle <b>", "quantity": 2, "price": "24.95"}]
        save_order(
            session,
            Actor(desk.ada.id, "admin"),
            "#77",
            OrderDetails(
                "ann@shop.example", status="shipped", total="49.90", currency="EUR", items=items
            ),
            now=now,
        )
        about = create_ticket(
            session,
            Actor(desk.ann.id, "customer"),
            TicketDraft(subject="Lid missing", description="x", order_number="#77"),
            now=now,
        )
    ann, ben = visitor(), visitor()
    ann.is_signed_in_as(desk.ann)
    ben.is_signed_in_as(desk.ben)
    assert 'href="/my/orders/%2377"' in ann.get("/my").text
    page = ann.get("/my/orders/%2377").text
    for shown in ("Order #77", "Kettle &lt;b&gt;", "× 2", "49.90 EUR", "shipped", about.number):
        assert shown in page
    # Her other ticket is not about it, and “get help” fills in the number.
    assert "Parcel late" not in page
    assert 'href="/new?order=%2377"' in page
    assert 'value="#77"' in ann.get("/new?order=%2377").text
    # Another's and none at all are told alike.
    assert ben.get("/my/orders/%2377").status_code == 404
    assert ben.get("/my/orders/%2377").data == ben.get("/my/orders/nothing").data
    assert "77" not in ben.get("/my").text.partition("<main")[2].partition("</main>")[0]


def test_a_ticket_handed_to_an_order_that_changed_hands_shows_to_neither(
    desk: Desk, visitor: Callable[[], Browser]
) -> None:
    now, ada = desk.ticket.created_at, Actor(desk.ada.id, "admin")
    with desk.database.transaction() as session:
        create_ticket(
            session,
            Actor(desk.ann.id, "customer"),
            TicketDraft(subject="Lid missing", description="x", order_number="A-1001"),
            now=now,
        )
        save_order(session, ada, "A-1001", OrderDetails("ben@shop.example"), now=now)
    ann, ben = visitor(), visitor()
    ann.is_signed_in_as(desk.ann)
    ben.is_signed_in_as(desk.ben)
    assert ann.get("/my/orders/A-1001").status_code == 404
    page = ben.get("/my/orders/A-1001")
    assert page.status_code == 200
    assert "Lid missing" not in page.text
