"""Excerpts of what a search found."""

from __future__ import annotations

from helpdesk.actions.add_note import add_note
from helpdesk.db import Database
from helpdesk.queries.excerpts import excerpts
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.queries.search_query import read_search_query
from tests.support.factories import NOW, Shop, make_ticket


def test_a_hit_shows_the_words_where_they_stand(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann, "Die Größe passt nicht")
        long = "und so weiter " * 30 + "dann kam eine Rechnung über 84 Euro " + "ohne Ende " * 30
        add_note(session, shop.agent, ticket.id, text=long, now=NOW)
    query = read_search_query("grosse rechn")
    with database.reading() as session:
        page = queue_page(session, shop.agent, "all", QueueFilter(search="grosse rechn"))
        excerpt = excerpts(session, page.rows, query)[ticket.id]
    assert [piece.text for piece in excerpt.subject if piece.marked] == ["Größe"]
    assert [piece.text for piece in excerpt.excerpt if piece.marked] == ["Rechnung"]
    whole = "".join(piece.text for piece in excerpt.excerpt)
    assert whole.startswith("… ")
    assert "dann kam eine Rechnung über 84 Euro" in whole
    assert len(whole) < 170
