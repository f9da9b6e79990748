"""A ticket with very many messages: the first and the newest, and a way to the others."""

from __future__ import annotations

import html
import re

import pytest

from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import Actor
from helpdesk.queries.shown_comments import MORE, NEWEST
from tests.support.clock import FakeClock
from tests.support.long_tickets import add_many
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path

_SHOWN = re.compile(r'<article class="message[^"]*" id="c(\d+)"')


@pytest.fixture
def lines(desk: Desk, clock: FakeClock) -> list[int]:
    with desk.database.transaction() as session:
        return add_many(session, desk.ticket.id, desk.ann.id, 300, clock.now)


def way_on(page: str, words: str) -> str:
    """Where a link of the line leads that says what is left out."""
    found = re.search(rf'<a href="([^"]+)">{words}</a>', page)
    assert found, words
    return html.unescape(found[1])


def test_the_desk_shows_the_first_and_the_newest_and_leads_to_the_others(
    desk: Desk, agent: Browser, lines: list[int]
) -> None:
    page = agent.get(path(desk)).text
    shown = [int(one) for one in _SHOWN.findall(page)]
    assert shown == [desk.opening_id(), *lines[-NEWEST:]]
    left = 302 - NEWEST - 1  # with the note that the ticket has
    assert f"{left} messages between are not shown." in page
    assert f"{NEWEST + 1 - 6} older messages" in page, "of those shown, as many are folded as ever"
    assert f'value="{lines[-1]}"' in page

    more = way_on(page, f"Show {MORE} earlier ones")
    page = agent.get(more).text
    shown = [int(one) for one in _SHOWN.findall(page)]
    assert shown == [desk.opening_id(), *lines[-NEWEST - MORE :]]
    assert more.endswith(f"?shown={NEWEST + MORE}#c{shown[1]}")
    assert f"pulse?seen={lines[-1]}&amp;shown={NEWEST + MORE}" in page

    page = agent.get(way_on(page, "Show all")).text
    assert len(_SHOWN.findall(page)) == 302
    assert "not shown." not in page


def test_what_is_new_keeps_what_is_shown(
    desk: Desk, agent: Browser, clock: FakeClock, lines: list[int]
) -> None:
    with desk.database.transaction() as session:
        reply(session, Actor(desk.ann.id, "customer"), desk.ticket.id, Answer("So?"), now=clock.now)
    pill = agent.get(path(desk, f"/pulse?seen={lines[-1]}&shown=all")).text
    assert f'hx-get="{path(desk)}?shown=all"' in pill
    pill = agent.get(path(desk, f"/pulse?seen={lines[-1]}")).text
    assert f'hx-get="{path(desk)}"' in pill


@pytest.mark.parametrize("asked", ["", "0", "-1", "39", "9" * 30, "²", "each"])
def test_another_number_shows_as_many_as_always(
    desk: Desk, agent: Browser, lines: list[int], asked: str
) -> None:
    page = agent.get(path(desk, f"?shown={asked}")).text
    assert len(_SHOWN.findall(page)) == NEWEST + 1


def test_on_paper_and_in_what_is_chosen_from_are_all(
    desk: Desk, agent: Browser, lines: list[int]
) -> None:
    for place in ("/print?notes=yes", "/split"):
        page = agent.get(path(desk, place)).text
        assert "Line 0." in page
        assert "Line 299." in page
    assert "notes.txt" in agent.get(path(desk)).text or "photo.png" in agent.get(path(desk)).text


def test_customers_see_the_same_and_nothing_of_notes(
    desk: Desk, anonymous: Browser, clock: FakeClock, lines: list[int]
) -> None:
    with desk.database.transaction() as session:
        add_many(session, desk.ticket.id, desk.bo.id, 50, clock.now, internal=True)
    address = f"/t/{desk.token()}"
    page = anonymous.get(address).text
    shown = [int(one) for one in _SHOWN.findall(page)]
    assert shown == [desk.opening_id(), *lines[-NEWEST:]]
    assert f"{301 - NEWEST - 1} messages between are not shown." in page
    page = anonymous.get(way_on(page, f"Show {MORE} earlier ones")).text
    assert len(_SHOWN.findall(page)) == NEWEST + MORE + 1
    page = anonymous.get(way_on(page, "Show all")).text
    assert len(_SHOWN.findall(page)) == 301
    version = re.findall(r'data-version="([^"]+)"', anonymous.get(address).text)[0]
    assert anonymous.get(f"{address}/news?seen={version}").status_code == 204
    german = anonymous.get(address, headers={"Accept-Language": "de"}).text
    assert "Nachrichten dazwischen" in german
