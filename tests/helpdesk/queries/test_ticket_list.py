"""The API's list of tickets."""

from __future__ import annotations

from typing import Any

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW, Shop, make_ticket


def test_the_list_filters_and_searches_what_the_actor_may_see(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        bobs = make_ticket(session, shop.bob, "100% of the_lids\\are loose")
        change_status(session, shop.agent, bobs.id, "resolved", now=NOW)

    def found(actor: Actor, **wanted: Any) -> list[int]:
        with database.reading() as session:
            listed = ticket_list(session, actor, TicketFilter(**wanted))
            assert listed.count == len(listed.tickets)
            return [one.ticket.id for one in listed.tickets]

    assert found(shop.agent) == [bobs.id, ticket.id]
    assert found(actor_of(shop.ann)) == [ticket.id]
    assert found(shop.agent, status=["resolved"]) == [bobs.id]
    assert found(shop.agent, priority=["urgent"]) == []
    assert found(shop.agent, search="LIDS 100%") == [bobs.id]
    assert found(shop.agent, search="bob@mail") == [bobs.id]
    assert found(shop.agent, search="the_lids\\are") == [bobs.id]
    assert found(shop.agent, search="l_ds") == []
    assert found(shop.agent, status=["resolved", str(ticket.status)]) == [bobs.id, ticket.id]
    assert found(shop.agent, search="\0\ud800") == [bobs.id, ticket.id]


def test_a_search_finds_what_was_said_and_customers_only_what_they_may_see(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("The gasket is worn, Müller."), now=NOW)
        add_note(session, shop.agent, ticket.id, text="She shouted about refunds.", now=NOW)

    def found(actor: Actor, search: str) -> list[int]:
        with database.reading() as session:
            listed = ticket_list(session, actor, TicketFilter(search=search))
            return [one.ticket.id for one in listed.tickets]

    for words in ("gasket", "GASK worn", "muller gasket"):
        assert found(shop.agent, words) == [ticket.id], words
    assert found(shop.agent, "shouted refunds") == [ticket.id]
    assert found(shop.agent, "is:open gasket") == [], "no operators here"
    assert found(actor_of(shop.ann), "gasket") == [ticket.id]
    assert found(actor_of(shop.ann), "shouted") == []
    assert found(actor_of(shop.bob), "gasket") == []
