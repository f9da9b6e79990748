"""Searching for a ticket's number: the ticket itself comes first, and each ticket once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actions.change_ticket import change_status
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import QueuePage, neighbour, queue_page
from helpdesk.vocabulary import MailboxRight
from tests.support.factories import NOW, Shop, make_ticket


@pytest.fixture
def mentioned(database: Database, shop: Shop) -> list[str]:
    """The number of a ticket, and those of seven newer ones that mention it; the newest last."""
    with database.transaction() as session:
        tickets = [make_ticket(session, shop.ann, "The first one")]
        number = tickets[0].number
        tickets += [make_ticket(session, shop.bob, f"As {number}, part {n}") for n in range(7)]
        return [ticket.number for ticket in tickets]


def page(database: Database, shop: Shop, search: str, view: str = "all", **more: str) -> QueuePage:
    with database.reading() as session:
        wanted = QueueFilter(search=search, sort=more.get("sort", ""))
        return queue_page(session, shop.agent, view, wanted, key=more.get("key", ""), size=3)


def numbers(found: QueuePage) -> list[str]:
    return [row.number for row in found.rows]


def test_it_comes_first_however_its_number_is_typed(
    database: Database, shop: Shop, mentioned: list[str]
) -> None:
    number, *others = mentioned
    plain = number.removeprefix("TKT")
    for typed in (number, f"#{number}", plain, f"#{plain}", f"[{number}]", number.lower()):
        expected = [number, others[-1], others[-2]]
        assert numbers(page(database, shop, typed)) == expected, typed
        assert numbers(page(database, shop, f"{typed} is:open")) == expected, typed
    # Where something else is looked for, too, or in another order, nothing is put first.
    assert numbers(page(database, shop, f"{number} part"))[0] == others[-1]
    assert numbers(page(database, shop, number, sort="-created")) == [number, *others[:2]]
    assert numbers(page(database, shop, number, sort="created"))[0] == others[-1]
    assert numbers(page(database, shop, number[:-1]))[0] == others[-1]


def test_each_is_there_once_on_pages_that_go_on_and_back(
    database: Database, shop: Shop, mentioned: list[str]
) -> None:
    number, *others = mentioned
    pages, key = [], ""
    while not pages or key:
        pages.append(page(database, shop, number, key=key))
        key = pages[-1].next_key
    assert [number for one in pages for number in numbers(one)] == [number, *reversed(others)]
    assert not pages[0].previous_key
    back = page(database, shop, number, key=pages[-1].previous_key)
    assert numbers(back) == numbers(pages[1])
    assert numbers(page(database, shop, number, key=back.previous_key)) == numbers(pages[0])


def test_it_is_first_only_where_its_view_and_its_reader_see_it(
    database: Database, shop: Shop, mentioned: list[str]
) -> None:
    number, *others = mentioned
    with database.transaction() as session:
        change_status(session, shop.agent, number, "resolved", now=NOW)
    assert numbers(page(database, shop, number, "open"))[0] == others[-1]
    assert numbers(page(database, shop, number, "resolved")) == [number]
    stranger = replace(shop.agent, rights=((10**6, MailboxRight.MANAGE),))
    with database.reading() as session:
        wanted = QueueFilter(search=number)
        assert not queue_page(session, stranger, "all", wanted).rows


def test_the_next_ticket_is_the_one_that_stands_below(
    database: Database, shop: Shop, mentioned: list[str]
) -> None:
    number, *others = mentioned
    wanted = QueueFilter(search=number)
    shown = [number, *reversed(others)]
    with database.reading() as session:
        ids = {one: session.query(Ticket.id).filter_by(number=one).scalar() for one in mentioned}

        def beside(one: str, *, backwards: bool = False) -> str:
            args = session, shop.agent, "all", wanted, ids[one]
            return neighbour(*args, backwards=backwards)[0]

        assert [beside(one) for one in shown] == [*shown[1:], ""]
        assert [beside(one, backwards=True) for one in shown] == ["", *shown[:-1]]
