"""Finding what a new ticket is like, and what staff see of it."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.find_similar import find_similar, keep_similar, similar_due
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.db import Database
from helpdesk.queries.similar import SimilarView, similar_on
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.solved import read_solved
from tests.helpdesk.tickets.test_solved import FILTER, LATER, OTHERS, asked, solved
from tests.support.factories import Shop


def look(database: Database) -> list[int]:
    with database.transaction() as session:
        due = similar_due(session, 50)
        known = read_solved(session)
        for ticket_id in due:
            rows = find_similar(session, known, ticket_id)
            keep_similar(session, rows)
            keep_similar(session, rows)  # as another worker may
    return due


def seen(database: Database, shop: Shop, ticket_id: int) -> tuple[SimilarView, ...]:
    with database.reading() as session:
        assert similar_on(session, actor_of(shop.ann), ticket_id) == ()
        return similar_on(session, shop.agent, ticket_id)


def test_a_new_ticket_is_looked_at_once(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        right = solved(session, shop, FILTER).number
        for words in OTHERS:
            solved(session, shop, words)
    assert len(look(database)) == 3
    with database.transaction() as session:
        ticket = asked(session, shop, "Filter", "Welcher Filter passt in den Staubsauger?")
    assert look(database) == [ticket.id]
    assert look(database) == []
    (one,) = seen(database, shop, ticket.id)
    assert (one.number, one.subject, one.answer) == (right, "Ersatzteil", "Das ist der F-12.")
    assert one.answered_by == "agent"  # who has no name
    assert one.answered_at == LATER


def test_what_was_put_away_or_merged_since_is_not_shown(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        first, second = (solved(session, shop, FILTER).id for _ in range(2))
        ticket = asked(session, shop, "Filter", "Welcher Filter passt in den Staubsauger?")
    look(database)
    assert len(seen(database, shop, ticket.id)) == 2
    later = LATER + timedelta(hours=1)
    with database.transaction() as session:
        change_folder(session, shop.agent, first, "trash", now=later)
        other = asked(session, shop, "Other", "Something else entirely.")
        merge_tickets(session, shop.agent, second, other.id, now=later)
    assert seen(database, shop, ticket.id) == ()
