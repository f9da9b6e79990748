"""Undoing a merge, its opposite, and a mail that was moved, from either ticket's history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.actions.change_ticket import change_priority, change_status
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.move_mail import move_back, move_mail
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Ticket
from helpdesk.queries.history import ChangeView
from helpdesk.queries.ticket import ticket_page
from tests.helpdesk.mails import (
    comments_of,
    mail,
    now_of,
    participants_of,
    receive,
    recorded,
    ticket_of,
)
from tests.support.factories import NOW, Shop

BOB = "bob@mail.example"
MERGED, APART, UNDO, AGAIN = (NOW + timedelta(minutes=minutes) for minutes in (1, 2, 3, 4))


@pytest.fixture
def old(database: Database, shop: Shop, new: Ticket) -> Ticket:
    """Bob's, who wrote after Ann was answered."""
    filed = receive(database, mail(BOB, "Me too", "Mine as well.", message_id="b1@mail.example"))
    return ticket_of(database, filed)


@pytest.fixture
def new(database: Database, shop: Shop) -> Ticket:
    """Answered: it waits for Ann."""
    ticket = ticket_of(database, receive(database, mail(message_id="a1@mail.example")))
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Is it wet?", status="waiting"), now=NOW)
    return ticket


def acts_of(database: Database, shop: Shop, ticket: Ticket) -> list[ChangeView]:
    with database.reading() as session:
        return list(ticket_page(session, shop.agent, ticket.number).history)


def undo(database: Database, shop: Shop, ticket: Ticket, change_id: int, now: datetime) -> None:
    with database.transaction() as session:
        undo_change(session, shop.agent, ticket.number, change_id, now=now)


def and_this(database: Database) -> int:
    """One more mail on the ticket that began with c1: its id."""
    receive(database, mail(text="And this?", references=("c1@mail.example",)))
    return max(one.id for one in recorded(database))


def last_move_of(database: Database, mail_id: int | None) -> dict[str, Any]:
    mail = next(one for one in recorded(database) if one.id == mail_id)
    last: dict[str, Any] = mail.decision["moved"][-1]
    return last


def merge(database: Database, shop: Shop, old: Ticket, new: Ticket) -> int:
    """What the toast has: the id of what was done, on the ticket that goes on."""
    with database.transaction() as session:
        goes_on = merge_tickets(session, shop.agent, old.id, new.id, now=MERGED)
        change_id = newest_change(session, shop.agent, goes_on, MERGED)
    assert change_id
    return change_id


def test_a_merge_is_one_line_on_each_ticket(
    database: Database, shop: Shop, old: Ticket, new: Ticket
) -> None:
    before = len(acts_of(database, shop, old)), len(acts_of(database, shop, new))
    merge(database, shop, old, new)
    assert now_of(database, new).status == "in_progress", "Bob's question is not answered"
    lines = acts_of(database, shop, old), acts_of(database, shop, new)
    assert tuple(map(len, lines)) == (before[0] + 1, before[1] + 1)
    for line, field in zip(lines, ("merged_into", "merged"), strict=True):
        assert (line[-1].field, line[-1].can_be_undone) == (field, True)
        undoable = [one for one in line[:-1] if one.can_be_undone]
        parts = [part for one in undoable for part in one.undoes or (one,)]
        assert "status" not in [part.field for part in parts]


@pytest.mark.parametrize("side", ["old", "new"])
def test_a_merge_is_undone_from_either_ticket_and_that_too(
    database: Database, shop: Shop, old: Ticket, new: Ticket, side: str
) -> None:
    from_toast = merge(database, shop, old, new)
    on = old if side == "old" else new
    change_id = from_toast if on is new else acts_of(database, shop, on)[-1].id
    undo(database, shop, on, change_id, UNDO)
    assert [one.text for one in comments_of(database, old.id)] == ["Mine as well."]
    assert (now_of(database, old).status, now_of(database, new).status) == ("open", "waiting")
    assert set(participants_of(database, new.id)) == {shop.ann.id}
    last = acts_of(database, shop, on)[-1]
    assert (last.new_value, last.reason, last.can_be_undone) == ("", "undone", True)
    with pytest.raises(InvalidInput, match="changed again since"):
        undo(database, shop, on, change_id, UNDO)
    undo(database, shop, on, last.id, AGAIN)
    assert comments_of(database, old.id) == []
    assert (now_of(database, old).status, now_of(database, new).status) == ("closed", "in_progress")


