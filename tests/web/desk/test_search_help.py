"""What helps to search: suggestions, the number of hits, near misses, the way to the message."""

from __future__ import annotations

import html
import json
import re

import pytest

from helpdesk.queries import near_misses, queue_walk
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.test_queue_filters import fill


def test_operators_and_their_values_are_offered(desk: Desk, agent: Browser) -> None:
    found = json.loads(agent.get("/desk/search-words").text)
    assert ["tag", "a tag"] in found["operators"]
    assert ["in-progress", "In progress"] in found["values"]["is"]
    assert ["me", ""] in found["values"]["assignee"]
    assert found["values"]["mailbox"][0][0].endswith(".example")
    people = json.loads(agent.get("/desk/search-words?q=ann").text)["people"]
    assert [desk.ann.address, desk.ann.shown_name] in people


def test_the_number_of_hits_is_said(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    fill(desk, clock, 3)
    assert "3 found" in agent.get("/desk?view=all&q=question").text
    fill(desk, clock, 60)
    page = agent.get("/desk?view=all&q=question").text
    assert "more than 50 found" in page
    asked = re.search(r'class="hits" hx-get="([^"]+)"', page)
    assert asked
    assert agent.get(html.unescape(asked[1])).text == "63 found"


def test_a_search_that_time_cut_says_so_and_leads_on(
    desk: Desk, agent: Browser, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk, clock, 5)
    monkeypatch.setattr(queue_walk, "LOOKED_AT", 2)
    monkeypatch.setattr(queue_walk, "LOOKS_FOR", -1.0)
    page = agent.get("/desk?view=all&q=-question").text
    assert "0 found so far" in page
    assert "Nothing found yet." in page
    assert "Not all tickets were searched: add a word, or look further." in page
    for _ in range(5):
        further = re.search(r'rel="next" href="([^"]+)">Look further', page)
        if further is None:
            break
        page = agent.get(html.unescape(further[1])).text
    assert desk.ticket.number in page
    assert "Not all tickets were searched" not in page


def test_a_hit_leads_to_the_message(desk: Desk, agent: Browser) -> None:
    page = agent.get("/desk?view=all&q=where+is").text
    assert f'href="/desk/t/{desk.ticket.number}#c{desk.opening_id()}"' in page


def test_what_found_nothing_may_have_meant_something_else(
    desk: Desk, agent: Browser, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_misses, "_SECONDS", 600.0)
    fill(desk, clock, 2)
    page = agent.get("/desk?view=open&q=qeustion+unicorn").text
    assert "Did you mean" not in page  # “unicorn” is nowhere
    assert "Without <q" not in page
    page = agent.get("/desk?view=open&q=qeustion").text
    assert re.search(r'Did you mean <a href="/desk\?view=all&amp;q=question"', page)
    page = agent.get("/desk?view=open&q=question+unicorn").text
    assert re.search(r"Without <q[^>]*>unicorn</q>", page)
    assert '<span class="hint">2 found</span>' in page
    page = agent.get("/desk?view=open&q=is:closed+tag:nosuch+question").text
    assert re.search(r"Without <q[^>]*>is:closed</q> and <q[^>]*>tag:nosuch</q>:", page)
