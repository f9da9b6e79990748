"""The limited view of a ticket that a form began."""

from __future__ import annotations

import pytest

from helpdesk import links
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.models import Ticket
from helpdesk.queries.limited_view import limited_view
from tests.conftest import SECRET
from tests.support.factories import NOW, Shop, make_ticket


def test_it_shows_the_status_and_no_answer(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        token = links.limited_view_token(SECRET, ticket.id, ticket.link_generation)
    with database.reading() as session:
        view = limited_view(session, token)
    assert (view.number, view.status, view.awaits_first_answer) == (ticket.number, "open", True)
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("A secret answer"), now=NOW)
    with database.reading() as session:
        answered = limited_view(session, token)
    assert (answered.status, answered.awaits_first_answer) == ("waiting", False)
    assert answered.version != view.version
    assert "secret" not in repr(answered)


def test_a_token_of_another_make_shows_nothing(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        revoked = links.limited_view_token(SECRET, ticket.id, ticket.link_generation)
        session.get_one(Ticket, ticket.id).link_generation += 1
    tracking = links.tracking_token(SECRET, ticket.id, ticket.link_generation, shop.ann.id)
    with database.reading() as session:
        for wrong in (revoked, tracking, "", "x"):
            with pytest.raises(NotFound):
                limited_view(session, wrong)
