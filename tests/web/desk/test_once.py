"""What was sent once, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path
from web.outcomes import Outcomes

SAID = "Priority is urgent now."


@pytest.fixture(autouse=True)
def outcomes(app: Flask, redis_url: str) -> Iterator[None]:
    """The application's, in a Redis that is there."""
    before = app.extensions["postdesk.outcomes"]
    app.extensions["postdesk.outcomes"] = Outcomes(redis_url)
    yield
    app.extensions["postdesk.outcomes"] = before


def urgent(desk: Desk, browser: Browser, name: str, **more: str) -> int:
    sent = {"csrf_token": browser.token("/desk"), "priority": "urgent"}
    headers = {"X-Deed": name, **more}
    return browser.client.post(path(desk, "/priority"), data=sent, headers=headers).status_code


def test_the_page_that_took_the_senders_place_is_told_once(
    desk: Desk, agent: Browser, admin: Browser
) -> None:
    assert agent.get("/desk/told/first").status_code == 204
    assert urgent(desk, agent, "first") == 303
    assert admin.get("/desk/told/first").status_code == 204
    told = agent.get("/desk/told/first")
    assert (told.text.count(SAID), told.headers["X-Deed-Status"]) == (1, "303")
    assert 'name="change"' in told.text
    assert 'id="views"' in told.text
    assert told.headers["X-Leads-To"] == path(desk)
    assert SAID not in agent.get(path(desk)).text, "the cookie has it no more"
    assert SAID in agent.get("/desk/told/first").text, "the first answer may have been lost"


def test_what_a_page_was_told_with_the_answer_is_known_too(desk: Desk, agent: Browser) -> None:
    assert urgent(desk, agent, "second", **{"X-Leads": "yes", "X-Ahead": "*"}) == 200
    assert SAID in agent.get("/desk/told/second").text


def test_a_refusal_is_told_and_an_error_is_not(desk: Desk, agent: Browser) -> None:
    token = agent.token("/desk")
    for name, fields, status in (
        ("refused", {"csrf_token": token, "priority": "none"}, "422"),
        ("error", {"priority": "low"}, None),
    ):
        agent.client.post(path(desk, "/priority"), data=fields, headers={"X-Deed": name})
        assert agent.get(f"/desk/told/{name}").headers.get("X-Deed-Status") == status


def test_a_change_of_many_that_was_put_in_place_is_told(desk: Desk, agent: Browser) -> None:
    sent = {"csrf_token": agent.token("/desk"), "set": "priority=low", "in_place": "yes"}
    sent |= {"ticket": str(desk.ticket.id), "shown": str(desk.ticket.id), "view": "open"}
    assert agent.client.post("/desk/bulk", data=sent, headers={"X-Deed": "many"}).status_code == 200
    told = agent.get("/desk/told/many").text
    assert "1 ticket" in told
    assert "data-bulk-deed" in told
