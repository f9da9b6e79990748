"""Threads as people make them: mails we never got, other subjects, several mailboxes, forwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bench.seed import seed
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.mail_in.thread_index import thread_to
from helpdesk.models import Ticket
from tests.helpdesk.mails import comments_of, mail, outbox, receive, recorded, ticket_of
from tests.support.factories import NOW, Shop, make_shop
from tests.support.plans import plans_of, reads_whole

ANSWER = "comment_added_customer"
ORDERS = "orders@shop.example"
SUPPORT = "support@shop.example"
NAMED = ["hers@mail.example", "neighbour@else.example", "root@else.example"]


@pytest.fixture
def shop(database: Database) -> Shop:
    shop = make_shop(database)
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, ORDERS, now=NOW)
    return shop


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's, who answers her neighbour's mail to her, with us in copy."""
    opening = mail(
        "ann@mail.example",
        message_id="hers@mail.example",
        in_reply_to=("neighbour@else.example",),
        references=("root@else.example", "neighbour@else.example"),
        cc=["bob@mail.example"],
        verdict="pass",
    )
    return ticket_of(database, receive(database, opening))


@pytest.mark.parametrize(
    "named", ["hers@mail.example", "neighbour@else.example", "root@else.example"]
)
def test_every_id_that_was_named_on_a_ticket_leads_to_it(
    database: Database, shop: Shop, ticket: Ticket, named: str
) -> None:
    again = mail("ann@mail.example", "A new subject altogether", in_reply_to=(named,))
    assert receive(database, again).ticket_id == ticket.id
    stranger = mail("eve@evil.example", "?", in_reply_to=(named,), verdict="pass")
    assert receive(database, stranger).ticket_id != ticket.id


def test_what_was_only_named_is_repeated_to_nobody(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Try a new seal."), now=NOW)
    (answer,) = outbox(database, ANSWER)
    assert answer.in_reply_to == "hers@mail.example"
    assert not any("else.example" in one for one in answer.references)


def test_answers_to_all_stay_together_with_or_without_our_mail_between(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    bobs = mail(
        "bob@mail.example", "AW: Kettle", message_id="bobs@x", in_reply_to=("hers@mail.example",)
    )
    anns = mail("ann@mail.example", "Re: AW: Kettle", in_reply_to=("bobs@x",))
    own = mail("ann@mail.example", "Oh, and one more thing", references=("hers@mail.example",))
    for one in (bobs, anns, own):
        assert receive(database, one).ticket_id == ticket.id
    assert [one.internal for one in comments_of(database, ticket.id)] == [False] * 4


def test_a_thread_that_a_participant_forwards_is_theirs(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    forwarded = mail("ann@mail.example", "Fwd: Kettle", references=("hers@mail.example",))
    assert receive(database, forwarded).ticket_id == ticket.id
    by_another = mail("eve@evil.example", "Fwd: Kettle", references=("hers@mail.example",))
    assert receive(database, by_another).ticket_id != ticket.id


def test_one_mail_to_two_mailboxes_is_one_ticket_that_names_both(
    database: Database, shop: Shop
) -> None:
    both = mail(to=[SUPPORT, ORDERS], rcpt=[SUPPORT, ORDERS])
    ticket = ticket_of(database, receive(database, both))
    assert ticket.mailbox_id == shop.mailbox.id
    assert comments_of(database, ticket.id)[0].staff_annotation == f"It was sent to {ORDERS}, too."


def test_a_blind_copy_to_a_second_mailbox_is_named_on_the_first_ones_ticket(
    database: Database, shop: Shop
) -> None:
    first = receive(database, mail(same_key="k", to=[SUPPORT], rcpt=[SUPPORT]))
    later = NOW + timedelta(seconds=5)
    for _ in range(2):
        copy = mail(same_key="k", to=[SUPPORT], rcpt=[ORDERS], received_at=later)
        assert receive(database, copy, now=later).state == "set_aside"
    assert (
        comments_of(database, first.ticket_id)[0].staff_annotation
        == f"It was sent to {ORDERS}, too."
    )
    assert [row.state for row in recorded(database)] == ["filed", "set_aside", "set_aside"]


def test_the_thread_of_a_ticket_is_found_among_many_by_an_index(database: Database) -> None:
    number = seed(database, 3000, now=NOW)
    with database.reading() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        requester = ticket.requester
        with plans_of(database) as plans:
            thread_to(session, ticket, requester)
    assert not [plan for plan in plans if reads_whole("thread_id", plan)], plans
