"""The mails of a side conversation: what they thread on, and what they do not tell."""

from __future__ import annotations

import json

from helpdesk.actions.claim_mails import claim_mails
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_out.render import render_mail
from helpdesk.models import Ticket
from helpdesk.queries.conversation import conversation
from helpdesk.queries.side_conversations import side_conversations
from tests.conftest import MakeSettings
from tests.helpdesk.actions.test_file_side_mail import answer
from tests.helpdesk.actions.test_side_conversation import (
    CARRIER,
    DEPOT,
    LATER,
    sent,
    start,
    ticket,
    write,
)
from tests.helpdesk.mails import now_of, outbox, receive
from tests.support.factories import Shop

__all__ = ["ticket"]


def test_it_leaves_to_each_and_tells_nothing_of_the_ticket(
    database: Database, shop: Shop, ticket: Ticket, make_settings: MakeSettings
) -> None:
    before = now_of(database, ticket)
    start(database, shop, ticket, to=f"{CARRIER}, {DEPOT}")
    mails = sent(database)
    assert [one.recipient for one in mails] == [CARRIER, DEPOT]
    assert mails[0].values["cc"] == [{"name": "", "address": DEPOT}]
    assert len({one.message_id for one in mails} | {one.reply_to for one in mails}) == 4
    with database.transaction() as session:
        claimed = claim_mails(session, worker="w", queue="answers", now=LATER)
    for one in claimed:
        rendered = render_mail(one, make_settings())
        fields = (one.reply_to, one.in_reply_to, *one.references)
        told = " ".join((rendered.subject, rendered.text, rendered.html, *fields))
        assert rendered.subject == "Parcel 1Z99"
        for secret in (ticket.number, "Order 77", "kettle", "ann", "/t/", "0.pdf"):
            assert secret not in told, secret
    after = now_of(database, ticket)
    fields = ("status", "answered", "waiting_since", "preview", "first_response_at", "assignee_id")
    assert all(getattr(after, name) == getattr(before, name) for name in fields)
    with database.reading() as session:
        public = conversation(session, ticket.id, public_only=True)
        (side,) = side_conversations(session, ticket.id)
    assert [one.text for one in public] == ["Where is my kettle?"]
    assert (side.subject, side.to) == ("Parcel 1Z99", f"{CARRIER}, {DEPOT}")


def test_the_customers_mails_name_none_of_its_ids(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    start(database, shop, ticket)
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("We ask the carrier."), now=LATER)
    answer = outbox(database, "comment_added_customer")[0]
    (aside,) = sent(database)
    told = json.dumps(answer.values) + " ".join([*answer.references, answer.in_reply_to])
    assert aside.message_id not in told
    assert "Where is it?" not in told
    assert CARRIER not in told
    assert not aside.references


def test_a_message_that_goes_on_threads_on_those_before(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    made = start(database, shop, ticket)
    write(database, shop, made, "Any news?")
    write(database, shop, made, "And you?", to=DEPOT)
    first, second, third = sent(database)
    assert (second.in_reply_to, second.subject) == (first.message_id, "Re: Parcel 1Z99")
    assert (third.recipient, third.references) == (DEPOT, [])
    with database.reading() as session:
        (side,) = side_conversations(session, ticket.id)
    assert side.to == f"{CARRIER}, {DEPOT}"
    write(database, shop, made, "To both.")
    assert [one.recipient for one in sent(database)[3:]] == [CARRIER, DEPOT]


def test_no_id_of_the_customers_goes_along(database: Database, shop: Shop, ticket: Ticket) -> None:
    made = start(database, shop, ticket)
    (asked,) = sent(database)
    hers = "hers@mail.example"
    receive(database, answer(asked, sender="ann@mail.example", message_id=hers))
    write(database, shop, made, "Well?")
    again = sent(database)[-1]
    assert (again.in_reply_to, again.references) == (asked.message_id, [asked.message_id])


def test_nor_does_one_supplier_get_the_ids_of_another(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    made = start(database, shop, ticket, to=f"{CARRIER}, {DEPOT}")
    asked = sent(database)[0]
    receive(database, answer(asked, message_id="alone@carrier.example"))
    both = {"to": (asked.reply_to,), "cc": (DEPOT,), "message_id": "both@carrier.example"}
    receive(database, answer(asked, **both))
    write(database, shop, made, "And you?", to=f"{CARRIER}, {DEPOT}, sales@rival.example")
    carrier, depot, rival = sent(database)[-3:]
    assert "alone@carrier.example" in carrier.references
    assert "alone@carrier.example" not in depot.references
    assert depot.in_reply_to == "both@carrier.example"
    assert (rival.in_reply_to, rival.references) == ("", [])
