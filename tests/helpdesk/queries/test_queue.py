"""The queue: every view shows each of its tickets once, and asks its own index for them."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.take_back import take_back
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import Comment, Participant, Ticket, TicketTag
from helpdesk.queries import queue_walk, search_few
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import QueuePage, queue_page
from helpdesk.queries.view_tickets import rows_of
from helpdesk.queries.views import MOST_COUNTED, VIEWS, Sorting, view_counts
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.tags import find_or_make_tag
from helpdesk.vocabulary import PRIORITIES, STATUSES
from tests.support.factories import NOW, Shop
from tests.support.plans import plans_of, reads_whole


def fill(database: Database, shop: Shop, count: int) -> list[dict[str, Any]]:
    """Many tickets of every kind, most of them with the same times as others."""
    rows = [
        {
            "id": n,
            "number": f"TKT20261123{n:05}",
            "subject": f"Ticket {n}",
            "status": list(STATUSES)[n % 5],
            "priority": PRIORITIES[n % 4],
            "requester_id": (shop.ann.id, shop.bob.id)[n % 2],
            "assignee_id": (None, shop.agent.person_id, shop.admin.person_id)[n % 3],
            "waiting_since": NOW + timedelta(hours=n % 3),
            "created_at": NOW,
            "updated_at": NOW + timedelta(hours=n % 4),
            "folder": ("inbox", "inbox", "spam", "inbox", "trash", "inbox", "inbox")[n % 7],
            "put_away_at": NOW + timedelta(hours=n % 5) if n % 7 in (2, 4) else None,
            "snoozed_until": NOW + timedelta(hours=n % 6) if n % 11 < 3 else None,
        }
        for n in range(1, count + 1)
    ]
    with database.transaction() as session:
        session.execute(Ticket.__table__.insert(), rows)  # type: ignore[attr-defined]
        session.execute(text("ANALYZE"))
    return rows


def belongs(row: dict[str, Any], view: str, actor: Actor) -> bool:
    inbox = row["folder"] == "inbox"
    awake = inbox and row["snoozed_until"] is None
    unfinished = awake and row["status"] in ("open", "in_progress", "waiting")
    return {
        "mine": unfinished and row["assignee_id"] == actor.person_id,
        "unassigned": unfinished and row["assignee_id"] is None,
        "open": awake and row["status"] in ("open", "in_progress"),
        "waiting": awake and row["status"] == "waiting",
        "snoozed": inbox and not awake,
        "resolved": inbox and row["status"] == "resolved",
        "closed": inbox and row["status"] == "closed",
        "all": inbox,
        "spam": row["folder"] == "spam",
        "trash": row["folder"] == "trash",
    }[view]


def place(row: dict[str, Any], view: str) -> Any:
    return {
        Sorting.URGENCY: (PRIORITIES.index(row["priority"]), row["waiting_since"], row["id"]),
        Sorting.CHANGE: (row["updated_at"], row["id"]),
        Sorting.WAKING: (row["snoozed_until"], row["id"]),
        Sorting.PUT_AWAY: (row["put_away_at"], row["id"]),
    }[VIEWS[view].sorting]


def page(database: Database, actor: Actor, view: str, key: str = "", size: int = 7) -> QueuePage:
    with database.reading() as session:
        return queue_page(session, actor, view, key=key, size=size)


def test_paging_walks_every_ticket_of_a_view_once_there_and_back(
    database: Database, shop: Shop
) -> None:
    rows = fill(database, shop, 120)
    for view in VIEWS:
        expected = [row for row in rows if belongs(row, view, shop.agent)]
        newest_first = VIEWS[view].sorting in (Sorting.CHANGE, Sorting.PUT_AWAY)
        expected.sort(key=lambda row: place(row, view), reverse=newest_first)
        pages = [page(database, shop.agent, view)]
        assert pages[0].previous_key == ""
        while pages[-1].next_key:
            pages.append(page(database, shop.agent, view, pages[-1].next_key))
        walked = [row.id for one in pages for row in one.rows]
        assert walked == [row["id"] for row in expected], view
        assert all(len(one.rows) == 7 for one in pages[:-1])
        back = [pages[-1]]
        while back[-1].previous_key:
            back.append(page(database, shop.agent, view, back[-1].previous_key))
        walked_back = [row.id for one in reversed(back) for row in one.rows]
        assert walked_back == walked, view


def test_a_row_shows_what_the_queue_needs(database: Database, shop: Shop) -> None:
    fill(database, shop, 3)
    row = next(row for row in page(database, shop.agent, "all").rows if row.id == 1)
    assert (row.number, row.status, row.priority) == ("TKT2026112300001", "in_progress", "high")
    assert (row.requester_address, row.assignee_id) == ("bob@mail.example", shop.agent.person_id)
    assert row.waiting_since == NOW + timedelta(hours=1)


def test_a_page_costs_as_many_questions_as_one_row(database: Database, shop: Shop) -> None:
    fill(database, shop, 120)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *a: asked.append(str(a[2])))
    page(database, shop.agent, "all", size=100)
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_a_row_says_when_its_next_answer_leaves_that_was_written_for_later(
    database: Database, shop: Shop
) -> None:
    """Not the one that can be undone for some seconds; and no statement more, nor all comments."""
    fill(database, shop, 120)
    hour = timedelta(hours=1)
    with database.transaction() as session:
        for ticket_id in (1, 3):
            role = {"role": "requester", "added_at": NOW}
            session.add(Participant(ticket_id=ticket_id, person_id=shop.bob.id, **role))
        said = {"text": "?", "reply_text": "?", "source": "mail", "created_at": NOW}
        many = [{"ticket_id": number % 120 + 1, **said} for number in range(6000)]
        session.execute(Comment.__table__.insert(), many)  # type: ignore[attr-defined]
        _, next_one = (
            reply(session, shop.agent, 1, Answer("Later.", leaves_at=NOW + hours), now=NOW).id
            for hours in (3 * hour, 2 * hour)
        )
        reply(session, shop.agent, 3, Answer("At once.", may_undo=True), now=NOW)
        session.execute(text("ANALYZE"))

    def leaves(ticket_id: int) -> Any:
        with database.reading() as session:
            found = rows_of(session, shop.agent, "all", QueueFilter(), [ticket_id])
        return found[0][0].leaves_at

    assert (leaves(1), leaves(3)) == (NOW + 2 * hour, None)
    with plans_of(database) as plans:
        page(database, shop.agent, "all")
    assert len(plans) == 1
    assert "ix_comment_leaves" in plans[0]
    assert not reads_whole("comment", plans[0])
    with database.transaction() as session:
        take_back(session, shop.agent, next_one, now=NOW)
    assert leaves(1) == NOW + 3 * hour


def test_the_counts_are_exact_up_to_their_cap(database: Database, shop: Shop) -> None:
    rows = fill(database, shop, 3000)
    with database.reading() as session:
        counts = view_counts(session, shop.agent)
    expected = {
        view: min(MOST_COUNTED, sum(belongs(row, view, shop.agent) for row in rows))
        for view in ("mine", "unassigned", "open", "waiting", "snoozed")
    }
    assert counts == {**expected, "held": 0, "concerns": 0}


# "Mine" of nobody is "unassigned": SQLite takes the one index for the other, which is as good.
INDEXES = {
    "mine": ("ix_ticket_view_mine",),
    "unassigned": ("ix_ticket_view_unassigned", "ix_ticket_view_mine"),
    "open": ("ix_ticket_view_open",),
    "waiting": ("ix_ticket_view_waiting",),
    "resolved": ("ix_ticket_view_status",),
    "closed": ("ix_ticket_view_status",),
    "all": ("ix_ticket_view_all",),
    "snoozed": ("ix_ticket_view_snoozed",),
    "spam": ("ix_ticket_put_away",),
    "trash": ("ix_ticket_put_away",),
}


def test_each_view_is_walked_by_its_own_index_and_sorts_nothing(
    database: Database, shop: Shop
) -> None:
    fill(database, shop, 6000)
    seconds = {view: page(database, shop.agent, view, size=20).next_key for view in VIEWS}
    with plans_of(database) as plans:
        for view, indexes in INDEXES.items():
            for key in ("", seconds[view]):
                plans.clear()
                page(database, shop.agent, view, key, size=20)
                (plan,) = plans
                assert any(index in plan for index in indexes), f"{view}: {plan}"
                assert "TEMP B-TREE" not in plan, f"{view}: {plan}"
                assert "Sort Key: ticket" not in plan, f"{view}: {plan}"


def test_views_are_counted_in_their_own_indexes(database: Database, shop: Shop) -> None:
    """On SQLite; PostgreSQL reads so few tickets as it likes."""
    fill(database, shop, 6000)
    with database.reading() as session, plans_of(database) as plans:
        view_counts(session, shop.agent)
    counted = [name for name, view in VIEWS.items() if view.is_counted]
    for view in counted if database.is_sqlite else ():
        assert any(index in plans[0] for index in INDEXES[view]), f"{view}: {plans[0]}"
        assert "TEMP B-TREE" not in plans[0]


def test_a_tag_is_looked_for_by_an_index_and_nothing_is_sorted(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tag that every third of 6,000 tickets has, and one that five of them have."""
    monkeypatch.setattr(search_few, "FEW", 50)
    monkeypatch.setattr(queue_walk, "LOOKS_FOR", 60.0)
    rows = fill(database, shop, 6000)
    having = {"common": range(3, 6001, 3), "rare": range(100, 6001, 1200)}
    with database.transaction() as session:
        for name, ids in having.items():
            tag = find_or_make_tag(session, name, NOW)
            put = [{"ticket_id": number, "tag_id": tag.id} for number in ids]
            session.execute(TicketTag.__table__.insert(), put)  # type: ignore[attr-defined]
        session.execute(text("ANALYZE"))
    for view, indexes in INDEXES.items():
        by_tag = ("ix_ticket_tag_tag",) if VIEWS[view].sorting is Sorting.CHANGE else indexes
        wanted = QueueFilter(search="tag:common")
        with database.reading() as session, plans_of(database) as plans:
            queue_page(session, shop.agent, view, wanted, size=20)
        assert not any(reads_whole("ticket", plan) for plan in plans), f"{view}: {plans}"
        if database.is_sqlite:  # of so few, PostgreSQL may sort all of a tag
            assert any(index in plan for index in by_tag for plan in plans), f"{view}: {plans}"
            assert not any("TEMP B-TREE" in plan for plan in plans), f"{view}: {plans}"
        for name, ids in having.items():
            expected = {r["id"] for r in rows if belongs(r, view, shop.agent)} & set(ids)
            assert walked(database, shop, view, QueueFilter(search=f"tag:{name}")) == expected


