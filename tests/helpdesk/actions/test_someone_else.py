"""Who answers what was written to another: the same person elsewhere, or somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.send_notifications import send_notifications
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.queue import queue_page
from helpdesk.queries.queue_rows import QueueRow
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.people import person_at
from tests.helpdesk.mails import (
    comments_of,
    mail,
    now_of,
    outbox,
    receive,
    recorded,
    reply_address,
    ticket_of,
)
from tests.support.factories import NOW, Shop

ANSWER = "comment_added_customer"
TAGGED = "zoe+shop@gmail.com"


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Of who wrote from an address with a tag; staff have answered, and wait."""
    filed = receive(database, mail(TAGGED, message_id="hers@gmail.com", verdict="pass"))
    with database.transaction() as session:
        assign(session, shop.agent, filed.ticket_id or 0, shop.agent.person_id, now=NOW)
        reply(session, shop.agent, filed.ticket_id or 0, Answer("Which lid is it?"), now=NOW)
    return ticket_of(database, filed)


def named(database: Database, ticket: Ticket, by: str) -> dict[str, Any]:
    """What a mail carries that names the ticket."""
    with database.reading() as session:
        requester = person_at(session, TAGGED)
    return {
        "token": {"to": [reply_address(database, ticket, requester)]},
        "our Message-ID": {"in_reply_to": (outbox(database, ANSWER)[0].message_id,)},
        "their Message-ID": {"references": ("hers@gmail.com",)},
        "number": {"subject": f"Re: [{ticket.number}]"},
    }[by]


def row_of(database: Database, shop: Shop, ticket: Ticket) -> QueueRow:
    with database.reading() as session:
        rows = queue_page(session, shop.agent, "all").rows
    return next(row for row in rows if row.id == ticket.id)


def told(database: Database, shop: Shop) -> list[str]:
    """What the agent was mailed since."""
    with database.transaction() as session:
        send_notifications(session, now=NOW)
    sent = outbox(database, "comment_added_staff")
    return [one.values["text"] for one in sent if one.recipient == "agent@shop.example"]


@pytest.mark.parametrize("address", ["zoe@gmail.com", "zoe@googlemail.com", "zoe+x@gmail.com"])
@pytest.mark.parametrize("by", ["token", "our Message-ID", "their Message-ID", "number"])
def test_the_same_person_from_another_address_joins(
    database: Database, shop: Shop, ticket: Ticket, address: str, by: str
) -> None:
    answer = mail(address, text="The red one.", verdict="pass", **named(database, ticket, by))
    assert receive(database, answer).ticket_id == ticket.id
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.internal, comment.unverified, comment.author_id) == (
        False,
        False,
        ticket.requester_id,
    )
    now = now_of(database, ticket)
    assert (now.status, now.preview, now.someone_else_said) == ("in_progress", "The red one.", "")
    decision = recorded(database)[-1].decision
    assert decision["written_from"] == address
    assert decision["level"] == ("V3" if by in ("token", "our Message-ID") else "V2")


@pytest.mark.parametrize("verdict", ["none", "unknown", "fail"])
@pytest.mark.parametrize("by", ["their Message-ID", "number"])
def test_unproven_it_is_somebody_else(
    database: Database, shop: Shop, ticket: Ticket, verdict: str, by: str
) -> None:
    answer = mail("zoe@gmail.com", verdict=verdict, **named(database, ticket, by))
    filed = receive(database, answer)
    assert filed.is_new_ticket
    with database.reading() as session:
        links = ticket_page(session, shop.agent, ticket.number).links
    assert [(one.number, one.kind, one.outgoing) for one in links] == [
        (filed.ticket_number, "mentions", False)
    ]


BY_TOKEN = [
    ("token", address, verdict)
    for address, verdict in (
        ("zoe@gmail.com", "none"),
        ("zoe@gmail.com", "fail"),
        ("eve@evil.example", "pass"),
        ("bob@mail.example", "pass"),
        ("agent@shop.example", "none"),
    )
]
BY_ID = [
    ("our Message-ID", address, verdict)
    for address, verdict in (
        ("zoe@gmail.com", "none"),
        ("zoe@gmail.com", "fail"),
        ("agent@shop.example", "none"),
    )
]


@pytest.mark.parametrize(("by", "address", "verdict"), BY_TOKEN + BY_ID)
def test_who_uses_what_was_made_for_another_is_heard_by_staff_and_never_in_silence(
    database: Database, shop: Shop, ticket: Ticket, by: str, address: str, verdict: str
) -> None:
    answer = mail(address, text="It is mine.", verdict=verdict, **named(database, ticket, by))
    assert receive(database, answer).ticket_id == ticket.id
    assert comments_of(database, ticket.id)[-1].internal
    row = row_of(database, shop, ticket)
    assert (row.status, row.someone_else_said) == ("in_progress", "It is mine.")
    assert row.preview == "Which lid is it?", "customers see this one"
    assert told(database, shop) == ["It is mine."]
    notice = outbox(database, "comment_added_staff")[-1]
    assert notice.values["author_name"].endswith(f"({address})"), "the name may be anybody's"
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Thank you."), now=NOW)
    row = row_of(database, shop, ticket)
    assert row.someone_else_said == ""


def test_who_is_let_in_is_nobody_else_any_more(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    receive(database, mail("bob@mail.example", **named(database, ticket, "token")))
    with database.transaction() as session:
        add_person_to(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
    assert row_of(database, shop, ticket).someone_else_said == ""


@pytest.mark.parametrize("path", [("resolved",), ("resolved", "closed")])
def test_a_strangers_answer_reopens_nothing(
    database: Database, shop: Shop, ticket: Ticket, path: tuple[str, ...]
) -> None:
    with database.transaction() as session:
        for status in path:
            change_status(session, shop.agent, ticket.id, status, now=NOW)
    receive(database, mail("eve@evil.example", text="Mine.", **named(database, ticket, "token")))
    assert now_of(database, ticket).status == path[-1]
    assert row_of(database, shop, ticket).someone_else_said == "Mine."
    assert told(database, shop) == ["Mine."]


def test_a_machines_answer_moves_nothing(database: Database, shop: Shop, ticket: Ticket) -> None:
    away = mail("eve@evil.example", kind="auto_reply", **named(database, ticket, "token"))
    assert receive(database, away).ticket_id == ticket.id
    now = now_of(database, ticket)
    assert (now.status, now.someone_else_said, told(database, shop)) == ("waiting", "", [])


def test_staff_are_never_taken_for_another_address_of_theirs(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.reading() as session:
        agent = person_at(session, "agent@shop.example")
    to = [reply_address(database, ticket, agent)]
    receive(database, mail("agent+x@shop.example", text="Refund!", to=to, verdict="pass"))
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.internal, comment.from_staff) == (True, False)
