"""Excerpts of what a search found."""

from __future__ import annotations

from helpdesk.actions.add_note import add_note
from helpdesk.db import Database
from helpdesk.queries.excerpts import excerpts
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.queries.search_query import read_search_query
from helpdesk.tickets.content import StoredFile
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


def test_a_hit_leads_to_the_comment_that_holds_the_most_of_the_words(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann, "Something else")
        both = add_note(session, shop.agent, ticket.id, text="The kettle leaks.", now=NOW)
        add_note(session, shop.agent, ticket.id, text="Another kettle is there.", now=NOW)
        file = StoredFile("invoice-77.pdf", "application/pdf", 3, "ab" * 32)
        filed = add_note(session, shop.agent, ticket.id, text="See here", files=[file], now=NOW)
    for search, comment, words, is_file in (
        ("kettle leaks", both, "The kettle leaks.", False),
        ("invoice", filed, "invoice-77.pdf", True),
    ):
        query = read_search_query(search)
        with database.reading() as session:
            page = queue_page(session, shop.agent, "all", QueueFilter(search=search))
            found = excerpts(session, page.rows, query)[ticket.id]
        assert (found.comment_id, found.is_file) == (comment.id, is_file)
        assert "".join(piece.text for piece in found.excerpt) == words
        assert any(piece.marked for piece in found.excerpt)
