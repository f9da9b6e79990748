"""Canned replies in the composer, and what comes with the answer."""

from __future__ import annotations

import re
from html import unescape

import pytest

from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.models import CannedReply, Person, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from tests.support.factories import NOW
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import comments, path

TEXT = "Hello {{ customer.first_name }}, {{ order.number }} is paid back.\n\n{{ agent.first_name }}"


@pytest.fixture
def refund(desk: Desk) -> int:
    draft = CannedReplyDraft(
        "Refund",
        TEXT,
        shortcut="r",
        files=(StoredFile("form.pdf", "application/pdf", 3, "0" * 64),),
        status_after="resolved",
        assignee="me",
        priority="high",
    )
    with desk.database.transaction() as session:
        return add_canned_reply(session, actor_of(desk.ada), draft, now=NOW).id


def composer(page: str) -> str:
    return page.partition('data-draft="')[2].partition("</form>")[0]


def written(page: str) -> str:
    found = re.search(r'<textarea id="reply-text".*?>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_they_are_offered_while_one_types(desk: Desk, agent: Browser, refund: int) -> None:
    answer = agent.get(path(desk, "/canned-replies"))
    assert answer.json == [
        {
            "id": refund,
            "name": "Refund",
            "shortcut": "r",
            "text": TEXT,
            "excerpt": " ".join(TEXT.split()),
            "acts": False,
        }
    ]


def test_a_script_puts_one_into_the_composer(desk: Desk, agent: Browser, refund: int) -> None:
    used = agent.post(path(desk, f"/canned-reply/{refund}"), path(desk)).json
    assert used["text"].startswith("Hello Ann, [order number?] is paid back.")
    assert used["gaps"][0] == "[order number?]"
    assert used["status"] == "resolved"
    assert "form.pdf" in used["files"]
    assert 'name="with_assignee" value="me" checked' in used["changes"]
    assert 'name="with_priority" value="high" checked' in used["changes"]
    with desk.database.reading() as session:
        assert session.get_one(CannedReply, refund).used_count == 1
    assert agent.post(path(desk, "/canned-reply/999"), path(desk)).status_code == 404
    undo = path(desk, f"/canned-reply/{refund}/undo")
    assert agent.post(undo, path(desk), use=used["use"]).status_code == 204
    assert agent.post(undo, path(desk), use=used["use"]).status_code == 404
    with desk.database.reading() as session:
        assert session.get_one(CannedReply, refund).used_count == 0


def test_without_scripts_a_button_inserts_it_below_what_was_written(
    desk: Desk, agent: Browser, refund: int
) -> None:
    assert f'<option value="{refund}">Refund</option>' in composer(agent.get(path(desk)).text)
    fields = {"comment": "My own words.", "cc": "zoe@shop.example", "canned_reply": refund}
    page = agent.post(path(desk, "/canned-reply"), path(desk), **fields).text
    assert written(page).startswith("My own words.\n\nHello Ann, [order number?] is paid back.")
    assert 'value="zoe@shop.example"' in page
    assert "form.pdf" in page
    assert '<option value="resolved" selected>' in page
    assert "Still to fill in: [order number?]" in page
    assert 'name="with_priority" value="high" checked' in page
    again = agent.post(path(desk, "/canned-reply"), path(desk), comment="Kept", canned_reply=9)
    assert again.status_code == 422
    assert written(again.text) == "Kept"


def test_a_gap_is_asked_about_once(desk: Desk, agent: Browser) -> None:
    asked = agent.post(path(desk, "/reply"), path(desk), comment="It is [order number?].")
    assert asked.status_code == 422
    assert "not filled in" in asked.text
    known = re.findall(r'name="known_gap" value="([^"]+)"', asked.text)
    assert known == ["[order number?]"]
    fields = {"comment": "It is [order number?].", "known_gap": known[0]}
    assert agent.post(path(desk, "/reply"), path(desk), **fields).status_code == 303
    assert comments(desk)[-1].text == "It is [order number?]."


def test_what_comes_with_the_answer_is_done_when_it_is_sent_and_undone_with_it(
    desk: Desk, agent: Browser
) -> None:
    with desk.database.transaction() as session:
        ticket = session.get_one(Ticket, desk.ticket.id)
        ticket.assignee = session.get_one(Person, desk.ada.id)
    fields = {"with_assignee": "me", "with_priority": "high", "status": "resolved"}
    agent.post(path(desk, "/reply"), path(desk), comment="Paid back.", **fields)
    sent = desk.reload()
    assert (sent.assignee_id, sent.priority, sent.status) == (desk.bo.id, "high", "resolved")
    agent.post(path(desk, "/undo"), path(desk), comment=comments(desk)[-1].id)
    back = desk.reload()
    assert (back.assignee_id, back.priority, back.status) == (desk.ada.id, "medium", "open")
    page = agent.get(path(desk)).text
    assert f'name="with_assignee" value="{desk.bo.id}" checked' in page
    assert 'name="with_priority" value="high" checked' in page


def test_what_comes_with_it_is_kept_with_the_draft_and_through_the_preview(
    desk: Desk, agent: Browser
) -> None:
    fields = {"comment": "Later", "with_assignee": "me", "with_priority": "low"}
    shown = agent.post(path(desk, "/preview"), path(desk), **fields).text
    assert '<input type="hidden" name="with_priority" value="low">' in shown
    agent.post(path(desk, "/draft/reply"), path(desk), **fields)
    assert 'name="with_priority" value="low" checked' in agent.get(path(desk)).text


def test_an_assignee_who_left_is_refused_and_the_text_stays(desk: Desk, agent: Browser) -> None:
    answer = agent.post(
        path(desk, "/reply"), path(desk), comment="Hello", with_assignee=desk.ann.id
    )
    assert answer.status_code == 422
    assert written(answer.text) == "Hello"
    assert "active staff only" in answer.text


def test_the_notice_of_a_macro_names_what_its_note_lacks(desk: Desk, agent: Browser) -> None:
    lost = "Order {{ order.number }} of {{ ticket.number }}: {{ order.status }}?"
    with desk.database.transaction() as session:
        draft = CannedReplyDraft("Lost parcel", "", tags=("lost",), note=lost)
        macro = add_canned_reply(session, actor_of(desk.ada), draft, now=NOW).id
    lacks = "Its note lacks: order number, order status."
    agent.post(path(desk, "/macro"), path(desk), macro=macro)
    page = unescape(agent.get(path(desk)).text)
    assert f"Done, as the macro says. {lacks}" in page
    found = re.search(r'name="change" value="(\d+)"', page.partition(lacks)[2])
    assert found, "it is undone as ever"


def test_a_macro_acts_at_once_and_is_undone_as_one(desk: Desk, agent: Browser) -> None:
    draft = CannedReplyDraft("Lost parcel", "", priority="urgent", tags=("lost",), note="Ask DHL.")
    with desk.database.transaction() as session:
        macro = add_canned_reply(session, actor_of(desk.ada), draft, now=NOW).id
    agent.post(path(desk, "/macro"), path(desk), macro=macro)
    page = unescape(agent.get(path(desk)).text)
    assert "Done, as the macro says." in page
    assert "Macro “Lost parcel”: Priority: Medium → Urgent; Tag: + lost" in page
    assert "Ask DHL." in page
    found = re.search(r'name="change" value="(\d+)"', page)
    assert found
    agent.post(path(desk, "/undo-change"), path(desk), change=found[1])
    page = unescape(agent.get(path(desk)).text)
    assert "Macro “Lost parcel” undone" in page
    assert "Ask DHL." not in page
