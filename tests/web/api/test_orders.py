"""Orders over the API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.web.api.conftest import Api, problem

WHOLE = {
    "customer": "ann@mail.example",
    "placed_at": "2026-11-20T12:00:00+01:00",
    "status": "shipped",
    "total": "49.90",
    "currency": "EUR",
    "items": [{"name": "Kettle", "quantity": 2, "price": "24.95"}],
}


def test_an_order_is_made_and_then_replaced(api: Api) -> None:
    answer = api.agent("PUT", "/api/orders/A-1/", WHOLE)
    assert answer.status_code == 201, answer.text
    assert answer.json == {
        **WHOLE,
        "number": "A-1",
        "customer": {"id": api.shop.ann.id, "name": "ann", "email": "ann@mail.example"},
        "placed_at": "2026-11-20T11:00:00+00:00",
        "created_at": "2026-11-23T09:00:00+00:00",
    }
    again = api.agent("PUT", "/api/orders/A-1/", {"customer": "bob@mail.example"})
    assert again.status_code == 200
    assert again.json["customer"]["email"] == "bob@mail.example"
    assert (again.json["total"], again.json["items"], again.json["placed_at"]) == ("", [], None)


def test_a_new_customer_is_named_once(api: Api) -> None:
    body = {"customer": "new@mail.example", "customer_name": "Nora New"}
    for name in ("Nora New", "Somebody Else"):
        answer = api.agent("PUT", "/api/orders/A-1/", {**body, "customer_name": name})
        assert answer.json["customer"]["name"] == "Nora New"


def test_a_number_in_an_address_may_need_quoting(api: Api) -> None:
    answer = api.agent("PUT", "/api/orders/%231001/", {"customer": "ann@mail.example"})
    assert answer.json["number"] == "#1001"
    assert api.ann.create(order_id="#1001")["order"] == "#1001"
    assert api.ann.get("/api/orders/%231001/tickets/")["count"] == 1


@pytest.mark.parametrize(
    ("total", "kept"),
    [(49.9, "49.9"), (50, "50"), ("49.90", "49.90"), (0, "0"), (0.1 + 0.2, "0.3"), ("", "")],
)
def test_totals(api: Api, total: Any, kept: str) -> None:
    body = {"customer": "ann@mail.example", "total": total}
    assert api.agent("PUT", "/api/orders/A-1/", body).json["total"] == kept


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"customer": "no address"}, "customer"),
        ({"customer": None}, "customer"),
        ({"total": "much"}, "total"),
        ({"total": -1}, "total"),
        ({"total": True}, "total"),
        ({"total": 1e300}, "total"),
        ({"currency": "euro"}, "currency"),
        ({"placed_at": "yesterday"}, "placed_at"),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, "placed_at"),
        ({"items": [{"name": "Kettle", "quantity": 0}]}, "items.0.quantity"),
        ({"items": [{}]}, "items.0.name"),
        ({"items": "Kettle"}, "items"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_fields_that_do_not_hold(api: Api, changed: Any, field: str) -> None:
    errors = problem(api.agent("PUT", "/api/orders/A-1/", {**WHOLE, **changed}), 422)["errors"]
    assert list(errors) == [field]


@pytest.mark.parametrize("number", ["a%20b", "x" * 65, "%00", "ä", "-1"])
def test_numbers_that_do_not_hold(api: Api, number: str) -> None:
    path = f"/api/orders/{number}/"
    errors = problem(api.agent("PUT", path, {"customer": "ann@mail.example"}), 422)["errors"]
    assert list(errors) == ["number"]
    problem(api.agent("GET", f"{path}tickets/"), 404)


def test_the_tickets_of_an_order(api: Api) -> None:
    api.agent("PUT", "/api/orders/A-1/", {"customer": "ann@mail.example"})
    for subject in ("First", "Second"):
        api.ann.create(subject=subject, order_id="A-1")
        api.clock.advance(60)
    api.ann.create(subject="Something else")
    for caller in (api.ann, api.agent):
        found = caller.get("/api/orders/A-1/tickets/?page_size=1")
        assert found["count"] == 2
        assert [ticket["subject"] for ticket in found["results"]] == ["Second"]
        assert found["next"].endswith("/api/orders/A-1/tickets/?page_size=1&page=2")
    # Another's order and none at all are told alike.
    theirs = problem(api.bob("GET", "/api/orders/A-1/tickets/"), 404)
    assert theirs == problem(api.bob("GET", "/api/orders/A-2/tickets/"), 404)


def test_customers_save_no_orders(api: Api) -> None:
    problem(api.ann("PUT", "/api/orders/A-1/", {"customer": "ann@mail.example"}), 403)


def test_one_order_saved_ten_times_at_once(api: Api) -> None:
    body = {"customer": "somebody.new@mail.example"}
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: api.agent("PUT", "/api/orders/A-1/", body), range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json["customer"]["id"] for answer in answers}) == 1
