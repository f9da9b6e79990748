"""The sweep: mail leaves whatever becomes of workers, Redis and clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from helpdesk.actions.change_ticket import change_status
from helpdesk.db import Database
from helpdesk.mail_out import claims
from jobs.deliver import Deliverer
from tests.jobs.deliveries import make_sweep, put, rows, states
from tests.support.clock import FakeClock
from tests.support.factories import make_shop, make_ticket
from tests.support.relay import ScriptedRelay


def test_what_a_dead_worker_had_claimed_leaves_with_the_same_message_id(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    put(database, clock, 2)
    with database.transaction() as session:
        claims.claim(session, worker="dead", queue="answers", now=clock())
    now = [0.0]
    sweep = make_sweep(database, deliverer(), clock, lambda: now[0])
    for _ in range(10):
        sweep.sweep()
        clock.advance(1)
        now[0] += 1
    assert relay.mails == []
    now[0] += 6
    clock.advance(6)
    sweep.sweep()
    assert [mail.message_id for mail in relay.mails] == [
        f"<{r.message_id}>" for r in rows(database)
    ]
    assert [a.outcome for a in rows(database)[0].attempts] == ["stopped", "sent"]


@pytest.mark.parametrize("days", [1, -1])
def test_a_clock_that_jumps_takes_no_mail_from_a_living_worker_and_leaves_none_with_a_dead_one(
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    days: int,
) -> None:
    put(database, clock)
    with database.transaction() as session:
        claims.claim(session, worker="other", queue="answers", now=clock())
    now = [0.0]
    sweep = make_sweep(database, deliverer(), clock, lambda: now[0])
    sweep.sweep()
    clock.advance(days=days)
    sweep.sweep()
    assert states(database) == ["sending"]
    now[0] = 16.0
    sweep.sweep()
    sweep.sweep()
    assert states(database) == ["sent"]


def test_each_of_many_told_how_their_request_stands_is_told_within_thirty_seconds(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    shop = make_shop(database, clock())
    with database.transaction() as session:
        tickets = [make_ticket(session, shop.ann, now=clock()).id for _ in range(120)]
    sweep = make_sweep(database, deliverer(), clock)
    sweep.sweep()
    relay.mails.clear()
    for status in ("in_progress", "resolved"):
        with database.transaction() as session:
            for ticket in tickets:
                change_status(session, shop.agent, ticket, status, now=clock())
        clock.advance(5)
    clock.advance(-5)
    seconds = 0
    while len(relay.mails) < len(tickets) and seconds < 30:
        seconds += 2
        clock.advance(2)
        sweep.sweep()
    told = [mail.message["Subject"] for mail in relay.mails]
    assert len(told) == len(set(told)) == len(tickets)
    assert seconds < 30


def test_mail_leaves_by_the_sweep_where_there_is_no_redis(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    put(database, clock, template="ticket_created_customer")
    put(database, clock)
    assert make_sweep(database, deliverer(), clock).sweep() is False
    assert len(relay.mails) == 2
    # Answers of people first.
    assert relay.mails[0].message["Auto-Submitted"] is None


def test_after_the_clock_went_back_mail_leaves_and_what_is_for_later_waits(
    database: Database, relay: ScriptedRelay, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    relay.plan("rcpt", "451 later")
    [tried] = put(database, clock, recipient="tried@example.org")
    sweep = make_sweep(database, deliverer(), clock)
    sweep.sweep()
    put(database, clock, 2)
    put(database, clock, not_before=clock() + timedelta(seconds=10))
    put(database, clock, not_before=clock() + timedelta(days=2))
    clock.advance(days=-1)
    sweep.sweep()
    assert states(database) == ["sent"] * 4 + ["queued"]
    assert len(relay.mails) == 4
    assert tried
