"""Custom fields in the browser: made by an admin, filled in on a ticket and on the forms."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.models import CustomField, Ticket
from helpdesk.tickets.access import actor_of
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

PAGE = "/desk/custom-fields"
KIND = {"name": "Order kind", "kind": "choice", "choices": "Gift\r\nFor us", "on_form": "1"}


@pytest.fixture
def admin(desk: Desk, visitor: Callable[[], Browser]) -> Browser:
    made = visitor()
    made.is_signed_in_as(desk.ada)
    return made


def test_a_field_from_the_first_to_the_last(desk: Desk, admin: Browser, agent: Browser) -> None:
    ticket = f"/desk/t/{desk.ticket.number}"
    refused = admin.post(PAGE, PAGE, **{**KIND, "name": "", "key": "is"})
    assert refused.status_code == 422
    assert "A field needs a name" in refused.text
    assert "Gift\nFor us</textarea>" in refused.text.replace("\r", "")
    said = admin.get(admin.post(PAGE, PAGE, **KIND).location).text
    assert "A search finds it by order-kind:" in said
    shown = agent.get(ticket).text
    assert 'data-change="field.1"' in shown
    for value, line in (
        ("Gift", "Order kind: none → Gift"),
        ("For us", "Order kind: Gift → For us"),
        ("", "Order kind: For us → none"),
    ):
        assert agent.post(f"{ticket}/custom/1", ticket, **{"field.1": value}).status_code == 303
        assert line in agent.get(ticket).text
    refused = agent.post(f"{ticket}/custom/1", ticket, **{"field.1": "Mug"})
    assert refused.status_code == 422
    assert "has no such choice" in refused.text
    shown = agent.get(ticket).text
    change = re.search(r'name="change" value="(\d+)" title="Undo: Order kind', shown)
    assert change
    agent.post(f"{ticket}/undo-change", ticket, change=change[1])
    assert "Parcel late" in agent.get("/desk?view=all&q=order-kind:for").text
    assert "Wrong size" not in agent.get("/desk?view=all&q=order-kind:for").text
    words = agent.get("/desk/search-words").get_json()
    assert ["order-kind", "Order kind"] in words["operators"]
    assert words["values"]["order-kind"] == [["Gift", ""], ["For us", ""]]
    assert ["order-kind", "Order kind"] in words["values"]["has"]
    renamed = {"name": "Kind", "choices": "Present\nFor us", "position": "2"}
    assert admin.post(f"{PAGE}/1", PAGE, **renamed).status_code == 303
    bad = admin.post(f"{PAGE}/1", PAGE, **{**renamed, "position": "first"})
    assert "A place is a number" in bad.text
    admin.post(f"{PAGE}/1", PAGE, state="archive")
    assert 'data-change="field.1"' not in agent.get(ticket).text
    admin.post(f"{PAGE}/1", PAGE, state="use")
    assert 'data-change="field.1"' in agent.get(ticket).text


def test_many_are_filled_in_at_once_and_shown_in_a_view(
    desk: Desk, admin: Browser, agent: Browser
) -> None:
    admin.post(PAGE, PAGE, **KIND)
    admin.post(PAGE, PAGE, name="Amount", kind="number")
    queue = agent.get("/desk?view=all").text
    assert 'name="set" value="custom=1=Gift"' in queue
    assert 'name="field.2"' in queue
    for chosen, typed, said in (
        ("custom=1=Gift", "", "2 tickets: Order kind: Gift."),
        ("custom=2", "49.90", "2 tickets: Amount: 49.90."),
        ("custom=2=", "", "2 tickets: Amount: none."),
        ("custom=2", "many", "“Amount” is a number"),
    ):
        fields = {"set": chosen, "field.2": typed, "ticket": [desk.ticket.id, desk.other.id]}
        answer = agent.post("/desk/bulk", "/desk?view=all", **fields, view="all")
        assert said in agent.get(answer.location).text
    form = agent.get("/desk/views/new?view=all").text
    assert 'name="column" value="field.1"' in form
    view = {
        "name": "Gifts",
        "base": "all",
        "column": ["field.1", "tags"],
        "search": "order-kind:gift",
    }
    answer = agent.post("/desk/views/new", "/desk/views/new", **view)
    shown = agent.get(answer.location).text
    assert shown.count('<span class="row-field-name">Order kind') == 2
    assert shown.count("</span></span> <bdi>Gift</bdi>") == 2
    rows = agent.get(f"/desk/rows?view=v1&ticket={desk.ticket.id}").text
    assert "row-field" in rows
    assert "row-field" not in agent.get("/desk?view=all").text


def test_the_customers_form_asks_for_them(
    desk: Desk, admin: Browser, agent: Browser, anonymous: Browser
) -> None:
    for more in (KIND, {"name": "Bought", "kind": "date", "on_form": "1", "required": "1"},
                 {"name": "Inside", "kind": "text"}):  # fmt: skip
        admin.post(PAGE, PAGE, **more)
    form = anonymous.get("/new?order-kind=Gift").text
    assert '<option value="Gift" selected>' in form
    assert "Inside" not in form
    typed = {"email": "eve@mail.example", "subject": "My mug", "text": "It broke.",
             "field.1": "For us", "field.2": "yesterday"}  # fmt: skip
    refused = anonymous.post("/new", "/new", **typed)
    assert refused.status_code == 422
    assert "“Bought” is a day, such as 2026-01-31." in refused.text
    assert 'value="yesterday"' in refused.text
    assert '<option value="For us" selected>' in refused.text
    refused = anonymous.post("/new", "/new", **{**typed, "field.2": ""})
    assert "Please fill in “Bought”." in refused.text
    assert anonymous.post("/new", "/new", **{**typed, "field.2": "2026-10-01"}).status_code == 303
    with desk.database.reading() as session:
        number = session.scalars(select(Ticket.number).where(Ticket.subject == "My mug")).one()
    shown = agent.get(f"/desk/t/{number}").text
    assert re.search(r"Order kind</span> <span[^>]*>For us", shown)
    assert re.search(r"Bought</span> <span[^>]*>2026-10-01", shown)
    # Staff who open one for somebody may leave it empty; what does not hold comes back.
    new = {"customer": "eve@mail.example", "subject": "A call", "description": "x"}
    refused = agent.post("/desk/new", "/desk/new", **new, **{"field.2": "soon"})
    assert "“Bought” is a day" in refused.text
    assert agent.post("/desk/new", "/desk/new", **new, **{"field.1": "Gift"}).status_code == 303


def test_who_manages_a_mailbox_has_the_page_for_it(
    desk: Desk, clock: FakeClock, agent: Browser
) -> None:
    with desk.database.transaction() as session:
        ada = actor_of(desk.ada)
        other = add_mailbox(session, SYSTEM, "okapi@shop.example", name="Okapi", now=clock.now)
        add_custom_field(session, ada, FieldDraft("Okapi kind", mailbox_id=other.id), now=clock.now)
        set_mailbox_rights(session, ada, desk.bo.id, {1: "manage"}, now=clock.now)
    assert "kapi" not in agent.get(PAGE).text
    assert "All mailboxes" not in agent.get(PAGE).text
    assert agent.post(PAGE, PAGE, name="Size", mailbox=1).status_code == 303
    refused = agent.post(PAGE, PAGE, name="Size", mailbox=other.id)
    assert "There is no such mailbox." in refused.text
    assert agent.post(f"{PAGE}/1", PAGE, state="archive").status_code == 404
    with desk.database.transaction() as session:
        set_mailbox_rights(session, ada, desk.bo.id, {1: "answer"}, now=clock.now)
        assert session.get_one(CustomField, 1).archived_at is None
    assert agent.get(PAGE).status_code == 404
