"""The history: one line for one act, and what its undo takes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.change_ticket import assign, change_priority, change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.undo_change import undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Person, Ticket
from helpdesk.queries.history import ChangeView
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.with_answer import ME, WithAnswer
from tests.helpdesk.mails import now_of
from tests.support.factories import NOW, Shop
from web.labels import change_label, undo_label

MINUTE = timedelta(minutes=1)
LATER = NOW + MINUTE


def undo(
    database: Database, shop: Shop, ticket: Ticket, line_id: int, after: timedelta = MINUTE
) -> None:
    with database.transaction() as session:
        undo_change(session, shop.agent, ticket.id, line_id, now=LATER + after)


def lines(database: Database, shop: Shop, ticket: Ticket) -> list[ChangeView]:
    with database.reading() as session:
        return list(ticket_page(session, shop.agent, ticket.number).history)


def answered(database: Database, shop: Shop, ticket: Ticket) -> int:
    """An answer that takes the ticket, hurries it, and puts two tags on it: the id of its line."""
    with database.transaction() as session:
        assign(session, shop.admin, ticket.id, shop.admin.person_id, now=NOW)
        change_status(session, shop.admin, ticket.id, "in_progress", now=NOW)
    with database.transaction() as session:
        changes = WithAnswer(ME, "high", "delivery, refund")
        reply(session, shop.agent, ticket.id, Answer("On its way.", changes=changes), now=LATER)
    return lines(database, shop, ticket)[-1].id


def test_an_answer_with_all_that_it_changes_is_one_line_and_one_undo(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    line_id = answered(database, shop, ticket)
    before = len(lines(database, shop, ticket))
    line = lines(database, shop, ticket)[-1]
    assert change_label(line) == (
        "Status: In progress → Waiting; Assignee: admin → agent; Priority: Medium → High; "
        "Tag: + delivery, + refund"
    )
    assert (line.reason, line.can_be_undone) == ("with the reply", True)
    undo(database, shop, ticket, line_id)
    now = now_of(database, ticket)
    assert (now.status, now.assignee_id, now.priority) == (
        "in_progress",
        shop.admin.person_id,
        "medium",
    )
    back = lines(database, shop, ticket)
    assert len(back) == before + 1, "to undo it is one line, too"
    assert "Tag: − delivery, − refund" in change_label(back[-1])
    assert [one.can_be_undone for one in back[-2:]] == [False, True]
    undo(database, shop, ticket, back[-1].id, 2 * MINUTE)
    now = now_of(database, ticket)
    assert (now.status, now.assignee_id, now.priority) == ("waiting", shop.agent.person_id, "high")


def test_of_an_answer_goes_back_what_nobody_changed_since(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    line_id = answered(database, shop, ticket)
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "in_progress", now=LATER + MINUTE)
    line = next(one for one in lines(database, shop, ticket) if one.id == line_id)
    assert undo_label(line) == (
        "Assignee: admin → agent; Priority: Medium → High; Tag: + delivery, + refund"
    )
    undo(database, shop, ticket, line_id, 2 * MINUTE)
    now = now_of(database, ticket)
    assert (now.status, now.priority) == ("in_progress", "medium")
    with pytest.raises(InvalidInput, match="changed again"):
        undo(database, shop, ticket, line_id)


def test_what_cannot_go_back_holds_up_nothing_else(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    line_id = answered(database, shop, ticket)
    with database.transaction() as session:
        session.get_one(Person, shop.admin.person_id).active = False
    line = next(one for one in lines(database, shop, ticket) if one.id == line_id)
    assert "Assignee" not in undo_label(line)
    undo(database, shop, ticket, line_id)
    now = now_of(database, ticket)
    assert (now.assignee_id, now.priority) == (shop.agent.person_id, "medium")


def test_what_was_before_an_undone_change_can_be_undone_next(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    for minute, priority in enumerate(("high", "urgent")):
        with database.transaction() as session:
            at = NOW + minute * MINUTE
            change_priority(session, shop.agent, ticket.id, priority, now=at)
    first, second = lines(database, shop, ticket)[-2:]
    undo(database, shop, ticket, second.id)
    assert now_of(database, ticket).priority == "high"
    undo(database, shop, ticket, first.id, 2 * MINUTE)
    assert now_of(database, ticket).priority == "medium"
    told = [one for one in lines(database, shop, ticket) if one.field == "priority"]
    assert [one.can_be_undone for one in told] == [False, False, False, True]


def test_what_an_answer_puts_on_the_checklist_is_told_together(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        changes = WithAnswer(checklist="Order the part\nSend it")
        reply(session, shop.agent, ticket.id, Answer("Soon.", changes=changes), now=LATER)
    label = change_label(lines(database, shop, ticket)[-1])
    assert label == "Checklist: + Order the part, + Send it"
