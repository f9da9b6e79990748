"""Who may be asked in a side conversation: nobody who is in the customer's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.change_people import add_person_to, change_requester, take_person_off
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.move_mail import move_mail
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import InboundMail, Participant, ParticipantRole, Person, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.people import person_at, person_for
from tests.helpdesk.actions.test_side_conversation import (
    CARRIER,
    sent,
    start,
    ticket,
    write,
)
from tests.helpdesk.mails import mail, outbox, participants_of, receive, ticket_of
from tests.support.factories import NOW, Shop

__all__ = ["ticket"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": ""}, "to"),
        ({"to": "nobody"}, "to"),
        ({"to": "support@shop.example"}, "to"),
        ({"to": "admin@shop.example"}, "to"),
        ({"to": "ann@mail.example"}, "to"),
        ({"subject": ""}, "subject"),
        ({"text": " "}, "comment"),
    ],
)
def test_what_does_not_hold_is_named(
    database: Database, shop: Shop, ticket: Ticket, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as problem:
        start(database, shop, ticket, **changed)
    assert problem.value.field == field
    assert not sent(database)


def test_it_says_once_that_somebody_is_a_customer_of_ours(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    receive(database, mail("bob@mail.example"))
    with pytest.raises(InvalidInput, match="is a customer of ours"):
        start(database, shop, ticket, to="bob@mail.example", known_customers=())
    known = ("bob@mail.example",)
    made = start(database, shop, ticket, to="bob@mail.example", known_customers=known)
    assert write(database, shop, made, "And?", known_customers=()).text == "And?"


def test_it_says_nothing_of_customers_of_other_mailboxes(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    theirs = ticket_of(database, receive(database, mail("bob@mail.example")))
    with database.transaction() as session:
        session.get_one(Ticket, theirs.id).mailbox_id = None
        agent_id = shop.agent.person_id
        assert agent_id
        set_mailbox_rights(session, shop.admin, agent_id, {shop.mailbox.id: "manage"}, now=NOW)
    with database.transaction() as session:
        agent = actor_of(session.get_one(Person, agent_id))
    seeing = replace(shop, agent=agent)
    assert start(database, seeing, ticket, to="bob@mail.example", known_customers=())


def pending(session: Session, ticket: Ticket, *, is_pending: bool = True) -> int:
    """Have the carrier be named in copy on the ticket."""
    person = person_for(session, CARRIER, "", NOW)
    session.add(
        Participant(
            ticket_id=ticket.id,
            person_id=person.id,
            role=ParticipantRole.COPY,
            pending=is_pending,
            added_at=NOW,
        )
    )
    session.flush()
    return person.id


def test_who_is_pending_is_left_out_before_they_are_asked(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        carrier = pending(session, ticket)
    with pytest.raises(InvalidInput, match="leave them out") as refused:
        start(database, shop, ticket)
    assert refused.value.field == "to"
    with database.transaction() as session:
        take_person_off(session, shop.agent, ticket.id, carrier, now=NOW)
    assert start(database, shop, ticket)


@pytest.mark.parametrize("is_pending", [True, False])
def test_who_came_onto_the_ticket_since_is_not_written_to_aside(
    database: Database, shop: Shop, ticket: Ticket, is_pending: bool
) -> None:
    made = start(database, shop, ticket)
    with database.transaction() as session:
        pending(session, ticket, is_pending=is_pending)
    with pytest.raises(InvalidInput, match="on this ticket"):
        write(database, shop, made, "And the price?")
    assert len(sent(database)) == 1


def _answer(session: Session, shop: Shop, ticket: Ticket, **changed: object) -> None:
    reply(session, shop.agent, ticket.id, Answer("A refund.", **changed), now=NOW)  # type: ignore[arg-type]


def _include(session: Session, shop: Shop, ticket: Ticket, person: Person) -> None:
    _answer(session, shop, ticket, include=[pending(session, ticket)])


WAYS: dict[str, tuple[str, Callable[[Session, Shop, Ticket, Person], object]]] = {
    "added": ("person", lambda s, shop, t, one: add_person_to(s, shop.agent, t.id, one, now=NOW)),
    "requester": (
        "person",
        lambda s, shop, t, one: change_requester(s, shop.agent, t.id, one, now=NOW),
    ),
    "included": ("cc", _include),
    "cc": ("cc", lambda s, shop, t, one: _answer(s, shop, t, cc=one.address)),
    "bcc": ("bcc", lambda s, shop, t, one: _answer(s, shop, t, bcc=one.address)),
}


@pytest.mark.parametrize("way", WAYS)
def test_who_is_asked_aside_does_not_come_to_the_customers_conversation(
    database: Database, shop: Shop, ticket: Ticket, way: str
) -> None:
    start(database, shop, ticket)
    field, bring = WAYS[way]
    with database.transaction() as session:
        carrier = person_at(session, CARRIER)
        assert carrier
        with pytest.raises(InvalidInput, match="side conversation") as refused:
            bring(session, shop, ticket, carrier)
    assert refused.value.field == field
    assert not outbox(database, "comment_added_customer")
    assert participants_of(database, ticket.id).get(carrier.id, True)


@pytest.mark.parametrize("turned", [False, True])
def test_their_own_ticket_is_not_merged_with_the_customers(
    database: Database, shop: Shop, ticket: Ticket, turned: bool
) -> None:
    start(database, shop, ticket)
    theirs = ticket_of(database, receive(database, mail(CARRIER, subject="Bill", text="Pay us")))
    one, into = (ticket, theirs) if turned else (theirs, ticket)
    with (
        database.transaction() as session,
        pytest.raises(InvalidInput, match=f"{CARRIER} is in a side") as refused,
    ):
        merge_tickets(session, shop.agent, one.id, into.id, now=NOW)
    assert refused.value.field == "into"


def test_nor_do_they_come_with_a_mail_that_is_moved(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    start(database, shop, ticket)
    first = receive(database, mail(CARRIER, subject="Bill", text="Pay us"))
    own = ticket_of(database, first)
    more = mail(CARRIER, subject=f"Re: [{own.number}] Bill", text="Now", verdict="pass")
    second = receive(database, more)
    assert second.ticket_id == own.id
    with database.reading() as session:
        theirs = select(InboundMail.id).where(InboundMail.message_id == more.message_id)
        mail_id = session.scalars(theirs).one()
    with database.transaction() as session, pytest.raises(InvalidInput, match="side conv") as no:
        move_mail(session, shop.agent, mail_id, ticket.number, now=NOW)
    assert no.value.field == "to"
