"""Saved views: what they show, in which order, and what is counted of them."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.db import Database
from helpdesk.queries import saved_views
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.poll import changed_in_view
from helpdesk.queries.queue import neighbour, queue_page
from helpdesk.queries.saved_views import ViewCount, all_saved_views, counts_of
from helpdesk.queries.view_tickets import matching_count
from helpdesk.tickets.search import index_all
from tests.helpdesk.queries.test_queue import belongs, fill
from tests.support.factories import NOW, Shop
from tests.support.plans import plans_of


def saved(database: Database, shop: Shop, *drafts: ViewDraft) -> list[str]:
    with database.transaction() as session:
        return [f"v{save_view(session, shop.agent, one, now=NOW).id}" for one in drafts]


def test_a_saved_view_is_its_search_in_its_order(database: Database, shop: Shop) -> None:
    rows = fill(database, shop, 120)
    with database.transaction() as session:
        index_all(session.connection())
    plain, worded = saved(
        database,
        shop,
        ViewDraft("High", "priority:high", "open", "-created"),
        ViewDraft("Seven", "ticket -7", "all"),
    )
    shown = [row for row in rows if belongs(row, "open", shop.agent) and row["priority"] == "high"]
    ids = [row["id"] for row in shown]
    with database.reading() as session:
        page = queue_page(session, shop.agent, plain, size=500)
        assert [row.id for row in page.rows] == ids
        assert page.choice.name == "-created"
        # Narrowed further, by what is typed and by another order.
        wanted = QueueFilter(search="is:open", sort="created")
        further = queue_page(session, shop.agent, plain, wanted, size=500)
        still = [row["id"] for row in shown if row["status"] == "open"]
        assert [row.id for row in further.rows] == still[::-1]
        assert matching_count(session, shop.agent, plain, wanted, most=500) == len(still)
        assert matching_count(session, shop.agent, plain, QueueFilter(), most=500) == len(ids)
        next_number, _ = neighbour(session, shop.agent, plain, QueueFilter(), ids[0])
        assert next_number == shown[1]["number"]
        changed = changed_in_view(session, shop.agent, plain, NOW)
        assert changed == sum(row["updated_at"] > NOW for row in shown)
        every = [row["id"] for row in rows if belongs(row, "all", shop.agent) and row["id"] != 7]
        found = queue_page(session, shop.agent, worded, size=500).rows
        assert [row.id for row in found] == every[::-1]
        both = queue_page(session, shop.agent, worded, QueueFilter(search="12")).rows
        assert [row.id for row in both] == [12] if 12 in every else []
        # A status that the view never shows, with no question asked.
        with plans_of(database) as plans:
            wanted = QueueFilter(search="is:closed")
            assert not queue_page(session, shop.agent, plain, wanted).rows
        assert not [plan for plan in plans if "ix_ticket" in plan]


def test_counts_are_one_statement_and_bounded(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = fill(database, shop, 120)
    with database.transaction() as session:
        index_all(session.connection())
    names = saved(
        database,
        shop,
        ViewDraft("High", "priority:high", "open"),
        ViewDraft("Found", "ticket"),
        ViewDraft("Other", "tag:none-such"),
        ViewDraft("All"),
    )
    asked: list[str] = []
    with database.reading() as session:
        views = all_saved_views(session)
        event.listen(database.engine, "before_cursor_execute", lambda *a: asked.append(str(a[2])))
        counts = counts_of(session, shop.agent, views)
        assert len([one for one in asked if one.startswith("SELECT")]) == 1
        high = [r for r in rows if belongs(r, "open", shop.agent) and r["priority"] == "high"]
        everything = [row for row in rows if belongs(row, "all", shop.agent)]
        assert counts[names[0]] == ViewCount(len(high), is_more=False, unread=0)
        assert counts[names[1]].total == counts[names[3]].total == len(everything)
        assert counts[names[2]] == ViewCount(0, is_more=False, unread=0)
        assert counts["open"].unread == 0
        monkeypatch.setattr(saved_views, "LOOKED_AT", 20)
        assert counts_of(session, shop.agent, views)[names[3]] == ViewCount(20, True, 0)


def test_counting_walks_indexes(database: Database, shop: Shop) -> None:
    fill(database, shop, 6000)
    saved(database, shop, ViewDraft("High", "priority:high", "open", "-created"), ViewDraft("All"))
    with database.reading() as session:
        views = all_saved_views(session)
        with plans_of(database) as plans:
            counts_of(session, shop.agent, views)
    (plan,) = plans
    assert "TEMP B-TREE FOR ORDER" not in plan
    assert "ix_ticket_unfinished_created" in plan
    assert "ix_ticket_view_all" in plan
