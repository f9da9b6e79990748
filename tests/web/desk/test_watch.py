"""The watch's page and its mark: shown while an alarm lasts, on every page of the desk."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from helpdesk.models import Alarm, Canary, Mailbox, RunningPart
from helpdesk.settings import Relay
from tests.support.clock import FakeClock
from tests.support.gateways import Pair, pair
from tests.web.conftest import Browser, Desk

__all__ = ["pair"]

WORDS = "Mail may not be coming in"


def test_an_alarm_is_marked_on_every_page_until_it_is_over(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    assert WORDS not in agent.get("/desk").text
    now = clock()
    facts = {"mailbox": "support@shop.example", "hours": 6, "usual": 40}
    with desk.database.transaction() as session:
        since = now - timedelta(hours=6)
        session.add(
            Alarm(key="silence:1", kind="silence", facts=facts, since=since, noticed_at=now)
        )
    clock.advance(seconds=20)
    assert WORDS in agent.get("/desk").text
    for path in ("/desk/mail", "/desk/mail/all", "/desk/mail/watch"):
        text = agent.get(path).text
        assert "for 6 hours" in text
        assert "usually about 40" in text
    with desk.database.transaction() as session:
        session.execute(delete(Alarm))
    clock.advance(seconds=20)
    assert WORDS not in agent.get("/desk/mail/watch").text


def test_the_page_says_how_to_switch_the_canary_on_and_shows_no_history_it_has_not(
    desk: Desk, agent: Browser, anonymous: Browser
) -> None:
    text = agent.get("/desk/mail/watch").text
    assert "POSTDESK_CANARY" in text
    assert "support@shop.example" in text
    assert "no mail yet" in text
    assert anonymous.get("/desk/mail/watch").status_code == 303


def test_flights_are_drawn_and_listed(
    app: Flask, desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    store = app.extensions["postdesk"]
    relay = Relay("smtp", "relay.example", 25)
    store.settings = replace(store.settings, canary="support@shop.example", relay=relay)
    now = clock()
    with desk.database.transaction() as session:
        mailbox_id = session.scalars(select(Mailbox.id)).one()
        for number, seconds in enumerate((3.5, None, 8.0)):
            sent_at = now - timedelta(hours=3 - number)
            back = sent_at + timedelta(seconds=seconds) if seconds else None
            session.add(Canary(mailbox_id=mailbox_id, sent_at=sent_at, returned_at=back))
    text = agent.get("/desk/mail/watch").text
    assert "2 of 3 came back" in text
    assert text.count('class="bar-filed"') == 2
    assert text.count('class="bar-missing"') == 1
    assert "3.5 s" in text


@pytest.mark.own_app  # another's pages remember for seconds what alarms there are
def test_every_gateway_and_part_is_shown_and_one_that_stopped_is_named(
    pair: Pair, desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    _, second = pair
    for one in pair:
        one.tells()
    second.takes("One")
    second.tells()
    page = agent.get("/desk/mail/watch").text
    assert re.search(r"mx2</bdi></th><td>1</td><td>1</td><td>under a minute</td>", page)
    assert "gives no sign of life" not in page
    second.was_last_heard(timedelta(seconds=13))
    second.tells("door")
    clock.advance(seconds=5)
    page = agent.get("/desk/mail/watch").text
    assert "The filer of gateway <bdi>mx2</bdi> gives no sign of life." in page
    assert "1 mail waits there." in page
    ledger = agent.get("/desk/mail/ledger").text
    assert re.search(r"mx2</bdi></th><td>1</td><td>1</td><td>0</td>", ledger)


@pytest.mark.own_app
@pytest.mark.databases("postgresql")
def test_a_gateway_whose_disk_is_full_is_named(pair: Pair, desk: Desk, agent: Browser) -> None:
    _, second = pair
    second.tells()
    second.has_full_disk()
    page = agent.get("/desk/mail/watch").text
    assert "The disk of gateway <bdi>mx2</bdi> is full." in page


@pytest.mark.own_app
def test_parts_of_another_version_are_named(pair: Pair, desk: Desk, agent: Browser) -> None:
    for one in pair:
        one.tells()
    assert "Parts of different versions run" not in agent.get("/desk/mail/watch").text
    with desk.database.transaction() as session:
        older = RunningPart.part == "door"
        session.execute(update(RunningPart).where(older).values(version="0.1.9", knows=""))
    page = agent.get("/desk/mail/watch").text
    assert "Parts of different versions run" in page
    assert page.count("the mail door on <bdi>") == 2
    assert "the filer on" not in page
    assert "<td>0.1.9</td>" in page
