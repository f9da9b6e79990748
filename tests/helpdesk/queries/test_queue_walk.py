"""A list is walked part by part: what it finds is the same, wherever the time runs out."""

from __future__ import annotations

from datetime import timedelta
from time import sleep
from typing import Any

import pytest
from sqlalchemy import text

from helpdesk.actions.change_tags import change_tags
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries import queue_walk, search_few
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import QueuePage, neighbour, queue_page
from helpdesk.queries.queue_order import Choice, Sorting
from helpdesk.tickets.search import index_all
from tests.helpdesk.queries.test_queue import belongs, fill
from tests.helpdesk.queries.test_queue_order import in_order
from tests.support.factories import NOW, Shop

SEARCHES = (
    ("all", "language:de", ""),
    ("all", "language:de", "-updated"),
    ("open", "language:de", ""),
    ("open", "language:de", "-waiting"),
    ("closed", "language:de", "-created"),
    ("snoozed", "language:de", ""),
    ("all", "rare", ""),
    ("all", "rare", "-created"),
    ("open", "rare", ""),
    ("all", "-common", ""),
    ("all", "rare -zebra tick", ""),
    ("all", "tag:some", ""),
    ("open", "tag:some", ""),
    ("all", "before:2026-11-23 language:de", ""),
    ("closed", "before:2026-11-23 language:de", ""),
)
"""A view, a search of which every seventh ticket has what it asks for, and an order."""


