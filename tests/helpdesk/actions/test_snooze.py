"""Snoozing: out of sight until a time or an answer, woken by both, undone, and of many at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_many import Selection, begin_bulk
from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.snooze import AT_ONCE, snooze, wake_due, wake_up, waking_due
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import BulkState, Ticket
from helpdesk.queries.concerns import concern_list
from helpdesk.queries.history import history
from helpdesk.queries.queue import queue_page
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.snoozing import Snooze
from tests.helpdesk.actions.test_change_many import finish, undo
from tests.helpdesk.queries.test_queue import fill
from tests.support.factories import NOW, Shop, make_ticket
from tests.support.plans import plans_of

LATER = NOW + timedelta(minutes=5)
TOMORROW = Snooze(NOW + timedelta(days=1))
AFTER = NOW + timedelta(days=1, seconds=1)


def asleep(database: Database, shop: Shop, until: Snooze = TOMORROW) -> int:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        snooze(session, shop.agent, ticket.id, until, now=LATER)
        return ticket.id


def shown(database: Database, shop: Shop, view: str) -> int:
    with database.reading() as session:
        return len(queue_page(session, shop.agent, view).rows)


def wake(database: Database, now: datetime) -> int:
    with database.transaction() as session:
        due = waking_due(session, now)
        woken = wake_due(session, now=now)
        assert due == bool(woken)
        return woken


def until(database: Database, ticket_id: int) -> datetime | None:
    with database.reading() as session:
        return session.get_one(Ticket, ticket_id).snoozed_until


def test_it_is_out_of_the_open_views_until_its_time(database: Database, shop: Shop) -> None:
    ticket_id = asleep(database, shop)
    assert [shown(database, shop, view) for view in ("open", "snoozed", "all")] == [0, 1, 1]
    assert wake(database, NOW + timedelta(hours=23)) == 0
    assert wake(database, AFTER) == 1
    assert wake(database, AFTER) == 0
    assert [shown(database, shop, view) for view in ("open", "snoozed", "all")] == [1, 0, 1]
    with database.reading() as session:
        change = history(session, ticket_id)[-1]
        assert (change.field, change.changed_by, change.reason) == (
            "snooze", "Postdesk", "its time came")  # fmt: skip
        assert not change.can_be_undone
        assert session.get_one(Ticket, ticket_id).waiting_since == NOW


def test_who_has_it_learns_that_it_woke_and_sees_its_row_as_new(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann, now=NOW - timedelta(days=1))
        assign(session, shop.agent, ticket.id, shop.agent.person_id, now=LATER)
        snooze(session, shop.agent, ticket.id, TOMORROW, now=LATER)
    wake(database, AFTER)
    with database.reading() as session:
        (one,) = concern_list(session, shop.agent).rows
        assert (one.kind, one.ticket_number) == ("woke", ticket.number)
        (row,) = queue_page(session, shop.agent, "mine").rows
        assert row.is_unread


def test_a_customers_answer_wakes_it_at_once(database: Database, shop: Shop) -> None:
    ticket_id = asleep(database, shop)
    with database.transaction() as session:
        reply(session, actor_of(shop.ann), ticket_id, Answer("And now?"), now=LATER)
        assert history(session, ticket_id)[-1].reason == "the customer answered"
    assert until(database, ticket_id) is None


def test_it_sleeps_on_where_that_was_chosen_and_an_answer_of_ours_does_not_wake_it(
    database: Database, shop: Shop
) -> None:
    ticket_id = asleep(database, shop, Snooze(TOMORROW.until, stays=True))
    with database.transaction() as session:
        reply(session, actor_of(shop.ann), ticket_id, Answer("And now?"), now=LATER)
        reply(session, shop.agent, ticket_id, Answer("Tomorrow."), now=LATER)
    assert until(database, ticket_id) == TOMORROW.until


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_it_is_over_once_the_ticket_is_finished_and_comes_back_with_the_undo(
    database: Database, shop: Shop, status: str
) -> None:
    ticket_id = asleep(database, shop)
    with database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        if status == "closed":
            change_status(session, shop.agent, ticket_id, "resolved", now=LATER)
        else:
            change_status(session, shop.agent, ticket_id, status, now=LATER)
        change = newest_change(session, shop.agent, ticket, LATER)
        assert ticket.snoozed_until is None
        undo_change(session, shop.agent, ticket_id, change or 0, now=LATER)
        assert (ticket.status, ticket.snoozed_until) == ("open", TOMORROW.until)


def test_merged_it_is_over_and_undone_everything_is_as_before(
    database: Database, shop: Shop
) -> None:
    ticket_id = asleep(database, shop)
    with database.transaction() as session:
        other = make_ticket(session, shop.ann, "Another")
        snooze(session, shop.agent, other.id, TOMORROW, now=NOW)
        reply(session, shop.agent, other.id, Answer("Well?"), now=NOW)
        merge_tickets(session, shop.agent, ticket_id, other.id, now=LATER)
        ticket = session.get_one(Ticket, ticket_id)
        assert (ticket.status, ticket.snoozed_until) == ("closed", None)
        change = newest_change(session, shop.agent, ticket, LATER)
        undo_change(session, shop.agent, ticket_id, change or 0, now=LATER)
        session.flush()
        assert (ticket.status, ticket.snoozed_until) == ("open", TOMORROW.until)
        assert (other.status, other.snoozed_until) == ("waiting", TOMORROW.until)


def test_it_is_undone_and_ended_by_hand(database: Database, shop: Shop) -> None:
    ticket_id = asleep(database, shop, Snooze(TOMORROW.until, stays=True))
    at = LATER + timedelta(minutes=1)
    with database.transaction() as session:
        ticket = wake_up(session, shop.agent, ticket_id, now=at)
        assert ticket.snoozed_until is None
        change = newest_change(session, shop.agent, ticket, at)
        undo_change(session, shop.agent, ticket_id, change or 0, now=at)
        assert (ticket.snoozed_until, ticket.snooze_stays) == (TOMORROW.until, True)
        wake_up(session, shop.agent, ticket_id, now=at)
        change = newest_change(session, shop.agent, ticket, at)
        with pytest.raises(InvalidInput, match="passed"):
            undo_change(session, shop.agent, ticket_id, change or 0, now=AFTER)


def test_what_is_in_the_trash_sleeps_on_and_wakes_once_it_is_back(
    database: Database, shop: Shop
) -> None:
    ticket_id = asleep(database, shop)
    with database.transaction() as session:
        change_folder(session, shop.agent, ticket_id, "trash", now=LATER)
    assert wake(database, AFTER) == 0
    with database.transaction() as session:
        change_folder(session, shop.agent, ticket_id, "inbox", now=AFTER)
    assert wake(database, AFTER) == 1


def test_only_staff_snooze_what_is_unfinished_and_in_the_inbox_within_a_year(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        with pytest.raises(NotAllowed):
            snooze(session, actor_of(shop.ann), ticket.id, TOMORROW, now=LATER)
        for wrong in (LATER, LATER + timedelta(days=367)):
            with pytest.raises(InvalidInput) as problem:
                snooze(session, shop.agent, ticket.id, Snooze(wrong), now=LATER)
            assert problem.value.field == "snoozed_until"
        change_status(session, shop.agent, ticket.id, "resolved", now=LATER)
        with pytest.raises(InvalidInput, match="finished"):
            snooze(session, shop.agent, ticket.id, TOMORROW, now=LATER)
        other = make_ticket(session, shop.ann)
        change_folder(session, shop.agent, other.id, "spam", now=LATER)
        with pytest.raises(InvalidInput, match="spam"):
            snooze(session, shop.agent, other.id, TOMORROW, now=LATER)


def test_what_is_due_is_found_by_the_index_of_what_sleeps(database: Database, shop: Shop) -> None:
    fill(database, shop, 3000)
    with database.reading() as session, plans_of(database) as plans:
        assert waking_due(session, NOW - timedelta(days=900)) is False
    assert all("ix_ticket_view_snoozed" in plan for plan in plans), plans
    with database.reading() as session, plans_of(database) as plans:
        queue_page(session, shop.agent, "open", size=20)
    if database.is_sqlite:  # an empty table PostgreSQL reads as it is
        assert "ix_concern_unseen" in plans[0]


def test_many_sleep_by_one_act_wake_in_steps_and_are_brought_back_by_one(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        for number in range(AT_ONCE + 2):
            make_ticket(session, shop.bob, f"Number {number}")
    with database.transaction() as session:
        every, value = Selection(view="all"), str(TOMORROW)
        bulk = begin_bulk(session, shop.agent, every, "snooze", value, now=LATER)
    assert finish(database, shop, bulk.id).counts[BulkState.DONE] == AT_ONCE + 2
    assert shown(database, shop, "snoozed") == AT_ONCE + 2
    undo(database, shop, bulk.id)
    assert shown(database, shop, "snoozed") == 0
    with database.transaction() as session:
        bulk = begin_bulk(session, shop.agent, every, "snooze", value, now=LATER)
        for wrong in ("soon", str(Snooze(NOW))):
            with pytest.raises(InvalidInput):
                begin_bulk(session, shop.agent, every, "snooze", wrong, now=LATER)
    finish(database, shop, bulk.id)
    assert [wake(database, AFTER) for _ in range(3)] == [AT_ONCE, 2, 0]
