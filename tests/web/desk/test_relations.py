"""Linked tickets, child tickets and the checklist on a ticket's page."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.models import ChecklistItem, Ticket, TicketLink
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path, undo_in_toast


def links(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return [str(kind) for kind in session.scalars(select(TicketLink.kind))]


def status_of(desk: Desk, number: str) -> str:
    with desk.database.reading() as session:
        return session.scalars(select(Ticket.status).where(Ticket.number == number)).one()


def test_a_ticket_is_linked_and_unlinked(desk: Desk, agent: Browser) -> None:
    other = desk.other.number
    agent.post(path(desk, "/link"), path(desk), other=other.lower(), relation="related")
    page = agent.get(path(desk)).text
    assert f"Linked with {other}" in page
    assert "related to" in page
    assert "related to" in agent.get(f"/desk/t/{other}").text
    agent.post(path(desk, "/unlink"), path(desk), other=other, relation="related")
    page = agent.get(path(desk)).text
    assert f"{other} is not linked any more." in page
    assert links(desk) == []
    action, change = undo_in_toast(page)
    agent.post(action, path(desk), change=change)
    assert links(desk) == ["related"]
    refused = agent.post(path(desk, "/link"), path(desk), other="TKT1", relation="related")
    assert refused.status_code == 422
    assert "There is no ticket “TKT1”" in refused.text
    assert 'name="other" value="TKT1"' in refused.text


def test_a_child_holds_the_ticket_open(desk: Desk, agent: Browser) -> None:
    other = desk.other.number
    agent.post(path(desk, "/link"), path(desk), other=other, relation="child")
    refused = agent.post(path(desk, "/status"), path(desk), status="resolved")
    assert refused.status_code == 409
    assert f"its child ticket is not resolved: {other}." in refused.text
    assert 'name="anyway" value="resolved"' in refused.text
    assert status_of(desk, desk.ticket.number) != "resolved"
    agent.post(path(desk, "/status"), path(desk), anyway="resolved")
    assert status_of(desk, desk.ticket.number) == "resolved"


def test_an_answer_resolves_what_a_child_holds_open(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/link"), path(desk), other=desk.other.number, relation="child")
    words = {"comment": "All is done, Ann.", "status": "resolved"}
    refused = agent.post(path(desk, "/reply"), path(desk), **words)
    assert refused.status_code == 409
    assert "its child ticket is not resolved" in refused.text
    assert words["comment"] in refused.text
    assert "Send, and resolved anyway" in refused.text
    agent.post(path(desk, "/reply"), path(desk), **words, despite_children="yes")
    assert status_of(desk, desk.ticket.number) == "resolved"


def test_a_child_ticket_is_begun_from_its_parent(desk: Desk, agent: Browser) -> None:
    number = desk.ticket.number
    form = f"/desk/new?child_of={number}"
    assert f'name="child_of" value="{number}"' in agent.get(form).text
    agent.post(
        "/desk/new", form, child_of=number, customer="ann@mail.example",
        subject="Send the part", description="A new seal for the kettle.",
    )  # fmt: skip
    page = agent.get(path(desk)).text
    assert "Send the part" in page
    assert links(desk) == ["child"]


def test_a_child_of_a_merged_ticket_is_a_child_of_where_it_goes_on(
    desk: Desk, agent: Browser
) -> None:
    number, other = desk.ticket.number, desk.other.number
    form = f"/desk/new?child_of={number}"
    page = agent.get(form)
    agent.post(path(desk, "/merge"), path(desk), into=other)
    assert page.status_code == 200
    agent.post(
        "/desk/new", form, child_of=number, customer="ann@mail.example",
        subject="Send the part", description="A new seal for the kettle.",
    )  # fmt: skip
    assert "Send the part" in agent.get(f"/desk/t/{other}").text


def test_a_checklist_is_worked_off(desk: Desk, agent: Browser) -> None:
    def after(place: str, **form: str) -> str:
        agent.post(place, path(desk), **form)
        return agent.get(path(desk)).text

    assert "0 of 1" in after(path(desk, "/checklist"), text="Ask the carrier")
    with desk.database.reading() as session:
        item = session.scalars(select(ChecklistItem.id)).one()
    place = path(desk, f"/checklist/{item}")
    page = after(place, do="tick")
    assert "1 of 1" in page
    assert "Checklist: done: Ask the carrier" in page
    assert 'title="Checklist: 1 of 1 done"' in agent.get("/desk?view=all").text
    assert "Ask DHL" in after(place, text="Ask DHL")
    assert "0 of 1" in after(place, do="untick")
    page = after(place, do="remove")
    assert "Checklist: − Ask DHL" in page
    assert 'class="checklist-count"' not in page
    refused = agent.post(path(desk, "/checklist"), path(desk), text=" ")
    assert (refused.status_code, "Say what is to be done." in refused.text) == (422, True)


def test_an_item_of_the_checklist_goes_up_and_down(desk: Desk, agent: Browser) -> None:
    for text in ("Call", "Refund", "Tell"):
        agent.post(path(desk, "/checklist"), path(desk), text=text)
        agent.get(path(desk))  # as a browser does, and each says what was done once
    agent.post(path(desk, "/checklist/3"), path(desk), text="Tell", place="2")
    page = agent.get(path(desk)).text
    assert "Number 2 now." in page
    assert "Checklist: Tell: moved from 3 to 2" in page
    assert [
        page.index(f'dir="auto">{text}</span>') for text in ("Call", "Tell", "Refund")
    ] == sorted(page.index(f'dir="auto">{text}</span>') for text in ("Call", "Tell", "Refund"))
    action, change = undo_in_toast(page)
    agent.post(action, path(desk), change=change)
    page = agent.get(path(desk)).text
    assert page.index('dir="auto">Refund</span>') < page.index('dir="auto">Tell</span>')
    refused = agent.post(path(desk, "/checklist/3"), path(desk), text="Tell", place="x")
    assert refused.status_code == 422
    assert "A place is a number" in refused.text
