"""What has been resolved for some days without a word is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import change_priority, change_status
from helpdesk.actions.close_resolved import close_resolved, closing_due
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.send_notifications import send_notifications
from helpdesk.actions.set_desk import set_close_days
from helpdesk.db import Database
from helpdesk.models import Change, Notice, OutboundMail, Ticket
from helpdesk.queries.history import history
from helpdesk.queries.stats import figures
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW, Shop, make_ticket

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def resolved(database: Database, shop: Shop) -> int:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        reply(session, shop.agent, ticket.id, Answer("Try a new seal."), now=NOW)
        change_status(session, shop.agent, ticket.id, "resolved", now=NOW)
        return ticket.id


def close(database: Database, now: datetime) -> int:
    with database.transaction() as session:
        due = closing_due(session, now)
        closed = close_resolved(session, now=now)
        assert due == bool(closed)
        return closed


def test_it_is_closed_by_postdesk_after_seven_days_and_nobody_is_mailed(
    database: Database, shop: Shop, resolved: int
) -> None:
    with database.transaction() as session:
        send_notifications(session, now=NOW + DAY)
        mails = session.query(OutboundMail).count()
    assert close(database, NOW + 7 * DAY - SECOND) == 0
    assert close(database, NOW + 7 * DAY) == 1
    assert close(database, NOW + 7 * DAY) == 0
    with database.transaction() as session:
        ticket = session.get_one(Ticket, resolved)
        assert (ticket.status, ticket.closed_at) == ("closed", NOW + 7 * DAY)
        assert ticket.resolved_at == NOW
        change = history(session, resolved)[-1]
        assert (change.changed_by, change.old_value, change.new_value) == (
            "Postdesk", "resolved", "closed")  # fmt: skip
        assert change.reason == "7 days without a word"
        assert session.query(Notice).count() == 0
        send_notifications(session, now=NOW + 8 * DAY)
        assert session.query(OutboundMail).count() == mails
        counted = figures(session, shop.admin).by_status
        assert (counted["closed"], counted["resolved"]) == (1, 0)


def test_a_reply_on_the_seventh_day_opens_it_before_and_after(
    database: Database, shop: Shop, resolved: int
) -> None:
    with database.transaction() as session:
        other = make_ticket(session, shop.bob)
        change_status(session, shop.agent, other.id, "resolved", now=NOW)
        reply(session, actor_of(shop.ann), resolved, Answer("No."), now=NOW + 7 * DAY - SECOND)
    assert close(database, NOW + 7 * DAY) == 1
    with database.transaction() as session:
        assert session.get_one(Ticket, resolved).status == "open"
        reply(session, actor_of(shop.bob), other.id, Answer("No."), now=NOW + 7 * DAY + SECOND)
        ticket = session.get_one(Ticket, other.id)
        assert (ticket.status, ticket.closed_at, ticket.resolved_at) == ("open", None, None)


def test_a_word_begins_the_days_anew_and_what_is_no_word_does_not(
    database: Database, shop: Shop, resolved: int
) -> None:
    with database.transaction() as session:
        add_note(session, shop.agent, resolved, text="A note.", now=NOW + 6 * DAY)
        change_priority(session, shop.agent, resolved, "high", now=NOW + 6 * DAY)
        spoken = make_ticket(session, shop.bob)
        change_status(session, shop.agent, spoken.id, "resolved", now=NOW)
        more = Answer("One thing more.", status="resolved")
        reply(session, shop.agent, spoken.id, more, now=NOW + 6 * DAY)
        waiting = make_ticket(session, shop.bob)
        change_status(session, shop.agent, waiting.id, "resolved", now=NOW)
        later = Answer("Later.", status="resolved", leaves_at=NOW + 30 * DAY)
        reply(session, shop.agent, waiting.id, later, now=NOW + SECOND)
        names = {resolved: "silent", spoken.id: "spoken", waiting.id: "waiting"}
    closed = []
    for day in (7, 12, 13, 14):
        close(database, NOW + day * DAY)
        with database.reading() as session:
            found = session.scalars(select(Ticket.id).where(Ticket.status == "closed"))
            closed.append({names[ticket_id] for ticket_id in found})
    assert closed == [{"silent"}, {"silent"}, {"silent", "spoken"}, {"silent", "spoken"}]


def test_the_days_are_a_setting_of_the_desk_or_never(
    database: Database, shop: Shop, resolved: int
) -> None:
    with database.transaction() as session:
        set_close_days(session, shop.admin, "", now=NOW)
    assert close(database, NOW + 300 * DAY) == 0
    with database.transaction() as session:
        set_close_days(session, shop.admin, "1", now=NOW)
    assert close(database, NOW + DAY) == 1
    with database.reading() as session:
        newest = session.scalars(select(Change.reason).order_by(Change.id.desc())).first()
        assert newest == "1 day without a word"


def test_many_are_closed_a_few_at_a_time_the_first_first(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for minute in range(5):
            ticket = make_ticket(session, shop.ann)
            at = NOW - timedelta(minutes=minute)
            change_status(session, shop.agent, ticket.id, "resolved", now=at)
    with database.transaction() as session:
        assert close_resolved(session, now=NOW + 7 * DAY, limit=3) == 3
        open_ones = session.scalars(select(Ticket.id).where(Ticket.status == "resolved")).all()
        assert sorted(open_ones) == [1, 2]
    assert close(database, NOW + 7 * DAY) == 2
