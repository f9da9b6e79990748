"""Importing orders in the browser: looked at first, then imported a part at a time."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from helpdesk.models import Order
from tests.web.conftest import Browser, Desk
from web.desk.admin import order_import

PAGE = "/desk/admin/orders"
GO_ON = f"{PAGE}/import"


def sent(admin: Browser, text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return admin.post(PAGE, PAGE, file=(io.BytesIO(content), "orders.csv"))


def state_in(page: str) -> str:
    found = re.search(r'name="state" value="([^"]+)"', page)
    assert found
    return found[1]


def orders(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Order)) or 0


def test_a_file_is_looked_at_and_then_imported(desk: Desk, admin: Browser) -> None:
    looked = sent(
        admin,
        "number;customer;total;currency;item\n"
        "A-1001;ann@shop.example;9,90;EUR;<b>Cup</b>\n"
        "B-2;Ben@shop.example;1.00;EUR;Plate\n"
        "B-2;ben@shop.example;1.00;EUR;Bowl\n"
        "C 3;ann@shop.example;1.00;EUR;Cup\n"
        "D-4;nobody;1.00;EUR;Cup\n",
    )
    assert looked.status_code == 200
    assert "2 orders" in looked.text
    for words in ("B-2", "9.90 EUR", "Line 5", "An order number has", "Line 6", "mail address"):
        assert words in looked.text, words
    assert orders(desk) == 1, "nothing is imported by looking"
    done = admin.post(GO_ON, PAGE, state=state_in(looked.text))
    assert "1 new, 1 known before (each is now as the file has it), 2 not imported." in done.text
    assert "Line 6" in done.text
    with desk.database.reading() as session:
        plate = session.scalars(select(Order).where(Order.number == "B-2")).one()
        assert plate.person_id == desk.ben.id
        assert [item["name"] for item in plate.items] == ["Plate", "Bowl"]
    assert "Imported: 1 new, 1 known before, 2 not imported" in admin.get("/desk/admin/log").text


def test_a_long_file_goes_on_from_where_it_came_to(
    desk: Desk, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_import, "_AT_A_TIME", 0)
    rows = [f"N-{number},ann@shop.example" for number in range(450)]
    page = sent(admin, "\n".join(["number,customer", *rows])).text
    counted = []
    for _ in range(3):
        page = admin.post(GO_ON, PAGE, state=state_in(page)).text
        counted.append(orders(desk) - 1)
        assert ("data-goes-on" in page) == (counted[-1] < 450)
    assert counted == [200, 400, 450]
    assert "450 new, 0 known before." in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The first line must name the columns"),
        ("hello\n", "number and customer is missing"),
        ("number,customer\n", "There is no order in orders.csv"),
        ("number,customer,status\n1,a@b.example,gepr\u00fcft\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_what_is_no_such_file_is_said(
    desk: Desk, admin: Browser, content: str | bytes, words: str
) -> None:
    answer = sent(admin, content)
    assert answer.status_code == 422
    assert words in answer.text


def test_nobody_makes_up_how_far_it_came(desk: Desk, admin: Browser, agent: Browser) -> None:
    looked = sent(admin, "number,customer\nX-1,ann@shop.example\n")
    state = state_in(looked.text)
    assert admin.post(GO_ON, PAGE, state=state[:-2] + "xx").status_code == 422
    assert admin.post(GO_ON, PAGE).status_code == 422
    assert agent.post(GO_ON, "/desk", state=state).status_code == 404
    assert orders(desk) == 1
