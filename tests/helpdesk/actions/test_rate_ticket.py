"""How it was: said by whoever asked, once it is over."""

from __future__ import annotations

import pytest

from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.rate_ticket import COMMENT_LENGTH, rate_ticket
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Ticket
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import history_of, now_of
from tests.support.factories import NOW, Shop


@pytest.fixture
def solved(database: Database, shop: Shop, ticket: Ticket) -> Ticket:
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "resolved", now=NOW)
    return ticket


def test_a_rating_may_be_given_anew(database: Database, shop: Shop, solved: Ticket) -> None:
    for grade, words in (("good", ""), ("good", ""), ("bad", " It leaks.\n")):
        with database.transaction() as session:
            rate_ticket(session, actor_of(shop.ann), solved.id, grade, comment=words, now=NOW)
    after = now_of(database, solved)
    assert (after.rating, after.rating_comment.strip(), after.rated_at) == ("bad", "It leaks.", NOW)
    steps = [c.new_value for c in history_of(database, solved.id) if c.field == "rating"]
    assert steps == ["good", "bad"]


def test_what_does_not_hold_is_refused_by_field(
    database: Database, shop: Shop, solved: Ticket
) -> None:
    for grade, words, field in (
        ("", "", "grade"),
        ("great", "", "grade"),
        ("good", "x" * (COMMENT_LENGTH + 1), "comment"),
    ):
        with database.transaction() as session, pytest.raises(InvalidInput) as refused:
            rate_ticket(session, actor_of(shop.ann), solved.id, grade, comment=words, now=NOW)
        assert refused.value.field == field


def test_an_open_ticket_is_not_rated(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session, pytest.raises(InvalidInput):
        rate_ticket(session, actor_of(shop.ann), ticket.id, "good", now=NOW)


def test_nobody_else_says_how_it_was(database: Database, shop: Shop, solved: Ticket) -> None:
    with database.transaction() as session:
        with pytest.raises(NotFound):
            rate_ticket(session, actor_of(shop.bob), solved.id, "bad", now=NOW)
        add_person_to(session, shop.agent, solved.id, shop.bob.id, now=NOW)
        for actor in (actor_of(shop.bob), shop.agent):
            with pytest.raises(NotAllowed):
                rate_ticket(session, actor, solved.id, "bad", now=NOW)
    assert now_of(database, solved).rating is None
