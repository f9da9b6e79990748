"""Orders on the desk: beside a ticket, and on a page of their own."""

from __future__ import annotations

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.save_order import save_order
from helpdesk.actor import Actor
from helpdesk.tickets.orders import OrderDetails
from tests.web.conftest import Browser, Desk


def test_the_orders_of_the_person_stand_beside_the_ticket(desk: Desk, agent: Browser) -> None:
    path = f"/desk/t/{desk.ticket.number}"
    assert 'href="/desk/orders/A-1001"' in agent.get(path).text
    assert "A-1001" not in agent.get(f"/desk/t/{desk.other.number}").text


def test_the_order_of_a_ticket_is_set_and_removed_with_a_reason(desk: Desk, agent: Browser) -> None:
    path = f"/desk/t/{desk.ticket.number}"
    set_it = agent.post(f"{path}/order", path, order="a-1001", reason="she said so")
    assert set_it.status_code == 303
    page = agent.get(path).text
    assert "Order: none → A-1001" in page
    assert "“she said so”" in page
    assert "this ticket" in page
    assert agent.post(f"{path}/order", path, order="").status_code == 303
    assert "Order: A-1001 → none" in agent.get(path).text


def test_an_order_that_is_not_the_customers_is_refused_and_kept_in_the_form(
    desk: Desk, agent: Browser
) -> None:
    path = f"/desk/t/{desk.other.number}"
    for number in ("A-1001", "B-77"):
        answer = agent.post(f"{path}/order", path, order=number)
        assert answer.status_code == 422
        assert "This customer has no such order." in answer.text
        assert f'name="order" value="{number}"' in answer.text


def test_the_page_of_an_order(desk: Desk, agent: Browser) -> None:
    with desk.database.transaction() as session:
        now = desk.ticket.created_at
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
        for number in range(51):
            create_ticket(
                session,
                Actor(desk.ann.id, "customer"),
                TicketDraft(subject=f"Late {number:02}", description="x", order_number="#77"),
                now=now,
            )
    page = agent.get("/desk/orders/%2377").text
    for shown in ("Order #77", "Kettle &lt;b&gt;", "49.90 EUR", "shipped", "Late 50", "Ann Lee"):
        assert shown in page
    assert "Late 00" not in page
    assert "Late 00" in agent.get("/desk/orders/%2377?page=2").text
    assert agent.get("/desk/orders/nothing").status_code == 404
    form = agent.get("/desk/new?customer=ann@shop.example&order_id=%2377").text
    assert 'value="ann@shop.example"' in form
    assert 'value="#77"' in form


def test_a_system_without_orders_shows_none(desk: Desk, agent: Browser) -> None:
    assert "<h3>Orders</h3>" not in agent.get(f"/desk/t/{desk.other.number}").text
