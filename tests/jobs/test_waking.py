"""Waking what was snoozed: how often it is looked for, and how much at a time."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actions.snooze import AT_ONCE, snooze
from helpdesk.db import Database
from helpdesk.tickets.snoozing import Snooze
from jobs.waking import EVERY, TURNS, Waking
from tests.jobs.test_closing import Time
from tests.support.clock import FakeClock
from tests.support.factories import make_shop, make_ticket


def test_many_are_woken_some_a_turn_and_looked_for_every_few_seconds(
    database: Database, clock: FakeClock
) -> None:
    shop = make_shop(database, clock())
    tomorrow = Snooze(clock() + timedelta(days=1))
    with database.transaction() as session:
        for _ in range(TURNS * AT_ONCE + 3):
            ticket = make_ticket(session, shop.ann, now=clock())
            snooze(session, shop.agent, ticket.id, tomorrow, now=clock())
    time = Time(clock)
    waking = Waking(database, clock=clock, monotonic=time.monotonic)
    assert waking.wake_if_due() == 0
    time.goes_on(EVERY / 2, days=1)
    assert [waking.wake_if_due() for _ in range(3)] == [TURNS * AT_ONCE, 3, 0]
