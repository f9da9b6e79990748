"""No search reads every ticket or comment: what each operator is looked up by."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bench.searches import SEARCHES
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.models import Comment, Ticket
from helpdesk.queries import queue_walk, search_few
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.tickets.search import index_all
from helpdesk.vocabulary import MailboxRight
from tests.helpdesk.queries.test_places import spread
from tests.helpdesk.queries.test_queue import belongs, walked
from tests.support.factories import NOW, Shop
from tests.support.plans import plans_of, reads_whole

FILLED = {"person": "1", "middle": "2026-11-23", "number": "TKT2026112300007"}


def test_no_operator_reads_all_tickets_or_comments(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where few tickets have what is asked for, nor where they are many."""
    spread(database, shop, 6000)
    said = {"text": "?", "reply_text": "?", "source": "mail", "created_at": NOW}
    comments = [{"ticket_id": number % 5999 + 1, **said} for number in range(12_000)]
    with database.transaction() as session:
        session.execute(Comment.__table__.insert(), comments)  # type: ignore[attr-defined]
        index_all(session.connection())
        session.execute(text("ANALYZE"))
    monkeypatch.setattr(queue_walk, "LOOKS_FOR", 60.0)
    for few in (search_few.FEW, 20):
        monkeypatch.setattr(search_few, "FEW", few)
        for name, typed in SEARCHES.items():
            wanted = QueueFilter(search=typed.format(**FILLED))
            with database.reading() as session, plans_of(database) as plans:
                if not database.is_sqlite:  # which reads all of so few, where it need not
                    session.execute(text("SET LOCAL enable_seqscan = off"))
                page = queue_page(session, shop.agent, "all", wanted)
            assert not page.is_cut, name
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
    "cc:none@shop.example": "ix_participant_person_id",
    "from:none@shop.example": "ix_ticket_requester",
    "mailbox:rare": "ix_ticket_mailbox_all",
    "team:few": "ix_ticket_team",
    "before:2001-01-01": "ix_ticket_created",
    "after:2998-01-01": "ix_ticket_created",
    "tag:none": "ix_ticket_tag_tag",
}


@pytest.mark.parametrize("view", ["all", "closed"])
def test_what_may_be_rare_is_looked_up_by_an_index_of_its_own(
    database: Database, shop: Shop, view: str
) -> None:
    """First of all, and before a list is walked, whatever else is asked for."""
    spread(database, shop, 6000)
    with database.transaction() as session:  # of what every fourth is, all might as well be read
        most = Ticket.__table__.update().where(Ticket.id % 5 != 0)  # type: ignore[attr-defined]
        session.execute(most.values(snoozed_until=None))
        session.execute(text("ANALYZE"))
    for typed, index in INDEXES.items():
        wanted = QueueFilter(search=f"{typed} ticket")
        with database.reading() as session, plans_of(database) as plans:
            queue_page(session, shop.agent, view, wanted)
        assert not any(reads_whole("ticket", plan) for plan in plans), f"{typed}: {plans}"
        looked_up = plans[:3]
        # Where nothing is called so, PostgreSQL reads nothing.
        told = (index, "One-Time Filter: false")
        assert any(one in plan for one in told for plan in looked_up), f"{typed}: {looked_up}"


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(
    "typed",
    [
        "-tag:some",
        "tag:some OR has:order",
        "-from:mail.example",
        "-cc:mail.example is:open is:open",
    ],
)
def test_what_is_not_to_be_is_asked_of_each_ticket(
    database: Database, shop: Shop, typed: str
) -> None:
    """Not read as a whole and kept at hand: of a common tag that would be half of all tickets."""
    spread(database, shop, 6000)
    with database.transaction() as session:
        session.execute(text("ANALYZE"))
    with database.reading() as session, plans_of(database) as plans:
        queue_page(session, shop.agent, "all", QueueFilter(search=typed))
    walked = [plan for plan in plans if "SubPlan" in plan]
    assert walked
    assert not any("hashed SubPlan" in plan for plan in walked), walked


def test_of_rare_mailboxes_the_tickets_are_looked_up(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_few, "FEW", 200)
    rows, rare, _ = spread(database, shop, 6000)
    rights = ((rare.id, MailboxRight.SEE), (rare.id + 1000, MailboxRight.SEE))
    one = Actor(shop.agent.person_id, "agent", rights=rights)
    for view, index in (("open", "ix_ticket_mailbox_all"), ("all", "ix_ticket_mailbox_all")):
        with database.reading() as session, plans_of(database) as plans:
            page = queue_page(session, one, view, size=200)
        expected = {row["id"] for row in rows if row["id"] % 40 == 1 and belongs(row, view, one)}
        assert {row.id for row in page.rows} == expected
        assert not any(reads_whole("ticket", plan) for plan in plans)
        assert any(index in plan for plan in plans), plans


@pytest.mark.parametrize("view", ["all", "open"])
def test_what_is_without_a_word_is_found_part_by_part(
    database: Database, shop: Shop, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each once, there and back, whether the word is on few tickets or on all but a few."""
    monkeypatch.setattr(queue_walk, "LOOKED_AT", 5)
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