def walked(database: Database, shop: Shop, view: str, wanted: QueueFilter) -> set[int]:
    """The ids of all tickets that a view shows, page by page: each once."""
    seen: list[int] = []
    key = "first"
    while key:
        with database.reading() as session:
            found = queue_page(session, shop.agent, view, wanted, key=key, size=500)
        seen += [row.id for row in found.rows]
        key = found.next_key
    assert len(seen) == len(set(seen))
    return set(seen)


def test_a_status_that_a_view_never_shows_is_not_looked_for(database: Database, shop: Shop) -> None:
    rows = fill(database, shop, 120)
    for view in VIEWS:
        for status in STATUSES:
            wanted = QueueFilter(status=status)
            expected = [r for r in rows if belongs(r, view, shop.agent) and r["status"] == status]
            for narrowed in (wanted, QueueFilter(search=f"is:{status}")):
                with database.reading() as session, plans_of(database) as plans:
                    found = queue_page(session, shop.agent, view, narrowed, size=100).rows
                assert len(found) == len(expected), (view, status)
                assert bool(plans) == bool(expected), (view, status)


def test_a_broken_key_gives_the_first_page(database: Database, shop: Shop) -> None:
    fill(database, shop, 30)
    first = [row.id for row in page(database, shop.agent, "all").rows]
    moment = NOW.isoformat()
    keys = [
        "x",
        "ä",
        "\0",
        "=" * 50,
        _key("n"),
        _key(5),
        _key(["n", moment]),
        _key(["n", "2026-11-23T09:00:00", 3]),
        _key(["n", "0001-01-01T00:00:00+14:00", 3]),
        _key(["n", moment, "x"]),
        _key(["n", moment, None]),
        _key(["n", 0, moment, 3]),
        _key({"n": 1, "b": 2, "c": 3}),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ]
    for key in keys:
        assert [row.id for row in page(database, shop.agent, "all", key).rows] == first, key
    for key in (_key(["n", 9, moment, 3]), _key(["n", "0", moment, 3]), _key(["n", moment, 3])):
        assert page(database, shop.agent, "open", key).previous_key == "", key
    assert page(database, shop.agent, "all", _key(["n", moment, 10**30])).rows is not None


def _key(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def test_the_queue_is_for_staff(database: Database, shop: Shop) -> None:
    for actor in (actor_of(shop.ann), Actor(None, "system"), Actor(1, "nobody")):
        with pytest.raises(NotAllowed):
            page(database, actor, "all")
    with pytest.raises(NotFound):
        page(database, shop.agent, "nowhere")
