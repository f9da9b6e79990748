"""The palette's answers to what is typed."""

from __future__ import annotations

import re

import pytest

from helpdesk.models import Comment, Ticket
from helpdesk.queries import queue_walk
from helpdesk.tickets import search
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.test_queue_filters import fill


def found(browser: Browser, typed: str) -> list[str]:
    """What is offered, in its order: its kind each."""
    page = browser.get(f"/desk/palette?q={typed}").text
    return re.findall(r'id="palette-([a-z]+)', page)


def test_who_is_called_so_comes_before_tickets_that_have_the_word(agent: Browser) -> None:
    assert found(agent, "ann@shop") == ["person", "ticket", "search"]
    assert found(agent, "parcel") == ["ticket", "search"]
    assert found(agent, "") == []


def test_it_says_where_not_all_tickets_were_searched(
    desk: Desk, agent: Browser, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk, clock, 5)
    words = "Not all tickets were searched: add a word, or look further"
    assert words not in agent.get("/desk/palette?q=-question").text
    monkeypatch.setattr(queue_walk, "LOOKED_AT", 2)
    monkeypatch.setattr(queue_walk, "LOOKS_FOR", -1.0)
    assert words in agent.get("/desk/palette?q=-question").text
    assert words not in agent.get("/desk/palette?q=").text


def test_it_says_what_of_a_search_it_does_not_understand(agent: Browser) -> None:
    words = "Not understood, and left out: <code"
    said = agent.get("/desk/palette?q=parcel+is:blue").text
    assert words in said
    assert ">is:blue</code>" in said
    assert found(agent, "parcel+is:blue") == ["ticket", "search"]
    # Where nothing is left of it, no ticket is what was meant.
    assert found(agent, "is:blue") == ["search"]
    assert words in agent.get("/desk/palette?q=is:blue").text
    assert words not in agent.get("/desk/palette?q=parcel+is:open").text


def test_people_are_found_by_the_name_that_the_list_shows(desk: Desk, agent: Browser) -> None:
    with desk.database.transaction() as session:
        session.get_one(Ticket, desk.ticket.id).claimed_name = "Léa Zahm"
        session.get_one(Comment, desk.opening_id()).claimed_name = "Léa Zahm"
        session.flush()
        search.index_ticket(session.connection(), desk.ticket.id)
    assert "claimed" in found(agent, "lea")
    shown = agent.get("/desk/palette?q=lea").text
    assert "by whose word alone they are called so" in shown
    assert "claimed" not in found(agent, "parcel")
