"""Changing many tickets at once, in parts, and undoing it as one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions.change_many import (
    KEPT,
    Selection,
    begin_again,
    begin_bulk,
    forget_old_bulks,
    is_bulk_old,
    left_alone,
    undo_bulk,
    work_off,
)
from helpdesk.actions.change_one import MOST_TOLD
from helpdesk.actions.change_ticket import assign, change_priority
from helpdesk.actions.deactivate_person import deactivate_person
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import BulkState, Change, Notice, Ticket
from helpdesk.queries.bulk import BulkProgress, bulk_progress, newest_bulks
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.history import history
from helpdesk.queries.ticket import ticket_page
from helpdesk.queries.view_tickets import matching_count, rows_of
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.custom_fields import values_on, view_of
from tests.helpdesk.mails import now_of
from tests.support.factories import NOW, Shop, make_ticket

LATER = NOW + timedelta(minutes=1)
TICKS = count()


def clock() -> datetime:
    """No two looks at it show the same."""
    return LATER + timedelta(milliseconds=next(TICKS))


def make_tickets(database: Database, shop: Shop, many: int) -> list[Ticket]:
    with database.transaction() as session:
        return [make_ticket(session, shop.ann, f"Kettle {index}") for index in range(many)]


def change(
    database: Database, shop: Shop, chosen: Selection, field: str, value: str, reason: str = ""
) -> BulkProgress:
    with database.transaction() as session:
        bulk_id = begin_bulk(session, shop.agent, chosen, field, value, now=NOW, reason=reason).id
    return finish(database, shop, bulk_id)


def finish(database: Database, shop: Shop, bulk_id: int) -> BulkProgress:
    assert not work(database.transaction, bulk_id)
    with database.reading() as session:
        return bulk_progress(session, shop.agent, bulk_id)


def undo(database: Database, shop: Shop, bulk_id: int) -> BulkProgress:
    with database.transaction() as session:
        undo_bulk(session, shop.agent, bulk_id, now=LATER)
    return finish(database, shop, bulk_id)


def work(
    open_one: Callable[[], AbstractContextManager[Session]], bulk_id: int, seconds: float = 60
) -> bool:
    return work_off(
        open_one,
        bulk_id,
        clock=clock,
        monotonic=time.monotonic,
        sleep=time.sleep,
        seconds=seconds,
    )


def these(tickets: list[Ticket]) -> Selection:
    return Selection([ticket.id for ticket in tickets])


@pytest.mark.parametrize(
    ("field", "value", "attribute"),
    [
        ("status", "resolved", "status"),
        ("priority", "urgent", "priority"),
        ("category", "refund", "category"),
        ("assignee", "me", "assignee_id"),
    ],
)
def test_each_field_of_the_chosen_changes_and_goes_back(
    database: Database, shop: Shop, field: str, value: str, attribute: str
) -> None:
    tickets = make_tickets(database, shop, 4)
    was = getattr(tickets[0], attribute)
    done = change(database, shop, these(tickets[:3]), field, value, "all the same")
    assert (done.total, done.changed, done.failed, done.has_ended) == (3, 3, 0, True)
    wanted = shop.agent.person_id if value == "me" else value
    assert [getattr(now_of(database, one), attribute) for one in tickets] == [*[wanted] * 3, was]
    with database.reading() as session:
        assert history(session, tickets[0].id)[-1].reason == "all the same"
    undone = undo(database, shop, done.id)
    assert (undone.is_undone, undone.changed, undone.failed) == (True, 3, 0)
    assert [getattr(now_of(database, one), attribute) for one in tickets] == [was] * 4
    assert undo(database, shop, done.id).changed == 3  # twice is once


def test_a_field_of_the_team_is_filled_in_where_there_is_one(
    database: Database, shop: Shop
) -> None:
    tickets = make_tickets(database, shop, 3)
    with database.transaction() as session:
        kind = FieldDraft("Order kind", "", "choice", shop.mailbox.id, ("Gift", "For us"))
        field = add_custom_field(session, shop.admin, kind, now=NOW)
        other = add_mailbox(session, SYSTEM, "repairs@shop.example", name="Repairs", now=NOW)
        move_ticket(session, shop.agent, tickets[2].id, other.id, now=NOW)
        set_custom_fields(session, shop.agent, tickets[1].id, {"order-kind": "For us"}, now=NOW)

    def shown() -> list[str]:
        with database.reading() as session:
            found = values_on(session, [view_of(field)], [one.id for one in tickets])
        values = (found.get(one.id, {}).get(field.id) for one in tickets)
        return [value.shown if value else "" for value in values]

    done = change(database, shop, these(tickets), "custom", f"{field.id}=gift")
    assert (done.changed, done.failed, done.value) == (2, 1, "Order kind: Gift")
    assert done.failures[0][2] == "Its mailbox does not have this field."
    assert shown() == ["Gift", "Gift", ""]
    assert undo(database, shop, done.id).changed == 2
    assert shown() == ["", "For us", ""]
    emptied = change(database, shop, these(tickets[:2]), "custom", f"{field.id}=")
    assert (emptied.changed, emptied.value, shown()) == (1, "Order kind: none", ["", "", ""])


def test_who_undoes_it_is_named_and_needs_nobody_else(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, 1)
    done = change(database, shop, these(tickets), "priority", "urgent")
    assert shop.agent.person_id
    with database.transaction() as session:
        deactivate_person(session, shop.admin, shop.agent.person_id, heir_id=None, now=LATER)
        undo_bulk(session, shop.admin, done.id, now=LATER)
    assert not work(database.transaction, done.id)
    assert now_of(database, tickets[0]).priority == "medium"
    with database.reading() as session:
        assert history(session, tickets[0].id)[-1].changed_by == "admin"


def test_all_that_a_view_shows_and_no_other(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, 3)
    with database.transaction() as session:
        change_priority(session, shop.agent, tickets[1].id, "high", now=NOW)
    wanted = QueueFilter(priority="high")
    chosen = Selection(ids=[tickets[0].id], view="open", wanted=wanted)
    with database.reading() as session:
        assert matching_count(session, shop.agent, "open", wanted, most=9) == 1
        assert matching_count(session, shop.agent, "all", QueueFilter(), most=1) == 2
    assert change(database, shop, chosen, "status", "resolved").total == 1
    assert [now_of(database, one).status for one in tickets] == ["open", "resolved", "open"]
    words = Selection(view="all", wanted=QueueFilter(search="kettle 2"))
    assert change(database, shop, words, "priority", "low").total == 1
    assert now_of(database, tickets[2]).priority == "low"
    with database.reading() as session:
        ids = [one.id for one in tickets]
        rows, still = rows_of(session, shop.agent, "open", QueueFilter(), ids)
    assert {row.id for row in rows} == set(ids)
    assert still == {ids[0], ids[2]}


def test_all_that_match_are_no_more_than_were_counted(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, 4)
    with database.transaction() as session:
        make_ticket(session, shop.ann, "Came after the count", now=LATER)
        change_priority(session, shop.agent, tickets[0].id, "high", now=LATER)
        change_priority(session, shop.admin, tickets[1].id, "high", now=LATER)
    with database.reading() as session:
        view, wanted = "open", QueueFilter()
        counted = matching_count(session, shop.agent, view, wanted, most=9, until=NOW)
    done = change(
        database, shop, Selection(view=view, wanted=wanted, counted_at=NOW), "status", "resolved"
    )
    assert (counted, done.changed, done.failed) == (4, 3, 1)
    [(number, _, problem)] = done.failures
    assert (number, "changed since" in problem) == (tickets[1].number, True)


def test_a_change_of_many_is_found_again(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, 3)
    change(database, shop, these(tickets[:1]), "priority", "low")
    done = change(database, shop, these(tickets), "priority", "high", "They called.")
    with database.reading() as session:
        [line] = [one for one in ticket_page(session, shop.agent, tickets[0].number).history
                  if one.bulk]  # fmt: skip
        [found] = newest_bulks(session, shop.agent)
    assert line.bulk
    assert (line.new_value, line.bulk.id, line.bulk.others) == ("high", done.id, 2)
    assert (found.id, found.changed, found.made_by, found.made_at, found.reason) == (
        done.id, 3, "agent", NOW, "They called."
    )  # fmt: skip
    undo(database, shop, found.id)
    with database.reading() as session:
        [found] = newest_bulks(session, shop.agent)
    assert (found.is_undone, found.undone_by, found.changed) == (True, "agent", 3)


def test_trouble_with_one_stops_no_other_and_is_told(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, 3)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, tickets[1].id, tickets[0].id, now=NOW)
    done = change(database, shop, these(tickets), "status", "waiting")
    assert (done.changed, done.failed, done.has_ended) == (2, 1, True)
    [(number, _, problem)] = done.failures
    assert (number, "was merged into" in problem) == (tickets[1].number, True)
    again = change(database, shop, these(tickets[:1]), "status", "waiting")
    assert (again.changed, again.counts) == (0, {BulkState.UNCHANGED: 1})


def test_what_was_changed_again_since_is_not_undone(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, 2)
    done = change(database, shop, these(tickets), "priority", "urgent")
    with database.transaction() as session:
        change_priority(session, shop.admin, tickets[0].id, "low", now=LATER)
    undone = undo(database, shop, done.id)
    assert (undone.changed, undone.failed) == (1, 1)
    assert [now_of(database, one).priority for one in tickets] == ["low", "medium"]


def test_merging_into_the_oldest_or_the_named_and_apart(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, 3)
    done = change(database, shop, these(tickets), "merge", "")
    assert (done.total, done.changed, done.value) == (2, 2, tickets[0].number)
    assert now_of(database, tickets[0]).comment_count == 3
    assert [now_of(database, one).status for one in tickets] == ["open", "closed", "closed"]
    undo(database, shop, done.id)
    assert [now_of(database, one).comment_count for one in tickets] == [1, 1, 1]
    named = change(database, shop, these(tickets), "merge", tickets[2].number)
    assert (named.changed, now_of(database, tickets[2]).comment_count) == (2, 3)


def test_what_does_not_hold_is_said_before_anything_happens(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    one = Selection([ticket.id])
    for chosen, field, value in (
        (Selection(), "status", "open"),
        (one, "subject", "x"),
        (one, "status", "done"),
        (one, "priority", ""),
        (one, "category", "no such one"),
        (one, "assignee", str(shop.ann.id)),
        (one, "assignee", "9" * 30),
        (one, "merge", ticket.number),
    ):
        with pytest.raises(InvalidInput):
            change(database, shop, chosen, field, value)
    with pytest.raises(NotFound):
        change(database, shop, one, "merge", "TKT19990101001")
    with database.transaction() as session, pytest.raises(NotAllowed):
        begin_bulk(session, actor_of(shop.ann), one, "status", "closed", now=NOW)
    with database.transaction() as session, pytest.raises(NotAllowed):
        undo_bulk(session, actor_of(shop.ann), 1, now=NOW)
    with database.transaction() as session, pytest.raises(NotFound):
        undo_bulk(session, shop.agent, 77, now=NOW)
    assert now_of(database, ticket).status == "open"


def test_who_gets_many_is_not_mailed_of_each(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, MOST_TOLD + 1)
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Notice)) or 0
    to = str(shop.admin.person_id)
    done = change(database, shop, these(tickets), "assignee", to)
    undo(database, shop, done.id)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == before
    change(database, shop, these(tickets[:2]), "assignee", to)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == before + 2


def test_many_take_several_transactions(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, 100)
    opened = 0

    @contextmanager
    def counted() -> Iterator[Session]:
        nonlocal opened
        opened += 1
        with database.transaction() as session:
            yield session

    with database.transaction() as session:
        bulk = begin_bulk(session, shop.agent, these(tickets), "priority", "low", now=NOW)
    assert work(counted, bulk.id, 0)
    assert opened == 1
    assert not work(counted, bulk.id)
    assert opened > 2


def test_what_its_page_left_alone_goes_on_and_ends_with_its_maker(
    database: Database, shop: Shop
) -> None:
    tickets = make_tickets(database, shop, 2)
    with database.transaction() as session:
        bulk = begin_bulk(session, shop.agent, these(tickets), "priority", "low", now=NOW)
    with database.reading() as session:
        assert left_alone(session, before=NOW) is None
        assert left_alone(session, before=LATER) == bulk.id
    assert shop.agent.person_id
    with database.transaction() as session:
        deactivate_person(
            session, shop.admin, shop.agent.person_id, heir_id=shop.admin.person_id, now=LATER
        )
    assert not work(database.transaction, bulk.id)
    with database.reading() as session:
        assert bulk_progress(session, shop.admin, bulk.id).failed == 2
        assert left_alone(session, before=LATER) is None


def test_it_is_forgotten_after_a_month_and_the_history_stays(
    database: Database, shop: Shop
) -> None:
    tickets = make_tickets(database, shop, 2)
    done = change(database, shop, these(tickets), "priority", "low")
    for moment, old in ((NOW + KEPT, False), (NOW + KEPT + timedelta(days=1), True)):
        with database.transaction() as session:
            assert is_bulk_old(session, moment) is old
            assert forget_old_bulks(session, now=moment) == int(old)
    with database.transaction() as session, pytest.raises(NotFound):
        undo_bulk(session, shop.agent, done.id, now=LATER)
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Change.new_value == "low")) == 2


def test_what_a_colleague_took_meanwhile_is_left_to_them(database: Database, shop: Shop) -> None:
    tickets = make_tickets(database, shop, 3)
    admin, agent = shop.admin.person_id, shop.agent.person_id
    with database.transaction() as session:
        assign(session, shop.admin, tickets[0].id, admin, now=NOW - timedelta(minutes=9))
        assign(session, shop.admin, tickets[1].id, admin, now=NOW - timedelta(seconds=1))
    chosen = Selection([one.id for one in tickets], seen_at=NOW - timedelta(minutes=1))
    done = change(database, shop, chosen, "assignee", "me")
    assert (done.changed, done.failed) == (2, 1)
    assert done.failures[0][0] == tickets[1].number
    assert done.failures[0][2].endswith("has it by now.")
    given = [now_of(database, one).assignee_id for one in tickets]
    assert given == [agent, admin, agent]
    with database.transaction() as session:
        again = begin_again(session, shop.agent, done.id, now=LATER).id
    assert finish(database, shop, again).changed == 1
    assert now_of(database, tickets[1]).assignee_id == agent
    # To whom it was given by somebody else, it may be given once more.
    same = change(database, shop, chosen, "assignee", str(agent))
    assert (same.changed, same.failed) == (0, 0)
    with database.transaction() as session, pytest.raises(NotAllowed):
        begin_again(session, actor_of(shop.ann), done.id, now=LATER)
