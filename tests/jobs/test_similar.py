"""Looking for similar tickets: how often, and how much at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import TicketMeaning
from helpdesk.queries.similar import similar_on
from helpdesk.settings import Settings
from jobs.minilm.network import Network
from jobs.similar import AT_ONCE, EVERY, KEPT, WITHOUT_MODEL, Similar, similar_of
from tests.conftest import MakeSettings
from tests.helpdesk.tickets.test_solved import FILTER, asked, solved
from tests.jobs.test_closing import Time
from tests.support.clock import FakeClock
from tests.support.factories import make_shop
from tests.support.tiny_model import make_model

LEAK = ("The kettle leaks", "My kettle is new and leaks! What can I do?", "It needs a new seal.")


def test_new_tickets_are_looked_at_every_few_seconds_some_a_turn(
    database: Database, clock: FakeClock
) -> None:
    shop = make_shop(database, clock())
    time = Time(clock)
    similar = Similar(database, monotonic=time.monotonic)
    assert similar.find_if_due() == 0
    with database.transaction() as session:
        for _ in range(AT_ONCE):
            asked(session, shop, "Kettle", "The kettle leaks.")
        solved(session, shop, FILTER)
    assert similar.find_if_due() == 0
    time.goes_on(EVERY)
    assert similar.find_if_due() == AT_ONCE
    time.goes_on(EVERY)
    assert [similar.find_if_due() for _ in range(2)] == [1, 0]
    time.goes_on(KEPT)
    with database.transaction() as session:
        ticket = asked(session, shop, "Filter", "Ein Filter für den Staubsauger")
    assert similar.find_if_due() == 1
    with database.reading() as session:
        assert len(similar_on(session, shop.agent, ticket.id)) == 1


@pytest.fixture
def with_model(settings: Settings, make_settings: MakeSettings, tmp_path: Path) -> Settings:
    make_model(tmp_path / "tiny")
    return make_settings(DATABASE_URL=settings.database_url, SIMILAR_MODEL=str(tmp_path / "tiny"))


def kept(database: Database) -> dict[int, bytes]:
    with database.reading() as session:
        return {one.ticket_id: one.vector for one in session.scalars(select(TicketMeaning))}


def test_where_a_model_is_installed_it_tells_of_english_tickets(
    database: Database, clock: FakeClock, with_model: Settings
) -> None:
    shop, time = make_shop(database, clock()), Time(clock)
    similar = similar_of(with_model, database, monotonic=time.monotonic)
    with database.transaction() as session:
        english = solved(session, shop, LEAK).id
        solved(session, shop, FILTER)
    time.goes_on(EVERY)
    try:
        assert similar.find_if_due() == 2
        vector = Network(Path(with_model.similar_model)).vector("\n".join(LEAK[:2]))
        assert kept(database) == {english: vector}
        with database.transaction() as session:
            again = asked(session, shop, *LEAK[:2]).id
        time.goes_on(KEPT)
        assert similar.find_if_due() == 1
        assert kept(database) == {english: vector, again: vector}
        with database.reading() as session:
            (one,) = similar_on(session, shop.agent, again)
        assert one.answer == LEAK[2]
    finally:
        similar.close()


def test_a_model_that_fails_is_left_alone_for_a_while(
    database: Database, clock: FakeClock, with_model: Settings
) -> None:
    shop, time = make_shop(database, clock()), Time(clock)
    similar = similar_of(with_model, database, monotonic=time.monotonic)
    config = Path(with_model.similar_model, "config.json")
    sound = config.read_text()
    config.write_text("{}")
    with database.transaction() as session:
        solved(session, shop, LEAK)
        ticket = asked(session, shop, *LEAK[:2])
    time.goes_on(EVERY)
    try:
        assert similar.find_if_due() == 2
        with database.reading() as session:
            assert len(similar_on(session, shop.agent, ticket.id)) == 1  # by characters
        config.write_text(sound)
        for wait, told in ((EVERY, 0), (WITHOUT_MODEL, 1)):
            with database.transaction() as session:
                asked(session, shop, *LEAK[:2])
            time.goes_on(wait)
            assert similar.find_if_due() == 1
            assert len(kept(database)) == told
    finally:
        similar.close()


def test_a_model_that_cannot_be_used_is_done_without(
    database: Database, clock: FakeClock, with_model: Settings
) -> None:
    Path(with_model.similar_model, "vocab.txt").unlink()
    shop, time = make_shop(database, clock()), Time(clock)
    similar = similar_of(with_model, database, monotonic=time.monotonic)
    with database.transaction() as session:
        asked(session, shop, *LEAK[:2])
    time.goes_on(EVERY)
    assert similar.find_if_due() == 1
    assert kept(database) == {}
