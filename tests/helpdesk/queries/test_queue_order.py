"""Orders by choice: each shows each ticket of a view once, there and back, by an index."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.db import Database
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.queries.queue_order import MOST_SORTED, Choice, Sorting, choice_named, choices_of
from helpdesk.queries.views import VIEWS
from helpdesk.tickets.search import index_all
from helpdesk.vocabulary import PRIORITIES
from tests.helpdesk.queries.test_queue import belongs, fill
from tests.support.factories import Shop
from tests.support.plans import plans_of, reads_whole

_NATURAL_DESCENDS = (Sorting.CREATED, Sorting.CHANGE, Sorting.PUT_AWAY)


def place(row: dict[str, Any], sorting: Sorting) -> Any:
    return {
        Sorting.URGENCY: (PRIORITIES.index(row["priority"]), row["waiting_since"], row["id"]),
        Sorting.WAITING: (row["waiting_since"], row["id"]),
        Sorting.CREATED: row["id"],
        Sorting.CHANGE: (row["updated_at"], row["id"]),
        Sorting.WAKING: (row["snoozed_until"], row["id"]),
        Sorting.PUT_AWAY: (row["put_away_at"], row["id"]),
    }[sorting]


def in_order(rows: list[dict[str, Any]], choice: Choice) -> list[int]:
    descends = (choice.sorting in _NATURAL_DESCENDS) != choice.is_reversed
    ordered = sorted(rows, key=lambda row: place(row, choice.sorting), reverse=descends)
    return [row["id"] for row in ordered]


def walk(database: Database, shop: Shop, view: str, wanted: QueueFilter, size: int) -> list[int]:
    """All tickets of a list in its order, page by page; walked back they are the same."""
    forth: list[int] = []
    back: list[list[int]] = []
    with database.reading() as session:
        page = queue_page(session, shop.agent, view, wanted, size=size)
        forth += [row.id for row in page.rows]
        while page.next_key:
            page = queue_page(session, shop.agent, view, wanted, key=page.next_key, size=size)
            forth += [row.id for row in page.rows]
        back.append([row.id for row in page.rows])
        while page.previous_key:
            page = queue_page(session, shop.agent, view, wanted, key=page.previous_key, size=size)
            back.append([row.id for row in page.rows])
    assert [one for rows in reversed(back) for one in rows] == forth
    return forth


def test_each_order_of_each_view_shows_each_ticket_once(database: Database, shop: Shop) -> None:
    rows = fill(database, shop, 120)
    for view in VIEWS:
        shown = [row for row in rows if belongs(row, view, shop.agent)]
        for choice in choices_of(view):
            wanted = QueueFilter(sort=choice.name)
            walked = walk(database, shop, view, wanted, 9)
            assert walked == in_order(shown, choice), (view, choice.name)


def test_what_is_found_is_shown_in_each_order_too(database: Database, shop: Shop) -> None:
    rows = fill(database, shop, 120)
    with database.transaction() as session:
        index_all(session.connection())
    for view in ("open", "all"):
        shown = [row for row in rows if belongs(row, view, shop.agent)]
        for choice in choices_of(view):
            wanted = QueueFilter(search="ticket", sort=choice.name)
            assert walk(database, shop, view, wanted, 9) == in_order(shown, choice), choice.name


def test_of_much_that_is_found_the_newest_are_sorted(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_SORTED >= 1000
    monkeypatch.setattr("helpdesk.queries.queue_search.MOST_SORTED", 20)
    rows = fill(database, shop, 120)
    with database.transaction() as session:
        index_all(session.connection())
    newest = [row for row in rows if belongs(row, "all", shop.agent)][-20:]
    walked = walk(database, shop, "all", QueueFilter(search="ticket", sort="-updated"), 9)
    assert walked == in_order(newest, Choice(Sorting.CHANGE, is_reversed=True))


def test_a_view_is_shown_in_the_orders_that_it_has(database: Database, shop: Shop) -> None:
    assert choice_named("open", "-waiting") == Choice(Sorting.WAITING, is_reversed=True)
    unknown = (("all", "waiting"), ("open", "put_away"), ("open", "--waiting"), ("all", ""))
    for view, name in unknown:
        assert choice_named(view, name) is None
    rows = fill(database, shop, 30)
    shown = [row for row in rows if belongs(row, "open", shop.agent)]
    walked = walk(database, shop, "open", QueueFilter(sort="of the moon"), 9)
    assert walked == in_order(shown, Choice(Sorting.URGENCY))


def test_each_order_is_walked_by_an_index(database: Database, shop: Shop) -> None:
    fill(database, shop, 6000)
    for view in VIEWS:
        for choice in choices_of(view):
            wanted = QueueFilter(sort=choice.name)
            with database.reading() as session, plans_of(database) as plans:
                key = queue_page(session, shop.agent, view, wanted, size=20).next_key
                queue_page(session, shop.agent, view, wanted, key=key, size=20)
            for plan in plans:
                where = f"{view} by {choice.name}: {plan}"
                # The newest of all are walked by the table's own key.
                by_key = database.is_sqlite and choice.sorting is Sorting.CREATED
                assert by_key or not reads_whole("ticket", plan), where
                if view != "mine":  # of the few of one's own, all may be sorted
                    assert "TEMP B-TREE" not in plan, where
                    assert "Sort Key: ticket" not in plan, where
