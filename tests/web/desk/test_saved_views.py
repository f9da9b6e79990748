"""A search saved as a view: for oneself, for all, changed, deleted and had again."""

from __future__ import annotations

import re
from typing import Any

from helpdesk.actions.change_ticket import change_category
from helpdesk.actor import Actor
from helpdesk.models import SavedView
from helpdesk.tickets.access import find_ticket
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.test_queue_filters import ROW, fill

LIST, NEW = "/desk/views", "/desk/views/new"
FIELDS: dict[str, Any] = {
    "name": "Refunds",
    "search": "category:refund",
    "base": "open",
    "sort": "-created",
    "column": ["tags", "assignee"],
}
SIDE = re.compile(r'<ul class="views" id="views">.*?</ul>', re.DOTALL)


def refunds(desk: Desk, clock: FakeClock) -> list[str]:
    """The numbers of three refunds, among others."""
    numbers, actor = fill(desk, clock, 5), Actor(desk.bo.id, "agent")
    with desk.database.transaction() as session:
        for number in numbers[:3]:
            ticket = find_ticket(session, actor, number)
            change_category(session, actor, ticket.id, "refund", now=clock.now)
    return numbers[:3]


def saved(agent: Browser, **changed: Any) -> str:
    """The address of a view that the agent saved."""
    answer = agent.post(NEW, NEW, **{**FIELDS, **changed})
    assert answer.status_code == 303
    return str(answer.location)


def test_a_list_is_saved_as_it_stands(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    numbers = refunds(desk, clock)
    list_page = "/desk?view=open&category=refund&priority=medium&q=question&sort=-created"
    shown = agent.get(list_page).text
    form = re.search(r'href="(/desk/views/new\?[^"]+)"', shown)
    assert form
    page = agent.get(form[1].replace("&amp;", "&")).text
    assert 'value="priority:medium category:refund question"' in page
    assert '<option value="-created" selected>' in page
    assert '<option value="open" selected>' in page
    address = saved(agent)
    page = agent.get(address).text
    assert ROW.findall(page) == sorted(numbers)
    assert "<h1>Refunds" in page
    assert 'aria-current="page"' in page.partition("Refunds</span>")[0].rpartition("<li")[2]
    # Its rows show what was chosen, and no more.
    row = page.partition('class="row"')[2].partition("</li>")[0]
    assert "Refund</span>" not in row
    assert "row-assignee" in row
    assert "Refund</span>" in agent.get("/desk?view=open").text


def test_counts_come_with_the_poll_and_stand_for_a_while(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    clock.advance(minutes=1)
    refunds(desk, clock)
    address = saved(agent)
    name = address.partition("view=")[2]
    page = agent.get("/desk").text
    assert f'id="count-{name}"' not in page
    assert 'hx-trigger="load, every 20s' in page
    polled = agent.get("/desk/pulse?view=open").text
    assert re.search(rf'id="count-{name}">.*?</span>3</span>', polled)
    assert re.search(r'id="unread-open".*?</span>\d+</span>', polled)
    page = agent.get("/desk").text
    assert f'id="count-{name}"' in page
    assert 'hx-trigger="every 20s' in page


def test_a_shared_view_stands_at_the_side_of_colleagues(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    own, shared = saved(agent), saved(agent, name="For all", shared="1")
    agents, admins = (SIDE.search(one.get("/desk").text) for one in (agent, admin))
    assert agents
    assert admins
    assert "Refunds" in agents[0]
    assert "For all" in agents[0]
    assert "Refunds" not in admins[0]
    assert "For all" in admins[0]
    assert "For all" in admin.get(shared).text
    # A colleague's own is as if it were not there: the desk shows its home.
    assert admin.get(own).location == "/desk?view=open"
    assert admin.get(f"{LIST}/{own.partition('view=v')[2]}").status_code == 404
    assert "Shared by" in admin.get(LIST).text
    page = f"{LIST}/{shared.partition('view=v')[2]}"
    assert admin.post(page, page, **{**FIELDS, "name": "Paid back"}).status_code == 422
    admin.post(page, page, **{**FIELDS, "name": "Paid back", "shared": "1"})
    side = SIDE.search(agent.get("/desk").text)
    assert side
    assert "Paid back" in side[0]


def test_a_deleted_view_comes_back_by_undo(desk: Desk, agent: Browser) -> None:
    address = saved(agent)
    view_id = address.partition("view=v")[2]
    page = f"{LIST}/{view_id}"
    answer = agent.post(f"{page}/delete", page)
    said = agent.get(answer.location).text
    assert "“Refunds” is deleted." in said
    assert re.search(rf'action="{LIST}".*?name="deleted" value="{view_id}"', said, re.DOTALL)
    # Who is still there is led home, and what goes on from it goes on.
    assert agent.get(address).location == "/desk?view=open"
    number = desk.ticket.number
    beside = agent.get(f"/desk/t/{number}/beside?step=next&list=view%3Dv{view_id}")
    assert beside.status_code == 303
    agent.post(LIST, LIST, deleted=view_id)
    assert "<h1>Refunds" in agent.get(address).text


def test_what_does_not_hold_comes_back_with_what_was_typed(desk: Desk, agent: Browser) -> None:
    answer = agent.post(NEW, NEW, **{**FIELDS, "search": "is:blue refunds", "position": "x"})
    assert answer.status_code == 422
    assert "Not understood: is:blue" in answer.text
    assert "A place is a number" in answer.text
    assert 'value="is:blue refunds"' in answer.text


def test_what_of_a_view_nobody_understands_any_more_is_said(desk: Desk, agent: Browser) -> None:
    address, words = saved(agent, search="is:open parcel"), "Not understood, and left out"
    assert words not in agent.get(address).text
    view_id = int(address.partition("view=v")[2])
    with desk.database.transaction() as session:  # as by a field that is gone since
        session.get_one(SavedView, view_id).search = "has:wings parcel"
    page = agent.get(address).text
    assert f"{words}: <code" in page
    assert ">has:wings</code>" in page
    assert desk.ticket.number in page
    narrowed = agent.get(f"{address}&q=is:blue").text
    assert re.search(rf"{words}: <code[^>]*>is:blue</code>", narrowed)
    assert re.search(rf"{words} of what the view searches for: <code[^>]*>has:wings<", narrowed)
    assert f"{words}: <code" in agent.get(f"{LIST}/{view_id}").text
