"""Internal notes."""

from __future__ import annotations

import pytest

from helpdesk.actions.add_note import add_note
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Ticket
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import (
    comments_of,
    now_of,
    outbox,
)
from tests.support.factories import NOW, Shop


def test_notes_stay_inside(database: Database, shop: Shop, ticket: Ticket) -> None:
    before = now_of(database, ticket)
    with database.transaction() as session:
        note = add_note(session, shop.agent, ticket.id, text="He is right.", now=NOW)
    assert (note.internal, note.from_staff) == (True, True)
    assert outbox(database, "comment_added_customer") == []
    after = now_of(database, ticket)
    assert (after.status, after.preview, after.answered, after.waiting_since) == (
        before.status,
        before.preview,
        before.answered,
        before.waiting_since,
    )
    assert after.comment_count == before.comment_count + 1


def test_customers_write_no_notes(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            add_note(session, actor_of(shop.ann), ticket.id, text="Psst", now=NOW)
        with pytest.raises(NotFound):
            add_note(session, actor_of(shop.bob), ticket.id, text="Psst", now=NOW)
        with pytest.raises(InvalidInput):
            add_note(session, shop.agent, ticket.id, text=" ", now=NOW)
    assert len(comments_of(database, ticket.id)) == 1