@pytest.fixture
def rows(database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Tickets, of which every seventh is found; few are looked at at a time."""
    made = fill(database, shop, 100)
    with database.transaction() as session:
        everything = Ticket.__table__.update()  # type: ignore[attr-defined]
        session.execute(everything.values(subject="Common ticket", created_at=NOW))
        seventh = everything.where(Ticket.id % 7 == 1)
        before = NOW - timedelta(days=3)
        session.execute(seventh.values(language="de", subject="A rare ticket", created_at=before))
        index_all(session.connection())
        session.execute(text("ANALYZE"))
    with database.transaction() as session:
        for row in made:
            if row["id"] % 7 == 1:
                change_tags(session, shop.agent, row["id"], add=("some",), now=row["updated_at"])
    monkeypatch.setattr(search_few, "FEW", 3)
    monkeypatch.setattr(queue_walk, "LOOKED_AT", 20)
    return made


def pages_of(
    database: Database, shop: Shop, view: str, wanted: QueueFilter
) -> tuple[list[QueuePage], list[QueuePage]]:
    """All pages of a list to its end; and back from there."""
    with database.reading() as session:
        there = [queue_page(session, shop.agent, view, wanted, size=3)]
        while key := there[-1].next_key:
            there.append(queue_page(session, shop.agent, view, wanted, key=key, size=3))
        back = [there[-1]]
        while key := back[-1].previous_key:
            back.append(queue_page(session, shop.agent, view, wanted, key=key, size=3))
    return there, back


def test_what_is_found_is_the_same_where_time_runs_out(
    database: Database, shop: Shop, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = 0
    for view, typed, sort in SEARCHES:
        wanted, told = QueueFilter(search=typed, sort=sort), f"{view}: {typed} {sort}"
        monkeypatch.setattr(queue_walk, "LOOKS_FOR", 60.0)
        there, _ = pages_of(database, shop, view, wanted)
        assert not any(page.is_cut for page in there), told
        expected = [row.id for page in there for row in page.rows]
        found = {r["id"] for r in rows if r["id"] % 7 == 1 and belongs(r, view, shop.agent)}
        assert set(expected) == found, told
        assert len(expected) == len(found), told
        monkeypatch.setattr(queue_walk, "LOOKS_FOR", -1.0)
        there, back = pages_of(database, shop, view, wanted)
        assert [row.id for page in there for row in page.rows] == expected, told
        assert [row.id for page in reversed(back) for row in page.rows] == expected, told
        # A page that time cut says so, and leads on; one that is full is whole.
        cut += any(page.is_cut for page in there)
        assert all(page.next_key for page in there if page.is_cut), told
        assert all(page.is_cut for page in there[:-1] if len(page.rows) < 3), told
    assert cut >= 4


def test_a_part_is_as_long_as_there_is_time_for(
    database: Database, shop: Shop, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what the first one took; for too few tickets none is begun."""
    now = 0.0

    class Time(queue_walk.TimeToLook):
        def __init__(self) -> None:
            self.clock = lambda: now

        @property
        def left(self) -> float:
            return 60 - now

    many: list[int] = []

    class Parts(queue_walk._Parts):
        def end(self, place: queue_walk.Place | None, size: int) -> queue_walk.Place | None:
            nonlocal now
            many.append(size)
            now += size
            return super().end(place, size)

    monkeypatch.setattr(queue_walk, "_Parts", Parts)
    monkeypatch.setattr(queue_walk, "_WORTH_IT", 10)
    walk = queue_walk.Walk((Ticket.id,), True, [Ticket.subject == "None"])
    with database.reading() as session:
        found, end = queue_walk.look(session, walk, None, 50, Time())
    # Each ticket takes a second: of the 40 that are left, 32 are planned for; of 8 then 6.
    assert (many, found, end) == ([20, 32], [], [52])


def test_in_another_order_stands_what_was_found_in_time(
    database: Database, shop: Shop, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = QueueFilter(search="-common", sort="-updated")
    monkeypatch.setattr(queue_walk, "LOOKS_FOR", -1.0)
    with database.reading() as session:
        page = queue_page(session, shop.agent, "all", wanted)
    newest = [r for r in rows if belongs(r, "all", shop.agent) and r["id"] > 80]
    found = [r for r in newest if r["id"] % 7 == 1]
    assert [r.id for r in page.rows] == in_order(found, Choice(Sorting.CHANGE, is_reversed=True))
    assert page.is_cut
    assert not page.next_key


def test_the_next_ticket_is_looked_for_to_the_end(
    database: Database, shop: Shop, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_walk, "LOOKS_FOR", -1.0)
    wanted = QueueFilter(search="language:de")
    shown = sorted(
        (row["updated_at"], row["id"])
        for row in rows
        if row["id"] % 7 == 1 and belongs(row, "all", shop.agent)
    )
    with database.reading() as session:
        for (_, here), (_, after) in zip(shown[1:], shown, strict=False):
            number, key = neighbour(session, shop.agent, "all", wanted, here)
            assert number == f"TKT20261123{after:05}"
            assert key


def test_waiting_for_the_processor_is_not_looking(database: Database) -> None:
    """Where the database works in another process, what passes is all that is known."""
    with database.reading() as session:
        some, little = queue_walk.TimeToLook(session, 0.1), queue_walk.TimeToLook(session, 0.02)
        sleep(0.11)
        assert bool(some.left) is database.is_sqlite
        assert not little.left  # so long nobody waits
        none = queue_walk.TimeToLook(session, 0)
        assert not none.left
        if database.is_sqlite:
            began = some.left
            session.execute(text(_BUSY)).scalar()
            assert some.left < began


_BUSY = """
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 50000)
    SELECT sum(n) FROM number
"""


def test_of_one_priority_no_other_is_walked(
    database: Database, shop: Shop, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where those that are more urgent fill all the time there is."""
    monkeypatch.setattr(queue_walk, "LOOKED_AT", 5)
    monkeypatch.setattr(queue_walk, "LOOKS_FOR", -1.0)
    of_open = [row for row in rows if belongs(row, "open", shop.agent)]
    expected = {row["id"] for row in of_open if row["priority"] == "low"}
    assert len(of_open) - len(expected) > 5
    for wanted in (QueueFilter(priority="low"), QueueFilter(search="priority:low")):
        with database.reading() as session:
            first = queue_page(session, shop.agent, "open", wanted, size=3)
        assert {row.id for row in first.rows} <= expected
        assert len(first.rows) == 3
