"""The page of what concerns me, and what counts it."""

from __future__ import annotations

import re

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import assign
from helpdesk.actor import SYSTEM
from helpdesk.tickets.access import actor_of
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

PAGE = "/desk/concerns/"


def title(page: str) -> str:
    found = re.search("<title>(.*)</title>", page)
    assert found
    return found[1]


def test_the_list_its_count_and_how_both_empty(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    empty = agent.get(PAGE).text
    assert "Nothing yet." in empty
    assert title(empty) == "What concerns me · Postdesk"
    assert "favicon-unseen" not in re.findall('id="icon" href="([^"]*)"', empty)[0]
    with desk.database.transaction() as session:
        ada = actor_of(desk.ada)
        assign(session, ada, desk.other.id, desk.bo.id, now=clock.now)
        note = add_note(session, ada, desk.ticket.id, text="@bo, a <b>look</b>?", now=clock.now)
    page = agent.get(PAGE).text
    assert title(page) == "(2) What concerns me · Postdesk"
    assert title(agent.get("/desk").text) == "(2) Open · Postdesk"
    assert "favicon-unseen" in re.findall('id="icon" href="([^"]*)"', page)[0]
    assert page.count("Not seen:") == 2
    assert f'href="/desk/t/{desk.ticket.number}#c{note.id}"' in page
    assert f'href="/desk/t/{desk.other.number}"' in page
    assert "<bdi>Ada Lindgren</bdi> mentions you in a note" in page
    assert "<bdi>Ada Lindgren</bdi> gave you this ticket" in page
    assert "@bo, a &lt;b&gt;look&lt;/b&gt;?" in page
    said = agent.post("/desk/presence", "/desk", ticket=desk.ticket.number, seen=str(note.id))
    assert said.status_code == 204
    page = agent.get(PAGE).text
    assert page.count("Not seen:") == 1
    newest = re.findall('name="newest" value="([0-9]+)"', page)[0]
    assert agent.post("/desk/concerns/seen", PAGE, newest=newest).location == PAGE
    page = agent.get(PAGE).text
    assert title(page) == "What concerns me · Postdesk"
    assert "Not seen:" not in page
    assert "Mark all as seen" not in page
    assert "There is nothing older." in agent.get(f"{PAGE}?before=1").text


def test_what_is_handed_out_is_given_by_postdesk(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        assign(session, SYSTEM, desk.other.id, desk.bo.id, now=clock.now)
    assert "<bdi>Postdesk</bdi> gave you this ticket" in agent.get(PAGE).text


def test_an_assignment_that_comes_while_one_looks_is_seen(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    seen = {"ticket": desk.ticket.number, "seen": "99"}
    agent.post("/desk/presence", "/desk", **seen)
    with desk.database.transaction() as session:
        assign(session, actor_of(desk.ada), desk.ticket.id, desk.bo.id, now=clock.now)
    assert title(agent.get("/desk").text).startswith("(1) ")
    agent.post("/desk/presence", "/desk", **seen)
    assert title(agent.get("/desk").text) == "Open · Postdesk"
