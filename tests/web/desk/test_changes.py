"""Changing a ticket's fields, with reasons."""

from __future__ import annotations

import re

from sqlalchemy import delete, select, update

from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.models import Acknowledgement, Mailbox, Refusal, Tag, Ticket
from helpdesk.vocabulary import Status
from tests.support.factories import NOW
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path
from web.options import forget_options


def test_each_field_is_changed_with_its_reason(desk: Desk, agent: Browser) -> None:
    for field, value, shown in (
        ("priority", "urgent", "Priority: Medium → Urgent"),
        ("subject", "Where is my parcel", "→ Where is my parcel"),
        ("category", "refund", "Category: Other → Refund"),
        ("assignee", str(desk.bo.id), "Assignee: nobody → Bo Okafor"),
        ("status", "in_progress", "Status: Open → In progress"),
    ):
        answer = agent.post(
            path(desk, f"/{field}"), path(desk), **{field: value, "reason": f"why {field}"}
        )
        assert answer.status_code == 303, field
        text = agent.get(path(desk)).text
        assert shown in text
        assert f"why {field}" in text


def test_tags_are_typed_ticked_and_unticked(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/tags"), path(desk), add="refund, Late parcel,")
    shown = agent.get(path(desk)).text
    assert "Tag: + Late parcel, + refund" in shown
    assert 'href="/desk?view=all&amp;q=tag:%22Late+parcel%22"' in shown
    # A colleague put one on it meanwhile, which this form does not know of.
    agent.post(path(desk, "/tags"), path(desk), add="VIP", had="refund", tag="refund")
    agent.post(path(desk, "/tags"), path(desk), had=["Late parcel", "refund"], tag=["refund"])
    assert "Tag: − Late parcel" in agent.get(path(desk)).text
    rows = agent.get("/desk?view=all&q=tag:refund+tag:vip").text
    assert re.findall(r'title="Tag: ([^"]*)"', rows) == ["refund", "VIP"]
    assert desk.ticket.number not in agent.get("/desk?view=all&q=tag:late").text
    narrowed = agent.get("/desk?view=all&tag=VIP").text
    assert desk.ticket.number in narrowed
    assert "Tag: VIP" in narrowed
    refused = agent.post(path(desk, "/tags"), path(desk), add='so "called"')
    assert refused.status_code == 422
    assert 'id="tags-problem"' in refused.text


def test_a_name_that_a_tag_had_before_puts_that_tag_on_and_says_so(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    agent.post(path(desk, "/tags"), path(desk), add="VIP")
    with desk.database.reading() as session:
        tag_id = session.scalars(select(Tag.id)).one()
    admin.post(f"/desk/admin/tags/{tag_id}/name", "/desk/admin/tags", name="VIP gold")
    agent.post(path(desk, "/tags"), path(desk), had="VIP gold")
    agent.post(path(desk, "/tags"), path(desk), add="vip")
    shown = agent.get(path(desk)).text
    assert "Tags changed. “vip” is called “VIP gold” now." in shown
    rows = agent.get("/desk?view=all").text
    assert re.findall(r'title="Tag: ([^"]*)"', rows) == ["VIP gold"]
    agent.post(path(desk, "/tags"), path(desk), had="VIP gold")
    agent.post("/desk/bulk", "/desk", ticket=desk.ticket.id, set="add_tag=", typed_tag="vip")
    assert "1 ticket: tagged VIP gold." in agent.get("/desk").text


def test_a_tag_is_put_on_many_and_taken_off(desk: Desk, agent: Browser) -> None:
    agent.post("/desk/bulk", "/desk", ticket=desk.ticket.id, set="add_tag=", typed_tag="Refund")
    assert "1 ticket: tagged Refund." in agent.get("/desk").text
    assert 'value="remove_tag=Refund"' in agent.get("/desk").text
    agent.post("/desk/bulk", "/desk", ticket=desk.ticket.id, set="remove_tag=refund")
    assert "Tag: − Refund" in agent.get(path(desk)).text


def test_assign_to_me_and_to_nobody(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/assignee"), path(desk), assignee="me")
    assert desk.reload().assignee_id == desk.bo.id
    agent.post(path(desk, "/assignee"), path(desk), assignee="")
    assert desk.reload().assignee_id is None


def test_taking_it_from_somebody_says_from_whom_and_asks_if_they_have_it_since(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    has_it = f'name="seen_with" value="{desk.bo.id}"'
    agent.post(path(desk, "/assignee"), path(desk), assignee="me", seen_with="")
    assert "It is yours now." in agent.get(path(desk)).text
    # The page that the admin has still says that nobody has it.
    asked = admin.post(path(desk, "/assignee"), path(desk), assignee="me", seen_with="")
    assert asked.status_code == 422
    toast = asked.text.partition('class="toast change-toast"')[2].partition("</form>")[0]
    assert f"{desk.bo.shown_name} has it by now." in toast
    assert has_it in toast
    assert 'name="assignee" value="me">Take it anyway</button>' in toast
    assert desk.reload().assignee_id == desk.bo.id
    taken = {"assignee": "me", "seen_with": desk.bo.id}
    admin.post(path(desk, "/assignee"), path(desk), **taken)
    shown = admin.get(path(desk)).text
    toast = shown.partition('class="toast change-toast"')[2]
    assert f"It was {desk.bo.shown_name}’s; it is yours now." in toast
    assert f'action="{path(desk, "/undo-change")}"' in toast
    agent.post("/desk/bulk", "/desk", ticket=desk.ticket.id, set="assignee=me")
    assert ", and was " in agent.get("/desk").text


def test_a_step_that_is_not_allowed_is_explained(desk: Desk, agent: Browser) -> None:
    answer = agent.post(path(desk, "/status"), path(desk), status="closed")
    assert answer.status_code == 409
    assert "cannot become closed" in answer.text
    assert desk.reload().status == "open"


def test_a_value_that_does_not_exist_is_named(desk: Desk, agent: Browser) -> None:
    for field, value in (
        ("status", "lost"),
        ("priority", "huge"),
        ("category", "x"),
        ("assignee", "99999999"),
        ("assignee", "²"),
        ("assignee", str(desk.ann.id)),
    ):
        answer = agent.post(path(desk, f"/{field}"), path(desk), **{field: value})
        assert answer.status_code == 422, (field, value)
        assert f'id="{field}-problem"' in answer.text


def test_an_acknowledgement_that_a_limit_withheld_is_sent_by_one_click(
    desk: Desk, agent: Browser
) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    words = "No acknowledgement was sent"
    assert words not in agent.get(page).text
    with desk.database.transaction() as session:
        ticket = session.get_one(Ticket, desk.ticket.id)
        session.execute(delete(Acknowledgement))
        ticket.not_acknowledged, ticket.first_response_at = Refusal.RATE_LIMIT, None
        ticket.status = Status.OPEN
    assert words in agent.get(page).text
    watch = agent.get("/desk/mail/watch").text
    assert "customer was sent no acknowledgement" in watch
    assert desk.ticket.number in watch
    assert agent.post(f"{page}/acknowledge", page).status_code == 303
    shown = agent.get(page).text
    assert words not in shown
    assert "Acknowledgement: none → Sent" in shown
    assert "no limit withheld one" in agent.get("/desk/mail/watch").text
    agent.post(f"{page}/acknowledge", page)
    assert "nothing to acknowledge any more" in agent.get(page).text


def test_a_change_is_undone_from_the_toast_and_from_the_history(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/priority"), path(desk), priority="urgent")
    page = agent.get(path(desk)).text
    toast = page.partition('class="toast change-toast"')[2]
    assert f'action="{path(desk, "/undo-change")}"' in toast
    change = re.search(r'name="change" value="(\d+)"', toast)
    assert change
    assert "Say why" in toast
    agent.post(path(desk, "/reason"), path(desk), change=change[1], reason="They called.")
    assert "They called." in agent.get(path(desk)).text
    assert 'title="Undo: Priority: Medium → Urgent"' in agent.get(path(desk)).text
    answer = agent.post(path(desk, "/undo-change"), path(desk), change=change[1])
    assert (answer.status_code, answer.location) == (303, path(desk))
    assert desk.reload().priority == "medium"
    agent.post(path(desk, "/undo-change"), path(desk), change=change[1])
    assert "It was changed again since" in agent.get(path(desk)).text
    for nonsense in ("", "²", "9" * 30, "0"):
        wrong = agent.post(path(desk, "/undo-change"), path(desk), change=nonsense)
        assert wrong.status_code == 404, nonsense


def test_what_is_so_already_is_not_said_to_have_changed(desk: Desk, agent: Browser) -> None:
    status = desk.ticket.status
    for field, value, said in (
        ("status", status, f"It is {status} already."),
        ("priority", desk.ticket.priority, f"Priority is {desk.ticket.priority} already."),
        ("subject", desk.ticket.subject, "Nothing was changed"),
    ):
        agent.post(path(desk, f"/{field}"), path(desk), **{field: value})
        page = agent.get(path(desk)).text
        assert said in page, field
        assert "toast change-toast" not in page, field


def test_a_mailbox_may_want_a_reason(desk: Desk, agent: Browser) -> None:
    with desk.database.transaction() as session:
        session.execute(update(Mailbox).values(asks_reason=True))
    page = agent.get(path(desk)).text
    assert "Change priority" in page
    answer = agent.post(path(desk, "/priority"), path(desk), priority="urgent", reason=" ")
    assert answer.status_code == 422
    assert "Say why: it stands in the history." in answer.text
    assert agent.post(path(desk, "/assignee"), path(desk), assignee="me").status_code == 422
    assert agent.post(path(desk, "/priority"), path(desk), priority="medium").status_code == 303
    agent.post(path(desk, "/priority"), path(desk), priority="urgent", reason="They called.")
    assert desk.reload().priority == "urgent"


def test_a_subject_that_a_colleague_changed_meanwhile_is_named_first(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    seen = re.findall(r'name="seen_subject" value="([^"]+)"', agent.get(path(desk)).text)
    admin.post(path(desk, "/subject"), path(desk), subject="Two parcels late")
    wanted = {"subject": "Parcel lost", "seen_subject": seen[0]}
    stopped = agent.post(path(desk, "/subject"), path(desk), **wanted)
    assert stopped.status_code == 422
    assert "It was changed to “Two parcels late” meanwhile." in stopped.text
    assert 'name="subject" value="Parcel lost"' in stopped.text
    wanted["seen_subject"] = "Two parcels late"
    assert 'name="seen_subject" value="Two parcels late"' in stopped.text
    assert agent.post(path(desk, "/subject"), path(desk), **wanted).status_code == 303
    assert desk.reload().subject == "Parcel lost"


def test_a_ticket_goes_to_another_mailbox_and_back(desk: Desk, agent: Browser) -> None:
    assert 'data-change="mailbox"' not in agent.get(path(desk)).text, "there is one alone"
    assert 'data-change="mailbox"' not in agent.get("/desk").text
    with desk.database.transaction() as session:
        box = add_mailbox(session, SYSTEM, "returns@shop.example", name="Returns", now=NOW)
    with agent.client.application.app_context():
        forget_options()
    shown = agent.get(path(desk)).text
    assert f'name="mailbox" value="{box.id}">Returns<' in shown
    assert f'value="mailbox={box.id}"' in agent.get("/desk").text
    done = agent.post(path(desk, "/mailbox"), path(desk), mailbox=box.id)
    assert done.status_code == 303
    shown = agent.get(path(desk)).text
    assert "Moved to another mailbox." in shown
    assert "Mailbox: support@shop.example → returns@shop.example" in shown
    assert desk.reload().mailbox_id == box.id
    assert desk.ticket.number in agent.get("/desk?view=all&q=mailbox:returns").text
    change = re.findall(r'name="change" value="(\d+)"', shown)[0]
    agent.post(path(desk, "/undo-change"), path(desk), change=change)
    assert desk.reload().mailbox_id != box.id
    assert "Undone." in agent.get(path(desk)).text
    refused = agent.post(path(desk, "/mailbox"), path(desk), mailbox="99")
    assert refused.status_code == 422
    assert "There is no such mailbox." in refused.text
    chosen = {"ticket": [desk.ticket.id, desk.other.id], "set": f"mailbox={box.id}"}
    said = agent.get(agent.post("/desk/bulk", "/desk", **chosen).location).text
    assert "2 tickets: in returns@shop.example." in said


def test_what_went_back_of_an_answer_is_said(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/reply"), path(desk), comment="Soon.", with_priority="high")
    shown = agent.get(path(desk)).text
    assert "Priority: Medium → High<br>" in shown
    change = re.findall(r'name="change" value="(\d+)"', shown)[0]
    agent.post(path(desk, "/undo-change"), path(desk), change=change)
    assert re.search(r"Undone\. \w+, .*Priority.*\.", agent.get(path(desk)).text)
