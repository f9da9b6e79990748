"""Which ticket is the next one, whatever was done on this one."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

import pytest

from helpdesk.actions.change_ticket import change_priority, change_status
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actor import SYSTEM, Actor
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


@pytest.fixture
def four(desk: Desk, clock: FakeClock) -> list[str]:
    """Tickets in the order in which the open ones are shown."""
    with desk.database.transaction() as session:
        made = [
            create_ticket(
                session,
                Actor(desk.ann.id, "customer"),
                TicketDraft(subject=f"Question {n}", description="?"),
                now=clock.advance(minutes=1),
            ).number
            for n in range(2)
        ]
    return [desk.ticket.number, desk.other.number, *made]


def beside(browser: Browser, number: str, step: str = "next", **values: str) -> str:
    asked = urlencode({"step": step, "list": urlencode({**values, "view": "open"})})
    return browser.get(f"/desk/t/{number}/beside?{asked}").headers["Location"].split("/")[-1]


def stood(browser: Browser, number: str) -> str:
    found = re.search(r'data-stood="([^"]+)"', browser.get(f"/desk/t/{number}").text)
    assert found
    return html.unescape(found[1])


def test_a_change_of_ones_own_moves_no_next_one(
    desk: Desk, agent: Browser, clock: FakeClock, four: list[str]
) -> None:
    here = stood(agent, four[1])
    with desk.database.transaction() as session:
        change_priority(session, SYSTEM, desk.other.id, "urgent", now=clock.now)
    assert beside(agent, four[1]) == four[0], "by where it stands now"
    assert beside(agent, four[1], stood=here) == four[2]
    assert beside(agent, four[1], "back", stood=here) == four[0]
    for other in ("", "none", "WzFd", stood(agent, four[1])):
        assert beside(agent, four[1], stood=other) == four[0], other


def test_what_was_seen_to_come_next_does_while_it_is_in_the_list(
    desk: Desk, agent: Browser, clock: FakeClock, four: list[str]
) -> None:
    assert beside(agent, four[0], saw=four[2]) == four[2]
    assert beside(agent, four[0], saw=four[0]) == four[1], "not itself"
    assert beside(agent, four[0], saw="TKT999") == four[1]
    with desk.database.transaction() as session:
        change_status(session, SYSTEM, four[2], "resolved", now=clock.now)
    assert beside(agent, four[0], saw=four[2]) == four[1]
