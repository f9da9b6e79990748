"""Looking for similar tickets: how often, and how much at a time."""

from __future__ import annotations

from helpdesk.db import Database
from helpdesk.queries.similar import similar_on
from jobs.similar import AT_ONCE, EVERY, KEPT, Similar
from tests.helpdesk.tickets.test_solved import FILTER, asked, solved
from tests.jobs.test_closing import Time
from tests.support.clock import FakeClock
from tests.support.factories import make_shop


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
