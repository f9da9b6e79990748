"""An address that somebody has proven becomes theirs, with all that stands under it."""

from __future__ import annotations

import pytest

from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.join_people import give_address
from helpdesk.actions.save_order import save_order
from helpdesk.actions.side_conversation import SideMessage, start_side_conversation
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import Order, Person, Ticket
from helpdesk.queries.side_conversations import side_conversations
from helpdesk.tickets.orders import OrderDetails
from helpdesk.tickets.people import person_at
from tests.helpdesk.mails import comments_of, mail, now_of, outbox, participants_of, receive
from tests.support.factories import NOW, Shop, make_ticket

BOB = "bob@mail.example"


def give(database: Database, address: str, person_id: int) -> None:
    with database.transaction() as session:
        give_address(session, address, session.get_one(Person, person_id), NOW)


def owner(database: Database, address: str) -> int | None:
    with database.reading() as session:
        found = person_at(session, address)
        return found.id if found else None


def test_an_address_that_is_nobodys_is_added(database: Database, shop: Shop) -> None:
    for _ in range(2):
        give(database, "ann@work.example", shop.ann.id)
    assert owner(database, "ann@work.example") == owner(database, "ann@mail.example") == shop.ann.id


def test_whoever_had_it_alone_becomes_one_with_its_new_owner(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        bobs = make_ticket(session, shop.bob)
        add_person_to(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
        order, _ = save_order(session, shop.agent, "4711", OrderDetails(BOB), now=NOW)
        order_id = order.id
    give(database, BOB, shop.ann.id)
    assert owner(database, BOB) == shop.ann.id
    assert now_of(database, bobs).requester_id == shop.ann.id
    assert list(participants_of(database, ticket.id)) == [shop.ann.id]
    assert list(participants_of(database, bobs.id)) == [shop.ann.id]
    assert comments_of(database, bobs.id)[0].author_id == shop.ann.id
    with database.reading() as session:
        assert session.get_one(Order, order_id).person_id == shop.ann.id
        assert session.get_one(Person, shop.bob.id).joined_into_id == shop.ann.id


def test_nobody_is_taken_over_who_is_more_than_this_address(database: Database, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        give(database, "agent@shop.example", shop.ann.id)
    give(database, "bob@work.example", shop.bob.id)
    with pytest.raises(NotAllowed):
        give(database, BOB, shop.ann.id)
    assert owner(database, BOB) == shop.bob.id


def test_side_conversations_go_on_with_who_they_are_now(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    carrier, clerk = "info@carrier.example", "clerk@carrier.example"
    with database.transaction() as session:
        aside = SideMessage("Where is it?", to=f"{carrier}, {clerk}", subject="Parcel")
        start_side_conversation(session, shop.agent, ticket.id, aside, now=NOW)
    asked = outbox(database, "side_message_outside")[0]
    now_clerks = owner(database, clerk)
    assert now_clerks
    give(database, carrier, now_clerks)
    with database.reading() as session:
        (side,) = side_conversations(session, ticket.id)
    assert [person.id for person in side.people] == [now_clerks]
    receive(database, mail(carrier, to=(asked.reply_to,), verdict="pass"))
    heard = comments_of(database, ticket.id)[-1]
    assert (heard.side_conversation_id, heard.staff_annotation) == (side.id, "")