def test_taking_apart_is_one_line_and_is_undone(
    database: Database, shop: Shop, old: Ticket, new: Ticket
) -> None:
    merge(database, shop, old, new)
    before = len(acts_of(database, shop, old))
    with database.transaction() as session:
        take_apart(session, shop.agent, old.id, now=APART)
    lines = acts_of(database, shop, old)
    assert len(lines) == before + 1
    undo(database, shop, old, lines[-1].id, UNDO)
    assert now_of(database, old).status == "closed"
    assert len(comments_of(database, new.id)) == 3


def test_a_status_that_somebody_chose_since_stays(
    database: Database, shop: Shop, old: Ticket, new: Ticket
) -> None:
    change_id = merge(database, shop, old, new)
    with database.transaction() as session:
        change_status(session, shop.admin, new.id, "resolved", now=APART)
        change_priority(session, shop.admin, new.id, "high", now=APART)
    undo(database, shop, new, change_id, UNDO)
    goes_on = now_of(database, new)
    assert (goes_on.status, goes_on.priority) == ("resolved", "high")
    assert len(comments_of(database, old.id)) == 1


@pytest.mark.parametrize("side", ["from", "to"])
def test_a_moved_mail_is_undone_from_either_ticket_and_that_too(
    database: Database, shop: Shop, new: Ticket, side: str
) -> None:
    third = ticket_of(database, receive(database, mail(message_id="c1@mail.example")))
    mail_id = and_this(database)
    with database.transaction() as session:
        move_mail(session, shop.agent, mail_id, new.number, now=MERGED)
    assert now_of(database, new).status == "in_progress"
    on = third if side == "from" else new
    line = acts_of(database, shop, on)[-1]
    assert (line.field, line.can_be_undone) == ("moved_mail", True)
    undo(database, shop, on, line.id, UNDO)
    assert [one.text for one in comments_of(database, third.id)] == ["It leaks.", "And this?"]
    assert now_of(database, new).status == "waiting"
    assert last_move_of(database, mail_id)["undone"]
    undo(database, shop, on, acts_of(database, shop, on)[-1].id, AGAIN)
    assert len(comments_of(database, third.id)) == 1
    assert now_of(database, new).status == "in_progress"


def test_a_mail_that_was_all_of_its_ticket_goes_back(
    database: Database, shop: Shop, old: Ticket, new: Ticket
) -> None:
    mail_id = next(one.id for one in recorded(database) if one.ticket_id == old.id)
    with database.transaction() as session:
        move_mail(session, shop.agent, mail_id, new.number, now=MERGED)
    undo(database, shop, new, acts_of(database, shop, new)[-1].id, UNDO)
    assert len(comments_of(database, old.id)) == 1
    assert last_move_of(database, mail_id)["undone"]
    with database.transaction() as session, pytest.raises(InvalidInput, match="was not moved"):
        move_back(session, shop.agent, mail_id, now=AGAIN)


def test_a_mail_that_was_moved_on_is_not_moved_back_over_that(
    database: Database, shop: Shop, old: Ticket, new: Ticket
) -> None:
    third = ticket_of(database, receive(database, mail(message_id="c1@mail.example")))
    mail_id = and_this(database)
    for to, now in ((new, MERGED), (old, APART)):
        with database.transaction() as session:
            move_mail(session, shop.agent, mail_id, to.number, now=now)
    with pytest.raises(InvalidInput, match="moved again since"):
        undo(database, shop, third, acts_of(database, shop, third)[-1].id, UNDO)
