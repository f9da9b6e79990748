"""Whose names our mails carry: never one that nothing proves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.send_notifications import send_notifications
from helpdesk.actor import VISITOR
from helpdesk.db import Database
from helpdesk.mail_in.incoming import Forwarded, Incoming, NamedAddress
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.queries.queue_rows import QueueRow
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.people import person_at
from tests.helpdesk.mails import mail, outbox, receive
from tests.support.factories import NOW, Shop

KIM = "kim@else.example"
PLANTED = "You have won at evil"


def named(name: str, **changed: Any) -> Incoming:
    sender = NamedAddress(name, KIM)
    return replace(mail(KIM, **changed), sender=sender, from_field=sender)


def row_of(database: Database, shop: Shop, number: str) -> QueueRow:
    with database.reading() as session:
        rows = queue_page(session, shop.agent, "all").rows
    return next(row for row in rows if row.number == number)


def name_of(database: Database, address: str) -> str:
    with database.reading() as session:
        person = person_at(session, address)
        assert person
        return person.name


def everything_mailed(database: Database) -> str:
    with database.transaction() as session:
        send_notifications(session, now=NOW)
    return str([(one.recipient_name, one.subject, one.values) for one in outbox(database)])


@pytest.mark.parametrize("verdict", ["none", "unknown", "fail"])
def test_a_name_that_nothing_proves_stands_on_its_mail_alone(
    database: Database, shop: Shop, verdict: str
) -> None:
    filed = receive(database, named(PLANTED, verdict=verdict))
    row = row_of(database, shop, filed.ticket_number)
    assert (row.requester_name, row.claimed_name) == ("", PLANTED)
    with database.transaction() as session:
        page = ticket_page(session, shop.agent, filed.ticket_number)
        assert (page.ticket.claimed_name, page.comments[0].claimed_name) == (PLANTED, PLANTED)
        wanted = QueueFilter(search="won at evil")
        assert len(queue_page(session, shop.agent, "all", wanted).rows) == 1
        reply(session, shop.agent, filed.ticket_id or 0, Answer("Which one?"), now=NOW)
    assert name_of(database, KIM) == ""
    assert "evil" not in everything_mailed(database)


def test_a_proven_mail_names_its_sender_for_good(database: Database, shop: Shop) -> None:
    first = receive(database, named("Kim", verdict="none"))
    receive(database, named("Kim Li", verdict="pass"))
    receive(database, named("Eve", verdict="pass"))
    again = receive(database, named(PLANTED, verdict="none"))
    assert name_of(database, KIM) == "Kim Li"
    assert row_of(database, shop, first.ticket_number).requester_name == "Kim Li"
    with database.transaction() as session:
        page = ticket_page(session, shop.agent, again.ticket_number)
        assert page.comments[0].claimed_name == PLANTED
        reply(session, shop.agent, again.ticket_id or 0, Answer("Hello."), now=NOW)
    assert "evil" not in everything_mailed(database)


def test_nobody_names_others(database: Database, shop: Shop) -> None:
    """Neither in copy, nor in Reply-To, nor in a mail that is forwarded."""
    planted = NamedAddress(PLANTED, KIM)
    mails = [
        replace(mail("eve@evil.example", verdict="pass"), cc=(planted,)),
        mail("eve@else.example", verdict="pass", reply_to=(planted,)),
        mail(
            "agent@shop.example",
            "Fwd: Help",
            verdict="pass",
            forwarded=Forwarded(planted, "Help me.", ""),
        ),
    ]
    for one in mails:
        filed = receive(database, one)
        with database.transaction() as session:
            kim = person_at(session, KIM)
            assert kim
            assert kim.name == ""
            answer = Answer("Hello.", include=[kim.id])
            reply(session, shop.agent, filed.ticket_id or 0, answer, now=NOW)
    mailed = everything_mailed(database)
    assert KIM in [one.recipient for one in outbox(database)]
    assert PLANTED not in mailed


def test_what_is_typed_into_the_form_names_nobody(database: Database, shop: Shop) -> None:
    draft = TicketDraft("Help", "It leaks.", customer=KIM, customer_name=PLANTED)
    with database.transaction() as session:
        ticket = create_ticket(session, VISITOR, draft, now=NOW)
    assert row_of(database, shop, ticket.number).claimed_name == PLANTED
    assert name_of(database, KIM) == ""
    assert "evil" not in everything_mailed(database)


def test_staff_name_whom_they_open_a_ticket_for(database: Database, shop: Shop) -> None:
    draft = TicketDraft("Help", "It leaks.", customer=KIM, customer_name="Kim Li")
    with database.transaction() as session:
        create_ticket(session, shop.agent, draft, now=NOW)
    assert name_of(database, KIM) == "Kim Li"
