"""Ratings, counted and read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.queries.ratings import newest_words
from helpdesk.queries.trends import trends
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import Grade
from tests.support.factories import NOW, Shop, make_ticket


def test_ratings_are_counted_and_their_words_shown(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for n, (grade, comment) in enumerate(((Grade.GOOD, ""), (Grade.BAD, "Too slow"))):
            ticket = make_ticket(session, shop.ann, f"Ticket {n}")
            ticket.rating, ticket.rating_comment = grade, comment
            ticket.rated_at = NOW + timedelta(days=n)
        make_ticket(session, shop.ann, "Never rated")
    with database.reading() as session:
        tomorrow = NOW + timedelta(days=1)
        assert trends(session, shop.agent, days=2, now=tomorrow).ratings.count == 2
        recent = trends(session, shop.agent, days=1, now=tomorrow).ratings.by_grade
        assert {grade: count for grade, count in recent.items() if count} == {Grade.BAD: 1}
        (words,) = newest_words(session, shop.agent, NOW)
        assert (words.grade, words.comment, words.subject) == (Grade.BAD, "Too slow", "Ticket 1")
        with pytest.raises(NotAllowed):
            newest_words(session, actor_of(shop.ann), NOW)
