"""The queue narrowed: fields and search."""

from __future__ import annotations

import html
import re

from helpdesk.actions.change_ticket import assign, change_category, change_priority
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actor import Actor
from helpdesk.tickets.access import find_ticket
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

ROW = re.compile(r'class="row-link" href="/desk/t/(TKT\d+)(?:#c\d+)?"')


def fill(desk: Desk, clock: FakeClock, count: int) -> list[str]:
    with desk.database.transaction() as session:
        return [
            create_ticket(
                session,
                Actor(desk.ann.id, "customer"),
                TicketDraft(subject=f"Question {n}", description="?"),
                now=clock.now,
            ).number
            for n in range(count)
        ]


def test_a_view_is_narrowed_by_fields_in_the_address(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    numbers = fill(desk, clock, 12)
    actor = Actor(desk.bo.id, "agent")
    with desk.database.transaction() as session:
        for number in numbers[:8]:
            ticket = find_ticket(session, actor, number)
            change_category(session, actor, ticket.id, "refund", now=clock.now)
            if number in numbers[:3]:
                change_priority(session, actor, ticket.id, "high", now=clock.now)
                assign(session, actor, ticket.id, desk.bo.id, now=clock.now)
    expected = {
        "view=all&category=refund": numbers[:8],
        "view=open&category=refund&priority=high": numbers[:3],
        "view=mine&category=refund": numbers[:3],
        "view=all&assignee=me": numbers[:3],
        f"assignee={desk.bo.id}&status=open": numbers[:3],
        "view=all&category=refund&assignee=none": numbers[3:8],
        "view=all&mailbox=1": [*numbers, desk.ticket.number, desk.other.number],
        "view=all&mailbox=7": [],
        "view=resolved&category=refund": [],
        "view=all&priority=nonsense": [],
        "view=all&assignee=%27%3B--": [],
    }
    for query, wanted in expected.items():
        assert sorted(ROW.findall(agent.get(f"/desk?{query}").text)) == sorted(wanted), query

    page = agent.get("/desk?view=open&category=refund&priority=high").text
    assert "Priority: High" in page
    # Each field can be taken away on its own, and all at once; the view stays.
    assert 'href="/desk?view=open&amp;category=refund"' in page
    assert 'href="/desk?view=open">Clear</a>' in page
    poll = html.unescape(re.findall(r'hx-get="(/desk/pulse[^"]+)"', page)[0])
    clock.advance(seconds=5)
    fill(desk, clock, 3)
    assert "new or changed" not in agent.get(poll).text, "none of them is a refund"


def test_a_search_shows_its_words_and_looks_further_where_a_view_has_none(
    desk: Desk, agent: Browser
) -> None:
    page = agent.get("/desk?q=parcel+late").text
    assert ROW.findall(page) == [desk.ticket.number]
    assert "<mark>Parcel</mark> <mark>late</mark>" in page
    assert ROW.findall(agent.get(f"/desk?q={desk.other.number}").text) == [desk.other.number]
    page = agent.get("/desk?view=resolved&q=parcel").text
    assert "Nothing in Resolved. From all tickets:" in page
    assert ROW.findall(page) == [desk.ticket.number]
    # A filter that its view can never fill is no dead end either.
    page = agent.get("/desk?view=waiting&status=open").text
    assert "No ticket in Waiting matches this." in page
    (way_out,) = re.findall(r'href="([^"]+)">Look in all tickets', page)
    found = ROW.findall(agent.get(html.unescape(way_out)).text)
    assert sorted(found) == sorted([desk.ticket.number, desk.other.number])
    page = agent.get("/desk?view=resolved&q=nowhere").text
    assert "matches this" in page
    page = agent.get("/desk?q=%3Cscript%3E%22").text
    assert "<script>" not in page


def test_what_a_search_does_not_understand_is_said(desk: Desk, agent: Browser) -> None:
    page = agent.get("/desk?view=all&q=is:blue").text
    assert "Not understood, and left out:" in page
    assert "is:blue" in page
    assert desk.ticket.number in page
    page = agent.get("/desk?view=all&q=parcel+OR+is:open").text
    assert re.search(r"left out: <code[^>]*>OR</code> \(<code>OR</code> stands between", page)
    page = agent.get("/desk?view=all&q=parcel+from:").text
    assert re.search(r"left out: <code[^>]*>from:</code> \(<code>from:</code> lacks a value", page)
    assert re.search(r"left out: <code[^>]*>%</code> </p>", agent.get("/desk?view=all&q=%25").text)
    assert "left out" not in agent.get("/desk?view=all&q=is:waiting+OR+is:open").text


def test_a_search_that_names_a_folder_looks_nowhere_else(desk: Desk, agent: Browser) -> None:
    page = agent.get("/desk?q=in:spam+parcel").text
    assert "No ticket in Spam matches this." in page
    assert desk.ticket.number not in page
    assert desk.ticket.number in agent.get("/desk/palette?q=parcel").text
    assert desk.ticket.number not in agent.get("/desk/palette?q=in:spam+parcel").text


def test_a_search_that_names_a_folder_looks_there(desk: Desk, agent: Browser) -> None:
    at = f"/desk/t/{desk.ticket.number}"
    agent.post(f"{at}/folder", at, folder="trash")
    assert desk.ticket.number in agent.get("/desk?view=open&q=in:trash").text
    assert desk.ticket.number not in agent.get("/desk?view=all&q=from:ann").text
