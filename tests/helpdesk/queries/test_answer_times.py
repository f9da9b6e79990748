"""The usual wait for a first answer."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.db import Database
from helpdesk.queries.answer_times import FEWEST_ANSWERED, usual_first_answer
from tests.support.factories import NOW, Shop, make_ticket


def test_the_median_counts_those_who_still_wait(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for n in range(FEWEST_ANSWERED):
            ticket = make_ticket(session, shop.ann, f"Ticket {n}")
            ticket.first_response_at = NOW + timedelta(hours=1 + n)
    later = NOW + timedelta(days=2)
    with database.reading() as session:
        assert usual_first_answer(session, shop.mailbox.id, later) == timedelta(hours=5)
        assert usual_first_answer(session, None, later) is None, "of another mailbox"
        assert usual_first_answer(session, shop.mailbox.id, NOW + timedelta(weeks=9)) is None
    with database.transaction() as session:
        for n in range(4):
            make_ticket(session, shop.bob, f"Unanswered {n}")
    with database.reading() as session:
        assert usual_first_answer(session, shop.mailbox.id, later) == timedelta(hours=7)


def test_few_answers_promise_nothing(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for n in range(FEWEST_ANSWERED - 1):
            make_ticket(session, shop.ann, f"{n} again").first_response_at = NOW
    with database.reading() as session:
        assert usual_first_answer(session, shop.mailbox.id, NOW + timedelta(days=1)) is None
