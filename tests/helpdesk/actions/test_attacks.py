"""Attacks by the thousand, on the receiving itself: over real SMTP they stand in the journeys."""

from __future__ import annotations

import pytest

from helpdesk import links
from helpdesk.actions.receive_mail import receive_mail
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.tickets.people import person_at
from tests.helpdesk.mails import (
    comments_of,
    mail,
    outbox,
    participants_of,
    receive,
    ticket_of,
)
from tests.support.factories import NOW, Shop

pytestmark = pytest.mark.databases("sqlite")

ACK = "ticket_created_customer"
ANSWER = "comment_added_customer"


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's, with an answer from staff."""
    filed = receive(database, mail(subject="Secret of Ann"))
    with database.transaction() as session:
        reply(session, shop.agent, filed.ticket_id or 0, Answer("Try a new seal."), now=NOW)
    return ticket_of(database, filed)


def test_a_thousand_guessed_numbers_join_and_reveal_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        for number in range(1000):
            guess = mail("eve@evil.example", f"Re: [TKT20261123{number:03}]", verdict="pass")
            assert receive_mail(session, guess, now=NOW).ticket_id != ticket.id
    assert len(comments_of(database, ticket.id)) == 2
    acknowledged = [sent for sent in outbox(database, ACK) if "eve" in sent.recipient]
    assert len(acknowledged) == 3
    assert "Secret of Ann" not in str([(sent.subject, sent.values) for sent in acknowledged])


def test_a_thousand_forged_message_ids_of_ours_join_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    for _ in range(20):
        forged = tuple(
            links.mint_message_id("guessed " * 8, ticket.id, shop.ann.id, "shop.example")
            for _ in range(50)
        )
        filed = receive(database, mail("ann@mail.example", "?", references=forged, verdict="pass"))
        assert filed.ticket_id != ticket.id
        assert filed.is_new_ticket


def test_a_thousand_tickets_in_a_victims_name_send_them_three_mails_without_a_word_of_it(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        for number in range(1000):
            tag = f"+{number}" if number % 2 else ""
            bomb = mail(f"Victim{tag}@else.example", f"BUY {number} http://evil.example", "BUY NOW")
            assert receive_mail(session, bomb, now=NOW).state == "filed"
    sent = outbox(database, ACK)
    assert len(sent) == 3
    for one in sent:
        said = f"{one.subject} {one.values} {one.recipient_name}"
        assert "BUY" not in said
        assert "evil" not in said


def test_adding_oneself_in_copy_gives_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    # In Ann's name, unproven, with a number that was guessed: it joins, and adds nobody.
    forged = mail(
        "ann@mail.example",
        f"[{ticket.number}]",
        cc=["eve@evil.example"],
        message_id="forged@evil.example",
    )
    assert receive(database, forged).ticket_id == ticket.id
    with database.reading() as session:
        assert person_at(session, "eve@evil.example") is None
    # Nor does what she forged let her in, as it would somebody whom Ann put in copy.
    names_it = ("forged@evil.example",)
    second = mail("eve@evil.example", "?", references=names_it, verdict="pass")
    assert receive(database, second).ticket_id != ticket.id
    # From Ann herself: pending, and so without a right and without a mail.
    anns = mail(
        "ann@mail.example",
        f"[{ticket.number}]",
        cc=["eve@evil.example"],
        verdict="pass",
        message_id="open@mail.example",
    )
    receive(database, anns)
    with database.transaction() as session:
        eve = person_at(session, "eve@evil.example")
        assert eve
        assert participants_of(database, ticket.id)[eve.id] is True
        reply(session, shop.agent, ticket.id, Answer("Ann alone reads this."), now=NOW)
    assert {sent.recipient for sent in outbox(database, ANSWER)} == {"ann@mail.example"}
    by_number = receive(database, mail("eve@evil.example", f"[{ticket.number}]", verdict="pass"))
    assert by_number.ticket_id != ticket.id
    mine = mail("eve@evil.example", "?", cc=["eve@evil.example"], verdict="pass")
    assert receive(database, mine).ticket_id != ticket.id
