"""What somebody has read, and what is new to them since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.add_note import add_note
from helpdesk.actions.mark_seen import mark_seen
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import Comment, Person, Ticket
from helpdesk.queries.queue import queue_page
from helpdesk.queries.unread import is_seen
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import Role
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(minutes=1)


def is_unread(database: Database, person_id: int | None, ticket: Ticket) -> bool:
    reader = Actor(person_id, Role.AGENT)
    with database.reading() as session:
        rows = queue_page(session, reader, "all").rows
        return next(row.is_unread for row in rows if row.id == ticket.id)


def wrote(database: Database, shop: Shop, ticket: Ticket, text: str) -> Comment:
    with database.transaction() as session:
        return reply(session, actor_of(shop.ann), ticket.id, Answer(text), now=LATER)


def test_each_reads_for_oneself(database: Database, shop: Shop, ticket: Ticket) -> None:
    agent, admin = shop.agent.person_id, shop.admin.person_id
    assert agent
    assert not is_unread(database, agent, ticket), "it was there when they came"
    words = wrote(database, shop, ticket, "And the lid, too.")
    assert is_unread(database, agent, ticket)
    with database.transaction() as session:
        mark_seen(session, shop.agent, ticket.number, words.id, now=LATER)
        mark_seen(session, shop.agent, ticket.number, words.id - 1, now=LATER)  # an older tab
    with database.reading() as session:
        assert is_seen(session, agent, ticket.id, words.id)
        assert not is_seen(session, agent, ticket.id, words.id + 1)
    assert not is_unread(database, agent, ticket)
    assert is_unread(database, admin, ticket)
    with database.transaction() as session:
        add_note(session, shop.agent, ticket.id, text="I look at it.", now=LATER)
    assert not is_unread(database, agent, ticket), "one's own words are no news"
    wrote(database, shop, ticket, "Hello?")
    assert is_unread(database, agent, ticket)


def test_what_was_there_before_counts_as_read(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    wrote(database, shop, ticket, "And the lid, too.")
    with database.transaction() as session:
        session.get_one(Person, shop.agent.person_id).reads_from = LATER
    assert not is_unread(database, shop.agent.person_id, ticket)


def test_customers_mark_nothing(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session, pytest.raises(NotAllowed):
        mark_seen(session, actor_of(shop.ann), ticket.number, 1, now=NOW)
    with database.transaction() as session, pytest.raises(NotFound):
        mark_seen(session, shop.agent, "TKT19990101001", 1, now=NOW)
