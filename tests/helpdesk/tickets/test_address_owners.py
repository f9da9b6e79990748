"""Addresses of mailboxes and of people never meet, whoever gives them and in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import edit_person as edit
from helpdesk.actions.change_people import add_person_to, change_requester
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_mailbox import edit_mailbox
from helpdesk.actions.join_people import give_address
from helpdesk.actions.save_order import save_order
from helpdesk.actions.set_up import add_mailbox, add_person
from helpdesk.actor import SYSTEM, VISITOR
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.mail_in.same_mailbox import reader_of
from helpdesk.models import Mailbox, Participant, PersonAddress
from helpdesk.tickets.orders import OrderDetails
from helpdesk.tickets.people import new_customer, person_for
from tests.helpdesk.actions.administration import BOX
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, Shop

OURS = ("support@shop.example", " Support+x@SHOP.example ", "hidden@shop.example",
        "hidden+tag@shop.example")  # fmt: skip

Give = Callable[[Session, Shop, str], object]
_DRAFT = {"subject": "A kettle that leaks", "description": "It leaks at the bottom."}
WAYS: dict[str, Give] = {
    "page": lambda s, shop, a: add_person(s, shop.admin, a, role="agent", now=NOW),
    "command": lambda s, shop, a: add_person(s, SYSTEM, a, role="customer", now=NOW),
    "address": lambda s, shop, a: edit.add_address(s, shop.admin, shop.bob.id, a, now=NOW),
    "order": lambda s, shop, a: save_order(s, shop.agent, "A-1", OrderDetails(a), now=NOW),
    "staff's ticket": lambda s, shop, a: create_ticket(
        s, shop.agent, TicketDraft(**_DRAFT, customer=a), now=NOW
    ),
    "form": lambda s, shop, a: create_ticket(
        s, VISITOR, TicketDraft(**_DRAFT, customer=a), now=NOW
    ),
    "link": lambda s, shop, a: give_address(s, a.strip().lower(), shop.bob, NOW),
    "mail": lambda s, shop, a: new_customer(s, a, "", NOW),
    "whoever": lambda s, shop, a: person_for(s, a, "", NOW),
}


@pytest.fixture
def fed(database: Database, shop: Shop) -> Shop:
    """The shop, with a hidden address that feeds its mailbox."""
    with database.transaction() as session:
        session.get_one(Mailbox, shop.mailbox.id).fed_through = ["hidden@shop.example", "a.list.id"]
    return shop


@pytest.mark.parametrize("address", OURS)
@pytest.mark.parametrize("way", WAYS)
def test_no_person_has_a_mailbox_s_address(
    database: Database, fed: Shop, way: str, address: str
) -> None:
    with pytest.raises(InvalidInput) as refused, database.transaction() as session:
        WAYS[way](session, fed, address)
    assert "our own" in refused.value.message
    assert refused.value.field in ("email", "address", "customer")
    with database.reading() as session:
        assert not session.scalars(
            select(PersonAddress).where(PersonAddress.address.contains("+"))
        ).all()


def test_staff_are_told_which_mailbox_and_a_stranger_is_not(database: Database, fed: Shop) -> None:
    said = {}
    for way in ("page", "form"):
        with pytest.raises(InvalidInput) as refused, database.transaction() as session:
            WAYS[way](session, fed, "hidden@shop.example")
        said[way] = refused.value.message
    assert fed.mailbox.name in said["page"]
    assert fed.mailbox.name not in said["form"]


@pytest.mark.parametrize("taken", ["ann@mail.example", "ANN@mail.example"])
@pytest.mark.parametrize("tag", ["", "+shop"])
def test_no_mailbox_takes_a_person_s_address(
    database: Database, shop: Shop, taken: str, tag: str
) -> None:
    with database.transaction() as session:
        if tag:
            edit.add_address(session, shop.admin, shop.ann.id, "kim+shop@mail.example", now=NOW)
            taken = "kim@mail.example"
    box = shop.mailbox
    tries: tuple[tuple[str, Callable[[Session], object]], ...] = (
        ("address", lambda s: add_mailbox(s, SYSTEM, taken, now=NOW)),
        ("fed_through", lambda s: add_mailbox(
            s, SYSTEM, "new@shop.example", fed_through=[taken], now=NOW)),
        ("fed_through", lambda s: add_mailbox(
            s, SYSTEM, box.address, fed_through=[f"<{taken}>"], now=NOW)),
        ("fed_through", lambda s: edit_mailbox(
            s, shop.admin, box.id, replace(BOX, fed_through=taken), now=NOW)),
    )  # fmt: skip
    for field, attempt in tries:
        with pytest.raises(InvalidInput) as refused, database.transaction() as session:
            attempt(session)
        assert refused.value.field == field
        assert shop.ann.shown_name in refused.value.message
    with database.transaction() as session:
        # An address that only looks alike, and a list's name, are free.
        add_mailbox(session, SYSTEM, "an_@mail.example", fed_through=["list.mail.example"], now=NOW)


@pytest.mark.parametrize(
    ("one", "other"),
    [("büro.example", "xn--bro-hoa.example"), ("xn--bro-hoa.example", "büro.example")],
)
def test_two_spellings_of_a_domain_are_one_address(
    database: Database, shop: Shop, one: str, other: str
) -> None:
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, f"hi@{one}", now=NOW)
        edit.add_address(session, shop.admin, shop.ann.id, f"ann@{one}", now=NOW)
        edit.add_address(session, shop.admin, shop.bob.id, f"bob+x@{one}", now=NOW)
    for attempt in (
        lambda s: edit.add_address(s, shop.admin, shop.bob.id, f"hi@{other}", now=NOW),
        lambda s: add_mailbox(s, SYSTEM, f"hi@{other}", now=NOW),
        lambda s: add_mailbox(s, SYSTEM, f"ann@{other}", now=NOW),
        lambda s: add_mailbox(s, SYSTEM, f"bob@{other}", now=NOW),
        lambda s: add_mailbox(
            s, SYSTEM, shop.mailbox.address, fed_through=[f"hi@{other}"], now=NOW
        ),
    ):
        with pytest.raises(InvalidInput), database.transaction() as session:
            attempt(session)
    with database.transaction() as session:
        reader = reader_of(session, f"ann@{other}")
        assert reader is not None
        assert reader.id == shop.ann.id


def test_who_has_such_an_address_from_of_old_comes_onto_no_ticket(
    database: Database, shop: Shop
) -> None:
    filed = receive(database, mail())
    with database.transaction() as session:
        old = person_for(session, "old@shop.example", "Old", NOW)
        session.get_one(Mailbox, shop.mailbox.id).fed_through = ["old@shop.example"]
    for act in (add_person_to, change_requester):
        with pytest.raises(InvalidInput) as refused, database.transaction() as session:
            act(session, shop.agent, filed.ticket_id or 0, old.id, now=NOW)
        assert refused.value.field == "person"
    for way in ("staff's ticket", "order", "page"):
        with pytest.raises(InvalidInput), database.transaction() as session:
            WAYS[way](session, shop, "old@shop.example")


@pytest.mark.parametrize("verdict", ["pass", "none"])
def test_a_mail_brings_no_mailbox_onto_a_ticket(
    database: Database, fed: Shop, verdict: str
) -> None:
    receive(database, mail(cc=["hidden+x@shop.example", "support@shop.example"], verdict=verdict))
    receive(database, mail("hidden@shop.example", verdict=verdict))
    with database.reading() as session:
        on_tickets = session.scalars(
            select(PersonAddress.address).join(
                Participant, Participant.person_id == PersonAddress.person_id
            )
        ).all()
        assert not [each for each in on_tickets if each.startswith(("hidden", "support"))]
