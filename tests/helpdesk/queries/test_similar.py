"""What is asked for the similar tickets of a page: one question, by an index."""

from __future__ import annotations

from helpdesk.db import Database
from helpdesk.queries.similar import similar_on
from tests.support.factories import Shop
from tests.support.plans import plans_of
from tests.support.statements import asked_of


def test_one_question_and_no_walk_through_all(database: Database, shop: Shop) -> None:
    with asked_of(database) as statements, database.reading() as session:
        assert similar_on(session, shop.agent, 1) == ()
    assert len(statements) == 1
    with plans_of(database) as plans, database.reading() as session:
        similar_on(session, shop.agent, 1)
    assert not [plan for plan in plans if "SCAN ticket" in plan or "Seq Scan on comment" in plan]
