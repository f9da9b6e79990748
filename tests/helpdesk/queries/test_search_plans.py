"""No search reads every ticket or comment: what each operator is looked up by."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bench.searches import SEARCHES
from helpdesk.db import Database
from helpdesk.models import Comment
from helpdesk.queries import queue
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.tickets.search import index_all
from tests.helpdesk.queries.test_places import spread
from tests.helpdesk.queries.test_queue import belongs, walked
from tests.support.factories import NOW, Shop
from tests.support.plans import plans_of, reads_whole

FILLED = {"person": "1", "middle": "2026-11-23", "number": "TKT2026112300007"}


def test_no_operator_reads_all_tickets_or_comments(database: Database, shop: Shop) -> None:
    spread(database, shop, 6000)
    said = {"text": "?", "reply_text": "?", "source": "mail", "created_at": NOW}
    comments = [{"ticket_id": number % 5999 + 1, **said} for number in range(12_000)]
    with database.transaction() as session:
        session.execute(Comment.__table__.insert(), comments)  # type: ignore[attr-defined]
        index_all(session.connection())
        session.execute(text("ANALYZE"))
    for name, typed in SEARCHES.items():
        wanted = QueueFilter(search=typed.format(**FILLED))
        with database.reading() as session, plans_of(database) as plans:
            if not database.is_sqlite:  # which reads all of so few, where it need not
                session.execute(text("SET LOCAL enable_seqscan = off"))
            queue_page(session, shop.agent, "all", wanted)
        for plan in plans:
            assert not reads_whole("comment", plan), f"{name}: {plan}"
            assert not reads_whole("ticket", plan), f"{name}: {plan}"


INDEXES = {
    "category:refund": "ix_ticket_category",
    "language:fr": "ix_ticket_language",
    "has:order": "ix_ticket_has_order",
    "order:none": "ix_ticket_order",
    "is:snoozed": "ix_ticket_view_snoozed",
    "cc:nobody": "ix_participant_person_id",
}


def test_what_may_be_rare_is_looked_up_by_an_index_of_its_own(
    database: Database, shop: Shop
) -> None:
    spread(database, shop, 6000)
    for typed, index in INDEXES.items():
        with database.reading() as session, plans_of(database) as plans:
            queue_page(session, shop.agent, "all", QueueFilter(search=typed))
        assert not reads_whole("ticket", plans[-1]), f"{typed}: {plans[-1]}"
        if database.is_sqlite:  # of so few, PostgreSQL may take another, and sort
            assert index in plans[-1], f"{typed}: {plans[-1]}"


@pytest.mark.parametrize("view", ["all", "open"])
def test_what_is_without_a_word_is_found_part_by_part(
    database: Database, shop: Shop, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once, there and back, whether the word is on few tickets or on all but a few."""
    monkeypatch.setattr(queue, "LOOKED_AT", (5, 40))
    rows, _, _ = spread(database, shop, 400)
    with database.transaction() as session:
        session.execute(text("UPDATE ticket SET subject = 'Kettle' WHERE id NOT IN (3, 211, 397)"))
        index_all(session.connection())
    shown = {row["id"] for row in rows if belongs(row, view, shop.agent)}
    for typed, lacking in (("-kettle", {3, 211, 397}), ("-zebra", set(range(401)))):
        for sort in ("", "-created"):
            wanted = QueueFilter(search=typed, sort=sort)
            assert walked(database, shop, view, wanted) == shown & lacking, (typed, sort)
    wanted = QueueFilter(search="-zebra")
    with database.reading() as session:
        pages = [queue_page(session, shop.agent, view, wanted, size=20)]
        while pages[-1].next_key:
            key = pages[-1].next_key
            pages.append(queue_page(session, shop.agent, view, wanted, key=key, size=20))
        back = [pages[-1]]
        while back[-1].previous_key:
            key = back[-1].previous_key
            back.append(queue_page(session, shop.agent, view, wanted, key=key, size=20))
    there = [row.id for page in pages for row in page.rows]
    assert there == sorted(shown, reverse=True)
    assert [row.id for page in reversed(back) for row in page.rows] == there
