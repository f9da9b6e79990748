"""Deleting tickets: merged ones go along, and files are noted with it."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.delete_tickets import delete_tickets
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.db import Database
from helpdesk.models import Ticket, UnusedFile
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from tests.support.factories import NOW, Shop, make_ticket


def test_a_chain_of_merged_tickets_goes_as_one(database: Database, shop: Shop) -> None:
    key = "ab" * 32
    with database.transaction() as session:
        files = [StoredFile("a.txt", "text/plain", 3, key)]
        draft = TicketDraft("first", "It leaks.", files=files)
        first = create_ticket(session, actor_of(shop.ann), draft, now=NOW).id
        second, third = make_ticket(session, shop.ann).id, make_ticket(session, shop.ann).id
        make_ticket(session, shop.bob, "other")
        merge_tickets(session, shop.agent, first, second, now=NOW)
        merge_tickets(session, shop.agent, second, third, now=NOW)
    with database.transaction() as session:
        gone = delete_tickets(session, [third], reason="Gone.", cause="trash", now=NOW)
    assert gone == 3
    with database.reading() as session:
        assert session.scalars(select(Ticket.subject)).all() == ["other"]
        assert session.execute(select(UnusedFile.key, UnusedFile.cause)).all() == [(key, "trash")]
