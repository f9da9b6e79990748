"""Pages by key: each ticket once, whatever comes in meanwhile."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.queries.keyset_page import Cursor, read_cursor
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import TicketList, ticket_list
from helpdesk.tickets.access import actor_of
from tests.support.factories import Shop, make_ticket
from tests.support.statements import asked_of


def page(database: Database, shop: Shop, cursor: str, **wanted: str) -> TicketList:
    with database.reading() as session:
        return ticket_list(session, shop.agent, TicketFilter(**wanted), page_size=2, cursor=cursor)


def make(database: Database, shop: Shop, *subjects: str) -> None:
    with database.transaction() as session:
        for subject in subjects:
            make_ticket(session, shop.ann, subject)


def test_each_is_listed_once_though_tickets_come_in(database: Database, shop: Shop) -> None:
    make(database, shop, "One", "Two", "Three", "Four", "Five")
    seen, cursor, counts = [], "", []
    while True:
        found = page(database, shop, cursor)
        seen += [one.ticket.subject for one in found.tickets]
        counts.append(found.count)
        make(database, shop, f"Came after {len(seen)}")
        if found.next_cursor is None:
            break
        cursor = str(found.next_cursor)
    assert seen == ["Five", "Four", "Three", "Two", "One"]
    assert counts == [5, 5, 5], "as it was begun"


def test_a_page_that_is_just_full_is_the_last_one(database: Database, shop: Shop) -> None:
    make(database, shop, "One", "Two")
    assert page(database, shop, "").next_cursor is None
    nothing = page(database, shop, "1-2")
    assert (nothing.count, nothing.tickets, nothing.next_cursor) == (2, (), None)


def test_it_is_counted_where_it_begins_alone(database: Database, shop: Shop) -> None:
    make(database, shop, "One", "Two", "Three")
    begun = page(database, shop, "")
    with asked_of(database) as asked:
        page(database, shop, str(begun.next_cursor))
    assert not [one for one in asked if "count(" in one]


def test_nobody_sees_more_by_a_cursor_than_without(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.bob, "Bob's")
        make_ticket(session, shop.ann, "Ann's")
        make_ticket(session, shop.bob, "Bob's other")
    with database.reading() as session:
        found = ticket_list(
            session, actor_of(shop.ann), TicketFilter(), cursor="999999999999999999-9"
        )
    assert [one.ticket.subject for one in found.tickets] == ["Ann's"]


@pytest.mark.parametrize(
    "written", ["x", "0-1", "-1-1", "1", "1-", "9" * 19 + "-1", "１-1", "1-1\n", "1-1; drop"]
)
def test_what_is_no_cursor_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        read_cursor(written)
    assert problem.value.field == "cursor"


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert read_cursor("") is None
    assert read_cursor(str(Cursor(17, 4_711))) == Cursor(17, 4_711)
