"""Words are found the same way by the index and by looking at one ticket."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries import queue_walk, search_few, search_words
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.queries.search_query import read_search_query
from helpdesk.queries.search_words import words_sought
from tests.support.factories import Shop, make_ticket
from tests.support.plans import plans_of

SUBJECTS = (
    "Kettle came broken",
    "Kettles came, broken lids",
    "Ketchup",
    "A lid for the kettle",
    "Was für ein Wasserkocher",
    "配送の問題",
    "Kettle",
)
FOUND = {
    "kettle": (0, 1, 3, 6),
    '"kettle"': (0, 3, 6),
    "ket": (0, 1, 2, 3, 6),
    '"came broken"': (0, 1),
    '"lid for"': (3,),
    "kettle lid": (1, 3),
    "kettle OR ketchup": (0, 1, 2, 3, 6),
    "kettle -lid": (0, 6),
    "-ket": (4, 5),
    "-kettle -was": (2, 5),
    "FUR": (4,),
    "配送": (5,),
    "zebra": (),
    "kettle zebra": (),
    "zebra OR ketchup": (2,),
    "ett": (),
}


@pytest.mark.parametrize("most", [0, 2, 24])
def test_words_are_found_however_many_words_begin_so(
    database: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(search_words, "MOST_ENDINGS", most)
    monkeypatch.setattr(search_few, "FEW", 0)
    with database.transaction() as session:
        ids = [make_ticket(session, shop.ann, subject=one).id for one in SUBJECTS]
    for looked_at in (1, 2_000):
        monkeypatch.setattr(queue_walk, "LOOKED_AT", looked_at)
        for typed, places in FOUND.items():
            expected, query = [ids[at] for at in places], read_search_query(typed)
            with database.reading() as session:
                words = words_sought(session, query)
                each = select(Ticket.id).where(words.of_each).order_by(Ticket.id)
                assert list(session.scalars(each)) == expected, typed
                found = select(words.found.ticket_id).select_from(words.found.table)
                found = found.where(words.found.holds)
                assert sorted(session.scalars(found)) == expected, typed
                page = queue_page(session, shop.agent, "all", QueueFilter(search=typed))
            assert [row.id for row in page.rows] == expected[::-1], typed


def test_sqlite_reads_no_more_of_a_word_than_is_asked_for(database: Database, shop: Shop) -> None:
    if not database.is_sqlite:
        return
    with database.transaction() as session:
        make_ticket(session, shop.ann, subject="Kettles came")
        make_ticket(session, shop.ann, subject="A kettle")
    query = read_search_query('kettle "cam"')
    with database.reading() as session:
        found = words_sought(session, query).found
        asked = str(found.holds.compile(compile_kwargs={"literal_binds": True}))
        assert '("kettle" OR "kettles") AND ("cam")' in asked
        with plans_of(database) as plans:
            queue_page(session, shop.agent, "all", QueueFilter(search="kettle -came"))
    assert any("ticket_words_content USING INTEGER PRIMARY KEY" in plan for plan in plans), plans
