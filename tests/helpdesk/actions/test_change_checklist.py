"""The checklist of a ticket: each act leaves a line, and can be undone."""

from __future__ import annotations

import pytest

from helpdesk.actions.change_checklist import (
    MOST_ITEMS,
    add_item,
    change_item,
    move_item,
    remove_item,
)
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.undo_change import undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import ChecklistItem, Ticket
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import history_of
from tests.support.factories import NOW, Shop, make_ticket


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    with database.transaction() as session:
        return make_ticket(session, shop.ann)


def counts(database: Database, ticket: Ticket) -> tuple[int, int]:
    with database.reading() as session:
        found = session.get_one(Ticket, ticket.id)
        return found.checklist_done, found.checklist_total


def add(database: Database, shop: Shop, ticket: Ticket, text: str) -> int:
    with database.transaction() as session:
        return add_item(session, shop.agent, ticket.id, text, now=NOW).id


def test_each_act_is_told_and_undone(database: Database, shop: Shop, ticket: Ticket) -> None:
    item = add(database, shop, ticket, "  Ask the\ncarrier ")
    add(database, shop, ticket, "Refund")
    with database.transaction() as session:
        change_item(session, shop.agent, ticket.id, item, is_done=True, now=NOW)
        change_item(session, shop.agent, ticket.id, item, is_done=True, now=NOW)
    assert counts(database, ticket) == (1, 2)
    with database.transaction() as session:
        change_item(session, shop.agent, ticket.id, item, text="Ask DHL", now=NOW)
        remove_item(session, shop.agent, ticket.id, item, now=NOW)
    assert counts(database, ticket) == (0, 1)
    rows = [one for one in history_of(database, ticket.id) if one.old_id == item]
    assert [(one.old_value, one.new_value) for one in rows] == [
        ("", "[ ] Ask the carrier"),
        ("[ ] Ask the carrier", "[x] Ask the carrier"),
        ("[x] Ask the carrier", "[x] Ask DHL"),
        ("[x] Ask DHL", ""),
    ]
    with database.transaction() as session:
        undo_change(session, shop.agent, ticket.id, rows[-1].id, now=NOW)
    assert counts(database, ticket) == (1, 2)
    with database.reading() as session:
        found = session.get_one(ChecklistItem, item)
        assert (found.text, found.is_done, found.is_removed) == ("Ask DHL", True, False)
    with database.transaction() as session, pytest.raises(InvalidInput, match="again since"):
        undo_change(session, shop.agent, ticket.id, rows[0].id, now=NOW)


def texts(database: Database, shop: Shop, ticket: Ticket) -> list[str]:
    with database.reading() as session:
        return [one.text for one in ticket_page(session, shop.agent, ticket.number).checklist]


def test_an_item_goes_to_another_place_and_back(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    ids = {text: add(database, shop, ticket, text) for text in ("one", "two", "three", "four")}
    with database.transaction() as session:
        remove_item(session, shop.agent, ticket.id, ids["two"], now=NOW)
    for item, place, order in (
        ("four", 1, ["four", "one", "three"]),
        ("four", 1, ["four", "one", "three"]),
        ("one", 99, ["four", "three", "one"]),
    ):
        with database.transaction() as session:
            move_item(session, shop.agent, ticket.id, ids[item], place, now=NOW)
        assert texts(database, shop, ticket) == order
    rows = [one for one in history_of(database, ticket.id) if one.field == "checklist_place"]
    moved = [(one.old_value, one.new_value) for one in rows]
    assert moved == [("3. four", "1. four"), ("2. one", "3. one")]
    with database.transaction() as session:
        with pytest.raises(InvalidInput, match="again since"):
            undo_change(session, shop.agent, ticket.id, rows[0].id, now=NOW)
        undo_change(session, shop.agent, ticket.id, rows[1].id, now=NOW)
    assert texts(database, shop, ticket) == ["four", "one", "three"]
    add(database, shop, ticket, "five")
    assert texts(database, shop, ticket)[-1] == "five"
    with database.transaction() as session, pytest.raises(InvalidInput):
        move_item(session, shop.agent, ticket.id, ids["one"], 0, now=NOW)
    with database.transaction() as session, pytest.raises(NotFound):
        move_item(session, shop.agent, ticket.id, ids["two"], 1, now=NOW)


def test_what_cannot_be_done(database: Database, shop: Shop, ticket: Ticket) -> None:
    item = add(database, shop, ticket, "Refund")
    with database.transaction() as session:
        other = make_ticket(session, shop.bob)
        for text in ("", " \n", "x" * 301):
            with pytest.raises(InvalidInput):
                add_item(session, shop.agent, ticket.id, text, now=NOW)
        with pytest.raises(NotFound):
            change_item(session, shop.agent, other.id, item, is_done=True, now=NOW)
        remove_item(session, shop.agent, ticket.id, item, now=NOW)
        with pytest.raises(NotFound):
            remove_item(session, shop.agent, ticket.id, item, now=NOW)
        with pytest.raises(NotAllowed):
            add_item(session, actor_of(shop.ann), ticket.id, "Hurry", now=NOW)
        for number in range(MOST_ITEMS):
            add_item(session, shop.agent, ticket.id, f"{number}", now=NOW)
        with pytest.raises(InvalidInput, match="at most"):
            add_item(session, shop.agent, ticket.id, "One more", now=NOW)


def test_it_goes_along_with_a_merge_and_back(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    add(database, shop, ticket, "Refund")
    with database.transaction() as session:
        into = make_ticket(session, shop.bob)
    own = add(database, shop, into, "Own")
    with database.transaction() as session:
        change_item(session, shop.agent, into.id, own, is_done=True, now=NOW)
        merge_tickets(session, shop.agent, ticket.id, into.id, now=NOW)
    assert (counts(database, ticket), counts(database, into)) == ((0, 0), (1, 2))
    with database.transaction() as session:
        take_apart(session, shop.agent, ticket.id, now=NOW)
    assert (counts(database, ticket), counts(database, into)) == ((0, 1), (1, 1))
