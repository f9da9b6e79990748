"""Snoozing on the desk's pages: by a preset, at a time of one's own, of many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.take_back import take_back
from helpdesk.actor import Actor
from helpdesk.models import Ticket
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def until(desk: Desk) -> tuple[str, bool]:
    with desk.database.reading() as session:
        ticket = session.get_one(Ticket, desk.ticket.id)
        moment = ticket.snoozed_until
        return (f"{moment:%d %H:%M}" if moment else "", ticket.snooze_stays)


@pytest.mark.parametrize(
    ("preset", "moment"),
    [("tomorrow", "24 07:00"), ("monday", "30 07:00"), ("week", "30 07:00"), ("hours", "23 12:00")],
)
def test_a_preset_is_of_the_readers_zone(
    desk: Desk, agent: Browser, preset: str, moment: str
) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    agent.client.set_cookie("zone", "Europe%2FBerlin")
    agent.post(f"{page}/snooze", page, snooze=preset)
    assert until(desk) == (moment, False)


def test_a_time_of_ones_own_and_staying_snoozed(desk: Desk, agent: Browser) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    own = {"snooze": "at", "until": "2026-11-25T10:30", "until_offset": "-60", "stays": "1"}
    agent.post(f"{page}/snooze", page, **own)
    assert until(desk) == ("25 09:30", True)
    shown = agent.get(page).text
    assert "Snoozed until" in shown
    assert "even if they answer" in shown
    assert desk.ticket.number in agent.get("/desk?view=snoozed").text
    assert desk.ticket.number not in agent.get("/desk?view=open").text
    assert "row-snoozed" in agent.get("/desk?view=all").text
    agent.post(f"{page}/snooze", page, snooze="")
    assert until(desk) == ("", False)
    history = agent.get(page).text
    assert "Snoozed until 25 Nov 2026, 09:30 UTC, even if they answer" in history
    assert "Woke up" in history


@pytest.mark.parametrize("typed", ["", "soon", "2026-11-22T10:30", "2028-01-01T10:30"])
def test_a_time_that_does_not_hold_is_said_in_the_open_menu(
    desk: Desk, agent: Browser, typed: str
) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    answer = agent.post(f"{page}/snooze", page, snooze="at", until=typed)
    assert answer.status_code == 422
    assert 'id="snooze-problem"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert until(desk) == ("", False)


def test_from_a_ticket_one_goes_on_as_after_resolving_it(desk: Desk, agent: Browser) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    sent = {"snooze": "week", "then_go": "back", "list": "?view=waiting"}
    assert agent.post(f"{page}/snooze", page, **sent).location.startswith("/desk?view=waiting")
    assert agent.post(f"{page}/snooze", page, snooze="hours").location == page


def test_many_sleep_and_wake_by_the_bar_of_the_list(desk: Desk, agent: Browser) -> None:
    both = [desk.ticket.id, desk.other.id]
    agent.post("/desk/bulk", "/desk?view=all", set="snooze=tomorrow", ticket=both, stays="1")
    assert until(desk) == ("24 08:00", True)
    listed = agent.get("/desk?view=snoozed").text
    assert "2 tickets: snoozed until 24 Nov 2026, 08:00 UTC, even if they answer." in listed
    agent.post("/desk/bulk", "/desk?view=snoozed", set="snooze=", ticket=both)
    assert until(desk) == ("", False)
    agent.post("/desk/bulk", "/desk?view=all", set="snooze=at", ticket=both, until="then")
    assert "Nothing was changed. Choose the day" in agent.get("/desk?view=all").text


def test_a_row_tells_when_an_answer_written_for_later_leaves(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    """Beside the time until which it sleeps; the exact time stands in it, for the reader's zone."""
    actor, leaves_at = Actor(desk.bo.id, "agent"), clock.now + timedelta(hours=5)
    assert "row-leaves" not in agent.get("/desk?view=all").text
    with desk.database.transaction() as session:
        answer = Answer("Later.", leaves_at=leaves_at)
        comment_id = reply(session, actor, desk.ticket.id, answer, now=clock.now).id
    shown = f'<time datetime="{leaves_at.isoformat(timespec="seconds")}"'
    rows = f"/desk/rows?view=all&ticket={desk.ticket.id}"  # what an open queue asks for by itself
    for page in ("/desk?view=all", rows):
        text = agent.get(page).text
        assert text.count("row-leaves") == 1, page
        assert shown in text.partition("row-leaves")[2][:400], page
    with desk.database.transaction() as session:
        take_back(session, actor, comment_id, now=clock.now)
    assert "row-leaves" not in agent.get(rows).text
