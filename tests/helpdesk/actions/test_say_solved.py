"""“This is solved”, “I still need help”: said by whoever asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.say_solved import ask_for_more_help, say_solved
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import Ticket
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import history_of, now_of, steps_of
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(hours=1)


def test_the_requester_resolves_and_opens_again(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    ann = actor_of(shop.ann)
    for say in (ask_for_more_help, say_solved, say_solved):
        with database.transaction() as session:
            say(session, ann, ticket.id, now=NOW)
    assert now_of(database, ticket).status == "resolved"
    assert history_of(database, ticket.id)[-1].reason == "the customer says so"
    steps = len(steps_of(database, ticket.id))
    with database.transaction() as session:
        ask_for_more_help(session, ann, ticket.id, now=LATER)
    after = now_of(database, ticket)
    assert (after.status, after.answered, after.waiting_since) == ("open", False, LATER)
    assert len(steps_of(database, ticket.id)) == steps + 1


def test_nobody_else_says_so(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        for say in (say_solved, ask_for_more_help):
            with pytest.raises(NotAllowed):
                say(session, shop.agent, ticket.id, now=NOW)
            with pytest.raises(NotFound):
                say(session, actor_of(shop.bob), ticket.id, now=NOW)
