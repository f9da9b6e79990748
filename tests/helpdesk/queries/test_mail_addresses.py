"""The addresses that mail is taken for: all that an SMTP server is told."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.readdress_mailbox import change_receiving, readdress_mailbox
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.stop_mailbox import pause_mailbox, remove_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.mail_addresses import LOOK_EVERY, AddressReader
from tests.support.factories import NOW, Shop, make_ticket

SUPPORT, ORDERS, HIDDEN = "support@shop.example", "orders@shop.example", "in@inbound.example"


def test_each_address_has_its_mailbox(database: Database, shop: Shop) -> None:
    reader = AddressReader()
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, ORDERS, fed_through=[HIDDEN, "lists.example"], now=NOW)
        pause_mailbox(session, SYSTEM, ORDERS, now=NOW)
    with database.reading() as session:
        known = reader.read(session, NOW)
    assert known.mailboxes == {SUPPORT, ORDERS}
    assert known.receives == {HIDDEN: ORDERS}, "the name of a list is no address"
    assert known.paused == {ORDERS}
    assert (known.gone, known.open_tickets) == ({}, {})


def test_where_an_address_is_gone_the_tickets_that_live_are_named(
    database: Database, shop: Shop
) -> None:
    reader = AddressReader()
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, ORDERS, now=NOW)
        alive, closed, closed_long = (make_ticket(session, shop.ann) for _ in range(3))
        for ticket, at in ((closed, NOW), (closed_long, NOW - timedelta(days=15))):
            change_status(session, shop.agent, ticket, "resolved", now=at)
            change_status(session, shop.agent, ticket, "closed", now=at)
        remove_mailbox(session, SYSTEM, SUPPORT, now=NOW)
    with database.reading() as session:
        known = reader.read(session, NOW)
    assert known.mailboxes == {ORDERS}
    assert known.gone == {SUPPORT: SUPPORT}
    assert known.open_tickets == {alive.id: 1, closed.id: 1}

    with database.transaction() as session:
        session.get_one(Ticket, alive.id).link_generation = 2
    for moment, generation in ((NOW, 1), (NOW + LOOK_EVERY, 2), (NOW - LOOK_EVERY, 2)):
        with database.reading() as session:
            assert reader.read(session, moment).open_tickets[alive.id] == generation


def test_a_former_address_is_gone_once_it_is_not_received(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        readdress_mailbox(session, SYSTEM, SUPPORT, "help@shop.example", now=NOW)
    with database.reading() as session:
        known = AddressReader().read(session, NOW)
    assert known.receives == {SUPPORT: "help@shop.example"}
    assert known.gone == {}
    with database.transaction() as session:
        change_receiving(session, SYSTEM, "help@shop.example", less=[SUPPORT], now=NOW)
    with database.reading() as session:
        known = AddressReader().read(session, NOW)
    assert (known.receives, known.gone) == ({}, {SUPPORT: "help@shop.example"})
    assert known.open_tickets == {ticket.id: 1}
