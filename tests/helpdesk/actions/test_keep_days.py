"""What is kept of each day is what one finds who counts, whatever became of the tickets."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk.actions import keep_days
from helpdesk.actions.keep_days import (
    add_up_days,
    count_days_before,
    keep_counted_days,
    unsummed_days,
)
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.models import DayCount, InstallationFact, Mailbox, Ticket
from helpdesk.queries import trends
from helpdesk.queries.day_counts import DAYS_COUNTED, are_days_counted, counted_days
from helpdesk.queries.trends import Trends
from helpdesk.vocabulary import MailboxRight
from tests.helpdesk.queries.test_places import spread
from tests.support.changing_tickets import change_much, make_in_vain
from tests.support.factories import NOW, Shop, make_ticket
from tests.support.plans import plans_of, reads_whole

DICE = random.Random(11)


def some_values() -> dict[str, Any]:
    """Of a ticket, at random: what its days are counted by, and what they are not."""
    day = timedelta(days=DICE.randrange(5), seconds=DICE.randrange(90_000), microseconds=1400)
    moments = [None, NOW, NOW - day, min(NOW, NOW - day + timedelta(hours=DICE.randrange(90)))]
    values = {
        "created_at": NOW - timedelta(days=DICE.randrange(8), hours=DICE.randrange(12)),
        "category": DICE.choice(["order", "refund"]),
        "folder": DICE.choice(["inbox", "inbox", "spam", "trash"]),
        "rating": DICE.choice([None, "good", "bad"]),
        "rated_at": DICE.choice(moments),
        "first_response_at": DICE.choice(moments),
        "resolved_at": DICE.choice(moments),
        "status": DICE.choice(["open", "waiting"]),
    }
    return {name: values[name] for name in DICE.sample(list(values), 4)}


def counted(session: Session, actor: Actor, days: int = 7) -> tuple[Trends, Trends]:
    """The figures by what is kept, and those of whoever counts the tickets."""
    with pytest.MonkeyPatch.context() as patch:
        kept = trends.trends(session, actor, days=days, now=NOW)
        patch.setattr(trends, "kept_days", counted_days)
        return kept, trends.trends(session, actor, days=days, now=NOW)


def by_hand(session: Session) -> tuple[int, int, int, int, int]:
    """What a reader of the rows would count of the last seven days."""
    since = NOW.replace(hour=0) - timedelta(days=6)
    tickets = session.scalars(select(Ticket).where(Ticket.folder == "inbox")).all()
    came = [one for one in tickets if one.created_at >= since]
    return (
        len(came),
        sum(one.resolved_at is not None and one.resolved_at >= since for one in tickets),
        sum(bool(one.first_response_at and one.first_response_at > one.created_at) for one in came),
        sum(one.resolved_at is not None for one in came),
        sum(bool(one.rating and one.rated_at and one.rated_at >= since) for one in tickets),
    )


def test_they_are_what_whoever_counts_finds(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_days, "AT_ONCE", 23)
    for _ in range(4):
        change_much(database, shop, DICE, some_values, times=9)
        with database.reading() as session:
            assert are_days_counted(session)
            kept, found = counted(session, shop.agent)
            every, rows = kept.speeds[0], unsummed_days(session)
            assert by_hand(session) == (
                every.came,
                sum(day.solved for day in kept.days),
                every.first_answer.count,
                every.solved.count,
                kept.ratings.count,
            )
        assert kept == found
        assert every.came
        with database.transaction() as session:
            assert add_up_days(session) == 23
        with database.reading() as session:
            assert unsummed_days(session) == rows - 23
            assert counted(session, shop.agent) == (kept, kept)
    monkeypatch.setattr(keep_days, "AT_ONCE", 5000)
    with database.transaction() as session:
        assert add_up_days(session) > 20
        assert add_up_days(session) == 0
    with database.reading() as session:
        assert unsummed_days(session) == 0
        kinds = select(DayCount.day, DayCount.mailbox_id, DayCount.category)
        rows_of_kinds = session.execute(kinds).all()
        assert len(rows_of_kinds) == len(set(rows_of_kinds))
        assert counted(session, shop.agent) == (kept, kept)


def test_what_is_taken_back_counts_as_before(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.ann).resolved_at = NOW
    make_in_vain(database, shop)
    with database.transaction() as session:  # solved, and open again
        session.scalars(select(Ticket)).one().resolved_at = None
    with database.reading() as session:
        (today,) = trends.trends(session, shop.agent, days=1, now=NOW).days
        assert (today.came, today.solved) == (1, 0)


def test_each_of_staff_finds_those_of_their_mailboxes(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        other = Mailbox(address="other@shop.example", name="Other", created_at=NOW)
        session.add(other)
        session.flush()
        make_ticket(session, shop.ann).mailbox_id = other.id
        moved = make_ticket(session, shop.ann)
        moved.mailbox_id = shop.mailbox.id
        make_ticket(session, shop.ann).mailbox_id = shop.mailbox.id
        session.flush()
        moved.mailbox_id = other.id
    only_other = Actor(shop.agent.person_id, "agent", rights=((other.id, MailboxRight.SEE),))
    none = Actor(shop.agent.person_id, "agent", rights=())
    for actor, came in ((only_other, 2), (shop.agent, 3), (none, 0)):
        with database.reading() as session:
            kept, found = counted(session, actor, days=1)
            assert kept == found
            assert kept.speeds[0].came == came


def test_those_from_before_are_counted_once_and_none_is_missed(
    database: Database, shop: Shop
) -> None:
    """Some come and go between the counting and the writing."""
    change_much(database, shop, DICE, some_values, times=9)
    with database.transaction() as session:
        session.execute(delete(DayCount))
        session.execute(delete(InstallationFact).where(InstallationFact.name == DAYS_COUNTED))
        make_ticket(session, shop.ann)
    with database.reading() as session:
        first = count_days_before(session)
        uncounted = trends.trends(session, shop.agent, days=7, now=NOW)
    with database.reading() as session:
        second = count_days_before(session)
    assert uncounted.speeds[0].came
    assert first
    assert second
    change_much(database, shop, DICE, some_values, times=9)
    with database.transaction() as session:
        assert keep_counted_days(session, first)
    with database.transaction() as session:
        assert not keep_counted_days(session, second)
    with database.reading() as session:
        assert count_days_before(session) is None
    with database.reading() as session:
        kept, found = counted(session, shop.agent)
    assert kept == found
    assert kept != uncounted


def test_no_ticket_is_read(database: Database, shop: Shop) -> None:
    """But for the words of the newest ratings, by the index of what is rated."""
    spread(database, shop, 6000)
    with database.reading() as session, plans_of(database) as plans:
        if not database.is_sqlite:
            session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        trends.trends(session, shop.agent, days=7, now=NOW)
    assert any("ix_day_count_day" in plan for plan in plans), plans
    for plan in plans:
        assert not reads_whole("ticket", plan), plan
        assert "ix_ticket_rated" in plan or "ticket " not in plan, plan
