"""What is undone of which customers never heard: they are not mailed that it was."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.send_notifications import send_notifications
from helpdesk.actions.take_back import take_back
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.db import Database
from helpdesk.models import Comment, OutboundState, Ticket
from tests.helpdesk.mails import mail, outbox, receive, ticket_of
from tests.support.factories import NOW, Shop

SECOND = timedelta(seconds=1)
T, UNDONE, LATER = NOW + 60 * SECOND, NOW + 65 * SECOND, NOW + 120 * SECOND


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's, by mail, of which she was told."""
    filed = receive(database, mail())
    told(database, NOW)
    return ticket_of(database, filed)


def told(database: Database, now: datetime) -> list[str]:
    """Send the notices that are due; the statuses that customers have been mailed since ever."""
    with database.transaction() as session:
        send_notifications(session, now=now)
    mails = [one for one in outbox(database) if one.template == "status_changed_customer"]
    return [one.values["status"] for one in mails]


def answer(database: Database, shop: Shop, ticket: Ticket, status: str) -> Comment:
    with database.transaction() as session:
        given = Answer("Try a new seal.", status=status, may_undo=True)
        return reply(session, shop.agent, ticket.id, given, now=T)


def undo(database: Database, shop: Shop, ticket: Ticket, did_at: datetime, now: datetime) -> None:
    with database.transaction() as session:
        change_id = newest_change(session, shop.agent, ticket, did_at) or 0
        undo_change(session, shop.agent, ticket.id, change_id, now=now)


@pytest.mark.parametrize("status", ["waiting", "resolved"])
def test_of_the_status_of_an_answer_they_never_heard(
    database: Database, shop: Shop, ticket: Ticket, status: str
) -> None:
    comment = answer(database, shop, ticket, status)
    undo(database, shop, ticket, T, UNDONE)
    assert ticket_now(database, ticket).status == "open"
    assert told(database, LATER) == []
    with database.transaction() as session:
        take_back(session, shop.agent, comment.id, now=UNDONE + SECOND)
    assert told(database, LATER) == []


def test_that_it_is_undone_and_undone_again_neither(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    answer(database, shop, ticket, "resolved")
    undo(database, shop, ticket, T, UNDONE)
    for step in range(3):
        undo(database, shop, ticket, UNDONE + step * SECOND, UNDONE + (step + 1) * SECOND)
        assert told(database, LATER) == []


def test_what_they_were_mailed_they_are_told_is_undone(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    becomes(database, shop, ticket, "resolved", T)
    assert told(database, T + 30 * SECOND) == ["resolved"]
    undo(database, shop, ticket, T, LATER)
    assert told(database, LATER + 30 * SECOND) == ["resolved", "open"]


def test_what_was_undone_in_time_is_told_when_it_is_done_after_all(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    becomes(database, shop, ticket, "resolved", T)
    undo(database, shop, ticket, T, UNDONE)
    assert told(database, LATER) == []
    undo(database, shop, ticket, UNDONE, LATER)
    assert told(database, LATER + 30 * SECOND) == ["resolved"]


def test_a_mail_that_was_cancelled_told_nobody(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    becomes(database, shop, ticket, "resolved", T)
    assert told(database, T + 30 * SECOND) == ["resolved"]
    with database.transaction() as session:
        session.merge(outbox(database)[-1]).state = OutboundState.CANCELLED
    undo(database, shop, ticket, T, LATER)
    assert told(database, LATER + 30 * SECOND) == ["resolved"], "the one that was cancelled"


def test_what_was_about_to_be_told_is_told_once_it_stands_again(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    becomes(database, shop, ticket, "resolved", T - SECOND)
    answer(database, shop, ticket, "open")
    undo(database, shop, ticket, T, UNDONE)
    assert told(database, LATER) == ["resolved"]


def test_a_change_for_a_reason_of_the_same_word_is_told(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    answer(database, shop, ticket, "in_progress")
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "waiting", now=LATER, reason="undone")
    assert told(database, LATER + 30 * SECOND) == ["waiting"]


def becomes(database: Database, shop: Shop, ticket: Ticket, status: str, now: datetime) -> None:
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, status, now=now)


def ticket_now(database: Database, ticket: Ticket) -> Ticket:
    with database.reading() as session:
        return session.get_one(Ticket, ticket.id)
