"""The counts of tickets are what one finds who counts them, whatever became of the tickets."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from helpdesk.actions import keep_counts
from helpdesk.actions.keep_counts import add_up, count_before, keep_counted, kept_rows
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.models import InstallationFact, Mailbox, TicketCount
from helpdesk.queries import stats
from helpdesk.queries.stats import Figures, count_tickets, figures
from helpdesk.vocabulary import PRIORITIES, STATUSES, MailboxRight
from tests.support.changing_tickets import change_much, make_in_vain
from tests.support.factories import NOW, Shop, make_ticket

DICE = random.Random(7)


def some_values() -> dict[str, Any]:
    """Of a ticket, at random: what it is counted by, and what it is not."""
    moments = [None, NOW, NOW + timedelta(seconds=DICE.randrange(10**6), microseconds=1400)]
    values = {
        "status": DICE.choice(list(STATUSES)),
        "priority": DICE.choice(PRIORITIES),
        "category": DICE.choice(["order", "refund"]),
        "folder": DICE.choice(["inbox", "inbox", "spam", "trash"]),
        "rating": DICE.choice([None, "good", "bad"]),
        "first_response_at": DICE.choice(moments),
        "subject": DICE.choice(["A", "B"]),
    }
    return {name: values[name] for name in DICE.sample(list(values), 3)}


def counted(session: Session, shop: Shop) -> tuple[Figures, Figures]:
    """The figures by what is kept, and those of whoever counts."""
    kept = figures(session, shop.agent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stats, "_kept", count_tickets)
        return kept, figures(session, shop.agent)


def test_they_are_what_whoever_counts_finds(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_counts, "AT_ONCE", 7)
    for turn in range(4):
        change_much(database, shop, DICE, some_values, times=12)
        with database.reading() as session:
            rows = kept_rows(session)
            kept, found = counted(session, shop)
        assert kept == found
        assert kept.total
        with database.transaction() as session:
            fewer = add_up(session)
        with database.reading() as session:
            assert kept_rows(session) == rows - fewer
            assert counted(session, shop) == (kept, kept), turn
    monkeypatch.setattr(keep_counts, "AT_ONCE", 1000)
    with database.transaction() as session:
        assert add_up(session) > 10


def test_what_is_taken_back_counts_as_before(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.ann).status = "waiting"
    make_in_vain(database, shop)
    with database.reading() as session:
        assert figures(session, shop.agent).total == 1


def test_each_of_staff_finds_those_of_their_mailboxes(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        other = Mailbox(address="other@shop.example", name="Other", created_at=NOW)
        session.add(other)
        session.flush()
        make_ticket(session, shop.ann).mailbox_id = other.id
        make_ticket(session, shop.ann).mailbox_id = shop.mailbox.id
        moved = make_ticket(session, shop.ann)
        moved.mailbox_id = shop.mailbox.id
        session.flush()
        moved.mailbox_id = other.id
    only_other = Actor(shop.agent.person_id, "agent", rights=((other.id, MailboxRight.SEE),))
    with database.reading() as session:
        assert figures(session, only_other).total == 2
        assert figures(session, shop.agent).total == 3


def test_those_from_before_are_counted_once_and_none_is_missed(
    database: Database, shop: Shop
) -> None:
    """Some come and go between the counting and the writing."""
    change_much(database, shop, DICE, some_values, times=12)
    with database.transaction() as session:
        session.execute(delete(TicketCount))
        session.execute(delete(InstallationFact).where(InstallationFact.name == stats.COUNTED))
        make_ticket(session, shop.ann)
    with database.reading() as session:
        uncounted = figures(session, shop.agent)
    with database.reading() as session:
        first = count_before(session)
    with database.reading() as session:
        second = count_before(session)
    assert uncounted.total
    assert first
    assert second
    change_much(database, shop, DICE, some_values, times=12)
    with database.transaction() as session:
        assert keep_counted(session, first)
    with database.transaction() as session:
        assert not keep_counted(session, second)
    with database.reading() as session:
        assert count_before(session) is None
        kept, found = counted(session, shop)
    assert kept == found
    assert kept != uncounted
