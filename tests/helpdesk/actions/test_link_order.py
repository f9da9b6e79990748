"""An order links itself where its own customer names it, and staff have the last word."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.actions.link_order import change_order
from helpdesk.actions.save_order import save_order
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Order, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.orders import OrderDetails
from tests.helpdesk.mails import history_of, mail, receive, ticket_of
from tests.support.factories import NOW, Shop, make_shop

ANN, BOB = "ann@mail.example", "bob@mail.example"


@pytest.fixture
def shop(database: Database) -> Shop:
    """Ann has the orders A-1001 and #2002, Bob has 3003."""
    shop = make_shop(database)
    with database.transaction() as session:
        for number, customer in (("A-1001", ANN), ("#2002", ANN), ("3003", BOB)):
            save_order(session, shop.agent, number, OrderDetails(customer), now=NOW)
    return shop


def order_of(database: Database, ticket_id: int | None) -> str | None:
    with database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        return session.get_one(Order, ticket.order_id).number if ticket.order_id else None


def linked(database: Database, sender: str, subject: str, text: str = "x", **more: Any) -> Any:
    return order_of(database, receive(database, mail(sender, subject, text, **more)).ticket_id)


def test_the_order_that_its_customer_names(database: Database, shop: Shop) -> None:
    assert linked(database, ANN, "Order A-1001") == "A-1001"
    assert linked(database, ANN, "My order", "It is a-1001, from Monday.") == "A-1001"
    assert linked(database, ANN, "Where is 2002?") == "#2002"
    # The first that counts, in the order in which they stand.
    assert linked(database, ANN, "3003, #2002 or A-1001") == "#2002"
    filed = receive(database, mail(ANN, "A-1001"))
    (change,) = [c for c in history_of(database, filed.ticket_id) if c.field == "order"]
    assert (change.old_value, change.new_value, change.changed_by_id) == ("", "A-1001", None)
    assert change.reason == "named in the customer's mail"


def test_never_somebody_elses(database: Database, shop: Shop) -> None:
    assert linked(database, ANN, "Order 3003") is None
    assert linked(database, "stranger@else.example", "Order A-1001") is None
    assert linked(database, ANN, "Order A-1001", verdict="fail") is None
    assert linked(database, ANN, "Away, order A-1001", kind="auto_reply") is None


def test_only_its_customer_links_it_later(database: Database, shop: Shop) -> None:
    filed = receive(database, mail(ANN, "Help", message_id="hers@mail.example", cc=[BOB],
                                   verdict="pass"))  # fmt: skip
    answers = {"in_reply_to": ("hers@mail.example",), "verdict": "pass"}
    receive(database, mail(BOB, "Re: Help", "Mine is 3003, hers A-1001.", **answers))
    assert order_of(database, filed.ticket_id) is None
    receive(database, mail(ANN, "Re: Help", "It is A-1001.", **answers))
    assert order_of(database, filed.ticket_id) == "A-1001"
    receive(database, mail(ANN, "Re: Help", "No, 2002.", **answers))
    assert order_of(database, filed.ticket_id) == "A-1001"


def test_what_staff_removed_stays_away(database: Database, shop: Shop) -> None:
    filed = receive(database, mail(ANN, "Order A-1001", message_id="hers@mail.example"))
    ticket = ticket_of(database, filed)
    with database.transaction() as session:
        change_order(session, shop.agent, ticket.id, "", reason="another one", now=NOW)
    receive(database, mail(ANN, "Re: A-1001", "A-1001!", in_reply_to=("hers@mail.example",)))
    assert order_of(database, ticket.id) is None
    with database.transaction() as session:
        change_order(session, shop.agent, ticket.id, " 2002 ", now=NOW)
        change_order(session, shop.agent, ticket.id, "#2002", now=NOW)
    assert order_of(database, ticket.id) == "#2002"
    changes = [c for c in history_of(database, ticket.id) if c.field == "order"]
    assert [(c.old_value, c.new_value, c.reason) for c in changes[1:]] == [
        ("A-1001", "", "another one"),
        ("", "#2002", ""),
    ]


def test_who_may_set_it_and_to_what(database: Database, shop: Shop) -> None:
    ticket = ticket_of(database, receive(database, mail(ANN, "Help")))
    with database.transaction() as session:
        for number in ("3003", "nothing", "\0", "x" * 100):
            with pytest.raises(InvalidInput) as refused:
                change_order(session, shop.agent, ticket.id, number, now=NOW)
            assert refused.value.field == "order"
        with pytest.raises(NotAllowed):
            change_order(session, actor_of(shop.ann), ticket.id, "A-1001", now=NOW)
        with pytest.raises(NotFound):
            change_order(session, Actor(shop.bob.id, "customer"), ticket.id, "3003", now=NOW)
