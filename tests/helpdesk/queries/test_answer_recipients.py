"""Who would get an answer now."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.actions.set_up import add_person
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.answer_recipients import answer_recipients, copy_recipients
from helpdesk.vocabulary import MailboxRight
from tests.helpdesk.actions.test_side_conversation import CARRIER, start
from tests.helpdesk.queries.conftest import in_copy
from tests.support.factories import NOW, Shop


def test_the_requester_and_who_is_in_copy_get_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    in_copy(database, ticket, shop, pending=False)
    with database.reading() as session:
        ann, bob = answer_recipients(session, session.get_one(Ticket, ticket.id))
    assert (ann.person.id, ann.is_new, ann.is_outside) == (shop.ann.id, False, False)
    assert (bob.person.id, bob.is_new, bob.is_outside) == (shop.bob.id, True, False)


def test_who_is_pending_gets_it_if_the_writer_says_so(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    in_copy(database, ticket, shop, pending=True)
    with database.reading() as session:
        found = session.get_one(Ticket, ticket.id)
        assert [line.person.id for line in answer_recipients(session, found)] == [shop.ann.id]
        taken_in = answer_recipients(session, found, include={shop.bob.id})
        assert [line.person.id for line in taken_in] == [shop.ann.id, shop.bob.id]


def test_who_was_only_written_to_aside_is_new_in_copy(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    start(database, shop, ticket)
    with database.reading() as session:
        found = session.get_one(Ticket, ticket.id)
        (carrier,) = copy_recipients(session, shop.agent, found, CARRIER, "cc", besides=())
        (ann,) = copy_recipients(session, shop.agent, found, shop.ann.address, "cc", besides=())
    assert (carrier.is_new, ann.is_new) == (True, False)


def test_of_an_address_only_what_was_typed_is_shown_to_who_may_not_know_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    some = replace(shop.agent, rights=((shop.mailbox.id, MailboxRight.MANAGE),))
    with database.transaction() as session:
        zoe = add_person(
            session, SYSTEM, "zoe@mail.example", role="customer", name="Zoe Quagga", now=NOW
        )
        zoe.addresses[0].bounced_at = NOW
        session.flush()
        ticket = session.get_one(Ticket, ticket.id)
        shown = {
            actor: copy_recipients(session, actor, ticket, zoe.address, "cc", besides=())
            for actor in (shop.agent, some)
        }
        typed = f"Zo <{zoe.address}>"
        [named] = copy_recipients(session, some, ticket, typed, "cc", besides=())
    assert [(one.name, one.bounced) for one in shown[shop.agent]] == [("Zoe Quagga", True)]
    assert [(one.name, one.bounced) for one in shown[some]] == [("zoe", False)]
    assert (named.name, named.address) == ("Zo", "zoe@mail.example")
