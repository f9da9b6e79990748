"""Custom fields in the API: listed, set, told, and kept from customers as far as they should be."""

from __future__ import annotations

import pytest

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from tests.web.api.conftest import Api, problem


@pytest.fixture
def fields(api: Api) -> None:
    kind = FieldDraft("Order kind", kind="choice", choices=("Gift", "For us"), on_form=True)
    amount = FieldDraft("Amount", kind="number", mailbox_id=api.shop.mailbox.id)
    with api.database.transaction() as session:
        for draft in (kind, amount):
            add_custom_field(session, api.shop.admin, draft, now=api.clock())


@pytest.mark.usefixtures("fields")
def test_they_are_listed_set_and_told(api: Api) -> None:
    kind, amount = api.agent.get("/api/custom-fields/")["results"]
    assert kind == {"key": "order-kind", "name": "Order kind", "kind": "choice", "mailbox": None,
                    "choices": ["Gift", "For us"], "on_form": True, "required": False}  # fmt: skip
    assert amount["mailbox"] == "support@shop.example"
    made = api.ann.create(custom_fields={"order-kind": "gift"})
    assert made["custom_fields"] == {"order-kind": "Gift"}
    path = f"/api/tickets/{made['id']}/"
    for sent, shown in (
        ({"amount": 49.9}, {"order-kind": "Gift", "amount": 49.9}),
        ({"amount": "-7"}, {"order-kind": "Gift", "amount": -7}),
        ({}, {"order-kind": "Gift", "amount": -7}),
        ({"order-kind": None}, {"order-kind": None, "amount": -7}),
    ):
        changed = api.agent("PATCH", path, {"custom_fields": sent, "reason": "asked"})
        assert changed.get_json()["custom_fields"] == shown
    assert api.agent.get("/api/tickets/")["results"][0]["custom_fields"] == shown
    assert api.ann.get("/api/tickets/")["results"][0]["custom_fields"] == {"order-kind": None}
    last = api.agent.get(path)["history"][-1]
    told = last["field_changed"], last["old_value"], last["new_value"], last["change_reason"]
    assert told == ("custom_fields.order-kind", "Gift", "", "asked")
    assert "custom_fields" not in str(api.ann.get(path)["history"])
    assert api.ann.create()["custom_fields"] == {"order-kind": None}


@pytest.mark.usefixtures("fields")
def test_what_does_not_hold_is_named(api: Api) -> None:
    made = api.ann.create()
    path = f"/api/tickets/{made['id']}/"
    for sent, named in (
        ({"order-kind": "Mug"}, "custom_fields.order-kind"),
        ({"amount": "many", "size": "x"}, "custom_fields.amount"),
        ({"amount": True}, "custom_fields.amount"),
        ({"field.1": "Gift"}, "custom_fields.field.1"),
        ("Gift", "custom_fields"),
    ):
        refused = problem(api.agent("PATCH", path, {"custom_fields": sent}), 422)
        assert named in refused["errors"], refused
    assert problem(api.ann("PATCH", path, {"custom_fields": {}}), 403)
    body = {"subject": "Hello", "description": "x", "custom_fields": {"amount": 7}}
    refused = problem(api.ann("POST", "/api/tickets/create/", body), 422)
    assert list(refused["errors"]) == ["custom_fields.amount"]
