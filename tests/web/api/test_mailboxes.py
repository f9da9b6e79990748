"""The mailboxes by the API: listed, and chosen for a new ticket."""

from __future__ import annotations

import pytest

from helpdesk.actions.edit_mailbox import set_form, set_public
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.stop_mailbox import pause_mailbox, remove_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.models import Mailbox, Ticket
from tests.support.factories import NOW
from tests.web.api.conftest import Api, problem

SUPPORT, ORDERS = "support@shop.example", "orders@shop.example"


@pytest.fixture
def boxes(api: Api) -> None:
    with api.database.transaction() as session:
        add_mailbox(session, SYSTEM, ORDERS, name="Orders", now=NOW)
        for name in ("hidden", "closed", "gone"):
            add_mailbox(session, SYSTEM, f"{name}@shop.example", now=NOW)
        set_public(session, SYSTEM, "hidden@shop.example", False, now=NOW)
        set_form(session, SYSTEM, "closed@shop.example", False, now=NOW)
        remove_mailbox(session, SYSTEM, "gone@shop.example", now=NOW)
        pause_mailbox(session, SYSTEM, ORDERS, now=NOW)


def mailbox_of(api: Api, ticket: dict[str, int]) -> str:
    with api.database.reading() as session:
        return session.get_one(Mailbox, session.get_one(Ticket, ticket["id"]).mailbox_id).address


def test_customers_see_those_they_are_offered_and_staff_all(api: Api, boxes: None) -> None:
    page = api.ann.get("/api/mailboxes/")
    assert [box["address"] for box in page["results"]] == [SUPPORT, ORDERS]
    page = api.agent.get("/api/mailboxes/?page_size=3")
    assert (page["count"], len(page["results"])) == (4, 3)
    assert page["next"].endswith("/api/mailboxes/?page_size=3&page=2")
    assert page["results"][1] == {
        "address": ORDERS, "name": "Orders", "public": True, "form": True, "paused": True,
    }  # fmt: skip
    (last,) = api.agent.get("/api/mailboxes/?page_size=3&page=2")["results"]
    assert (last["address"], last["form"]) == ("closed@shop.example", False)
    assert problem(api.ann("GET", "/api/mailboxes/?name=x"), 422)["errors"].keys() == {"name"}


def test_a_ticket_is_created_for_the_mailbox_that_is_named(api: Api, boxes: None) -> None:
    assert mailbox_of(api, api.ann.create()) == SUPPORT
    assert mailbox_of(api, api.ann.create(mailbox=None)) == SUPPORT
    created = api.ann.create(mailbox="Orders@Shop.example")
    assert mailbox_of(api, created) == ORDERS
    assert api.ann.get(f"/api/tickets/{created['id']}/")["mailbox"] == ORDERS
    assert mailbox_of(api, api.ann.create(mailbox="hidden@shop.example"))[:6] == "hidden"
    for_ann = {"customer": "ann@mail.example", "mailbox": "closed@shop.example"}
    assert mailbox_of(api, api.agent.create(**for_ann))[:6] == "closed"


@pytest.mark.parametrize("wrong", ["no@shop.example", "closed@shop.example", "gone@shop.example"])
def test_a_wrong_mailbox_is_named(api: Api, boxes: None, wrong: str) -> None:
    body = {"subject": "My kettle leaks", "description": "At the bottom.", "mailbox": wrong}
    answer = problem(api.ann("POST", "/api/tickets/create/", body), 422)
    assert answer["errors"].keys() == {"mailbox"}
