"""The pages on which canned replies are looked after."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.models import CannedReply, Person
from helpdesk.tickets.access import actor_of
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

LIST, NEW = "/desk/canned-replies", "/desk/canned-replies/new"
FIELDS = {
    "name": "Refund",
    "text": "Hello {{ customer.first_name }}, **{{ order.number }}** is paid back.",
    "shortcut": "r",
    "status": "resolved",
    "assignee": "me",
    "priority": "high",
}


def only_id(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalars(select(CannedReply.id)).one()


def test_an_agent_adds_one_changes_it_and_finds_it(desk: Desk, agent: Browser) -> None:
    assert "There are none yet" in agent.get(LIST).text
    file = (BytesIO(b"%PDF-1.4"), "form.pdf")
    assert agent.post(NEW, NEW, **FIELDS, files=file).status_code == 303
    page = f"{LIST}/{only_id(desk)}"
    shown = agent.get(page).text
    assert "form.pdf" in shown
    assert '<option value="me" selected>' in shown
    assert '<option value="high" selected>' in shown
    assert '<option value="fr">French</option>' in shown
    agent.post(page, page, **{**FIELDS, "name": "Money back"})
    assert "Money back" in agent.get(LIST).text
    assert "never used" in agent.get(LIST).text
    assert "Money back" in agent.get(f"{LIST}?q=paid+r").text
    assert "No canned reply like that" in agent.get(f"{LIST}?q=parcel").text
    assert "Settings" not in agent.get(LIST).text.partition("<main")[0].partition("<h1>")[2]


def test_what_does_not_hold_comes_back_with_what_was_typed(desk: Desk, agent: Browser) -> None:
    fields = {**FIELDS, "text": "Hello {{ customer.password }}", "shortcut": "two words"}
    answer = agent.post(NEW, NEW, **fields)
    assert answer.status_code == 422
    assert "There is no variable “customer.password”" in answer.text
    assert "A shortcut is one word" in answer.text
    assert "Hello {{ customer.password }}" in answer.text


def test_what_would_be_sent_literally_or_break_another_comes_back(
    desk: Desk, admin: Browser
) -> None:
    fields = {**FIELDS, "text": "Look: [image: not.png]"}
    answer = admin.post(NEW, NEW, **fields)
    assert answer.status_code == 422
    assert "No picture of this name is among its files: “not.png”" in answer.text
    assert "Look: [image: not.png]" in answer.text
    admin.post(NEW, NEW, **FIELDS)
    page = f"{LIST}/{only_id(desk)}"
    assert admin.post(page, page, **fields).status_code == 422
    admin.post(NEW, NEW, name="Outer", text='{{ text "refund" }}')
    renamed = admin.post(page, page, **{**FIELDS, "name": "Money"})
    assert renamed.status_code == 422
    assert "“Outer” inserts “Refund”" in renamed.text
    assert 'name="name" value="Money"' in renamed.text
    gone = admin.post(f"{page}/delete", page)
    assert gone.status_code == 422
    assert "“Outer” inserts “Refund”" in gone.text
    assert admin.get(page).status_code == 200


def test_the_preview_reads_as_on_a_real_ticket(desk: Desk, agent: Browser) -> None:
    page = agent.post(f"{LIST}/preview", NEW, **FIELDS).text
    assert "As it reads on" in page
    assert "Hello " in page.partition("As it reads on")[2]
    assert "<strong>" in page
    assert 'name="name" value="Refund"' in page
    headers = {"HX-Request": "true"}
    fields = {**FIELDS, "text": "<b>{{ customer.nobody }}", "csrf_token": agent.token(NEW)}
    alone = agent.client.post(f"{LIST}/preview", data=fields, headers=headers).text
    assert "<html" not in alone
    assert "There is no variable" in alone


def test_it_is_deleted_by_who_added_it_or_an_admin(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    admin.post(NEW, NEW, **FIELDS)
    page = f"{LIST}/{only_id(desk)}"
    assert f'action="{page}/delete"' not in agent.get(page).text
    assert agent.post(f"{page}/delete", page).status_code == 404
    assert "It cannot be undone" in admin.get(page).text
    admin.post(f"{page}/delete", page)
    assert "There are none yet" in admin.get(LIST).text
    assert (
        "Canned reply" in admin.get("/desk/admin/log").text
        or "canned reply" in admin.get("/desk/admin/log").text
    )
    assert admin.get(page).status_code == 404


def test_what_a_macro_fills_in_adds_and_moves_is_kept(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        box = add_mailbox(session, SYSTEM, "repairs@shop.example", name="Repairs", now=clock.now)
        kind = FieldDraft("Order kind", kind="choice", choices=("Gift", "For us"))
        add_custom_field(session, actor_of(desk.ada), kind, now=clock.now)
    macro = {
        "name": "To repairs",
        "text": "",
        "field.1": "For us",
        "checklist": "Order the part\r\n\r\nAsk for a photo",
        "moves_to": str(box.id),
    }
    assert agent.post(NEW, NEW, **macro).status_code == 303
    page = agent.get("/desk/canned-replies/1").text
    assert "Order the part\nAsk for a photo</textarea>" in page
    assert '<option value="For us" selected>' in page
    assert f'<option value="{box.id}" selected>Repairs' in page
    refused = agent.post(NEW, NEW, **{**macro, "name": "Says", "text": "Hello"})
    assert refused.status_code == 422
    assert "only a macro, without a text, moves it" in refused.text
    ticket = f"/desk/t/{desk.ticket.number}"
    assert 'value="1"' in agent.get(ticket).text
    agent.post(f"{ticket}/macro", ticket, macro="1")
    page = agent.get(ticket).text
    assert "Ask for a photo" in page
    assert "Order kind: none → For us" in page
    assert "Mailbox: support@shop.example → repairs@shop.example" in page


def test_a_macro_is_begun_by_a_button_of_its_own(desk: Desk, agent: Browser) -> None:
    shown = agent.get(LIST).text
    assert "A macro has no text" in shown
    assert f'href="{NEW}?kind=macro"' in shown
    form = agent.get(f"{NEW}?kind=macro").text
    assert "<title>New macro" in form
    # What is for answers alone is folded up; what does not hold comes back on the same form.
    assert form.index("What it does") < form.index('id="canned-text"')
    refused = agent.post(NEW, NEW, kind="macro", name="Solved", text="").text
    assert "Write a text, or choose what it does" in refused
    assert "<title>New macro" in refused
    agent.post(NEW, NEW, kind="macro", name="Solved", text="", status="resolved")
    agent.post(NEW, NEW, **FIELDS)
    rows = agent.get(LIST).text.split('<li class="record">')[1:]
    assert ['<span class="badge">Macro</span>' in row for row in rows] == [False, True]
    assert "Make it a canned reply" in agent.get(f"{LIST}/1").text
    assert "Make it a canned reply" not in agent.get(f"{LIST}/2").text


def test_whoever_may_not_change_one_reads_so_above_its_fields(
    desk: Desk, admin: Browser, agent: Browser
) -> None:
    admin.post(NEW, NEW, **FIELDS)
    page, words = f"{LIST}/{only_id(desk)}", "You may use this canned reply, and not change it"
    assert words not in agent.get(page).text
    with desk.database.transaction() as session:
        session.get_one(Person, desk.bo.id).mailbox_rights = {str(desk.ticket.mailbox_id): "see"}
    shown = agent.get(page).text
    assert words in shown.partition('name="text"')[0]
    assert '<fieldset class="to-read" disabled>' in shown.partition('name="name"')[0]
    assert ">Save<" not in shown
