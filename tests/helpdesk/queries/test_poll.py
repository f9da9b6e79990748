"""What open pages ask every few seconds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import change_priority
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.poll import changed_in_view, newer_comments
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW, Shop, make_ticket


def test_what_came_since_is_counted_within_the_view(database: Database, shop: Shop) -> None:
    later = NOW + timedelta(minutes=1)
    with database.transaction() as session:
        make_ticket(session, shop.ann, "Old kettle")
        make_ticket(session, shop.ann, "New kettle", now=later)
        make_ticket(session, shop.bob, "New lamp", now=later)
    with database.reading() as session:
        assert changed_in_view(session, shop.agent, "open", NOW) == 2
        assert changed_in_view(session, shop.agent, "waiting", NOW) == 0
        kettles = QueueFilter(search="kettle")
        assert changed_in_view(session, shop.agent, "open", NOW, kettles) == 1
        assert changed_in_view(session, shop.agent, "open", later) == 0
        with pytest.raises(NotFound):
            changed_in_view(session, shop.agent, "nonsense", NOW)
        with pytest.raises(NotAllowed):
            changed_in_view(session, actor_of(shop.ann), "open", NOW)


def test_what_one_changed_oneself_is_no_news(database: Database, shop: Shop) -> None:
    later, last = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
    with database.transaction() as session:
        kettle, lamp = (make_ticket(session, shop.ann, one) for one in ("Kettle", "Lamp"))
        change_priority(session, shop.agent, kettle.id, "high", now=later)
        add_note(session, shop.agent, lamp.id, text="Ask the smith", now=later)
        ids = kettle.id, lamp.id
    with database.reading() as session:
        assert changed_in_view(session, shop.agent, "open", NOW) == 0
        assert changed_in_view(session, shop.admin, "open", NOW) == 2
    with database.transaction() as session:
        for ticket_id in ids:
            change_priority(session, shop.admin, ticket_id, "low", now=last)
    with database.reading() as session:
        assert changed_in_view(session, shop.agent, "open", NOW) == 2
        assert changed_in_view(session, shop.agent, "open", later) == 2


def test_newer_comments_of_a_ticket_are_counted(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        first = add_note(session, shop.agent, ticket.id, text="One", now=NOW)
        add_note(session, shop.agent, ticket.id, text="Two", now=NOW)
        session.flush()
        assert newer_comments(session, ticket.id, first.id) == 1
        assert newer_comments(session, ticket.id, 0) == 3
