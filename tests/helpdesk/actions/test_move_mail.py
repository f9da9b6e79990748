"""“Move it”: the mail, what followed from it, its people, later answers; and all of it back."""

from __future__ import annotations

import pytest

from helpdesk.actions.move_mail import move_back, move_mail
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Participant, Ticket
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import (
    comments_of,
    history_of,
    mail,
    outbox,
    participants_of,
    receive,
    recorded,
    ticket_of,
)
from tests.support.factories import NOW, Shop

BOB = "bob@mail.example"


def texts(database: Database, ticket: Ticket | None) -> list[str]:
    assert ticket
    return [comment.text for comment in comments_of(database, ticket.id)]


def found_by(database: Database, shop: Shop, words: str) -> list[int]:
    with database.reading() as session:
        page = queue_page(session, shop.agent, "all", QueueFilter(search=words))
        return [row.id for row in page.rows]


@pytest.fixture
def tangled(database: Database, shop: Shop) -> Ticket:
    """Ann's ticket, on which Bob is in copy: he brought up something else, and went on about it."""
    ticket = ticket_of(
        database,
        receive(database, mail(text="Ann's kettle", message_id="a1@mail.example", cc=[BOB])),
    )
    with database.transaction() as session:
        session.add(
            Participant(ticket_id=ticket.id, person_id=shop.bob.id, role="copy", added_at=NOW)
        )
    receive(database, mail(BOB, "Re: kettle", "Bob's teapot", message_id="b1@mail.example",
                           references=("a1@mail.example",)))  # fmt: skip
    receive(database, mail(text="Ann again", references=("a1@mail.example",)))
    receive(database, mail(BOB, "Re: kettle", "Bob's teapot is broken",
                           references=("b1@mail.example",)))  # fmt: skip
    return ticket


def test_a_mail_moves_with_what_followed_and_later_answers_find_it(
    database: Database, shop: Shop, tangled: Ticket
) -> None:
    with database.transaction() as session:
        moved = move_mail(session, shop.agent, 2, "new", now=NOW)
    assert moved.along == 1
    [first, second, third, fourth] = recorded(database)
    assert first.ticket_id == third.ticket_id == tangled.id
    assert second.ticket_id == fourth.ticket_id != tangled.id
    new = comments_of(database, second.ticket_id)
    assert [(c.text, c.opening) for c in new] == [
        ("Bob's teapot", True), ("Bob's teapot is broken", False),
    ]  # fmt: skip
    assert texts(database, tangled) == ["Ann's kettle", "Ann again"]
    assert shop.bob.id not in participants_of(database, tangled.id)
    assert participants_of(database, second.ticket_id) == {shop.bob.id: False}
    assert second.decision["moved"][-1]["by"] == "agent"
    for ticket_id in (tangled.id, second.ticket_id):
        assert history_of(database, ticket_id)[-1].field == "moved_mail"

    assert found_by(database, shop, "broken") == [second.ticket_id]

    later = receive(database, mail(BOB, "Re: kettle", "And?", references=("b1@mail.example",)))
    assert later.ticket_id == second.ticket_id
    with database.reading() as session:
        old = session.get_one(Ticket, tangled.id)
        assert (old.comment_count, old.preview) == (2, "Ann again")


def test_moving_back_restores_both_tickets(database: Database, shop: Shop, tangled: Ticket) -> None:
    other = ticket_of(database, receive(database, mail("cleo@mail.example", text="Cleo's cup")))
    before = participants_of(database, tangled.id)
    with database.transaction() as session:
        move_mail(session, shop.agent, 2, other.number.lower(), now=NOW)
    assert texts(database, other) == ["Bob's teapot", "Bob's teapot is broken", "Cleo's cup"]
    parent = recorded(database)[1].message_id or ""
    since = mail(BOB, "Re", "And its lid", message_id="since@mail.example", references=(parent,))
    assert receive(database, since).ticket_id == other.id
    with database.transaction() as session:
        assert move_back(session, shop.agent, 2, now=NOW).ticket_number == tangled.number
    assert texts(database, other) == ["Cleo's cup"]
    assert len(texts(database, tangled)) == 5
    assert recorded(database)[-1].decision["moved"][0]["along_with"] == 2
    then = mail(BOB, "Re", "And its spout", references=("since@mail.example",))
    assert receive(database, then).ticket_id == tangled.id
    assert participants_of(database, tangled.id) == before
    assert shop.bob.id not in participants_of(database, other.id)
    with database.transaction() as session, pytest.raises(InvalidInput, match="not moved"):
        move_back(session, shop.agent, 2, now=NOW)


def test_all_that_a_ticket_has_takes_its_number_along(database: Database, shop: Shop) -> None:
    old = ticket_of(database, receive(database, mail(BOB, message_id="b1@mail.example")))
    into = ticket_of(database, receive(database, mail(BOB, "Another", "The first one")))
    with database.transaction() as session, pytest.raises(InvalidInput, match="one of its own"):
        move_mail(session, shop.agent, 1, "new", now=NOW)
    with database.transaction() as session:
        move_mail(session, shop.agent, 1, into.number, now=NOW)
    assert len(texts(database, into)) == 2
    acknowledgement = outbox(database)[0]
    answer = mail(BOB, "Re: it", "More", to=[acknowledgement.reply_to])
    assert receive(database, answer).ticket_id == into.id
    with database.transaction() as session:
        move_back(session, shop.agent, 1, now=NOW)
    assert texts(database, old) == ["It leaks."]


def test_an_answer_of_staff_goes_along_where_it_went_to_the_writer_alone(
    database: Database, shop: Shop
) -> None:
    ticket = ticket_of(database, receive(database, mail(BOB, message_id="b1@mail.example")))
    receive(database, mail(BOB, "Re", "Something else", message_id="b2@mail.example",
                           references=("b1@mail.example",)))  # fmt: skip
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("We look into the second."), now=NOW)
    with database.transaction() as session:
        assert move_mail(session, shop.agent, 2, "new", now=NOW).along == 1
    assert texts(database, ticket) == ["It leaks."]


def test_what_cannot_be_moved_says_so(database: Database, shop: Shop, tangled: Ticket) -> None:
    cases = ((2, "", "no ticket of this number"), (2, "TKT1", "no ticket of this number"),
             (2, tangled.number, "on that ticket already"))  # fmt: skip
    for mail_id, to, words in cases:
        with database.transaction() as session, pytest.raises(InvalidInput, match=words):
            move_mail(session, shop.agent, mail_id, to, now=NOW)
    with database.transaction() as session, pytest.raises(NotFound):
        move_mail(session, shop.agent, 99, "new", now=NOW)
    with database.transaction() as session, pytest.raises(NotAllowed):
        move_mail(session, actor_of(shop.ann), 2, "new", now=NOW)


@pytest.mark.parametrize("verdict", ["pass", "none"])
def test_the_answer_to_an_answer_of_staff_that_moved_finds_it(
    database: Database, shop: Shop, verdict: str
) -> None:
    """A mail client answers to the reply address of the ticket where it was."""
    old = ticket_of(database, receive(database, mail(BOB, message_id="b1@mail.example")))
    receive(database, mail(BOB, "Re", "Something else", message_id="b2@mail.example",
                           references=("b1@mail.example",)))  # fmt: skip
    with database.transaction() as session:
        reply(session, shop.agent, old.id, Answer("We look into the second."), now=NOW)
    ours = outbox(database, "comment_added_customer")[-1]
    with database.transaction() as session:
        move_mail(session, shop.agent, 2, "new", now=NOW)
    new = recorded(database)[1].ticket_id
    answered = mail(
        BOB, "Re: Re", "Thank you", to=[ours.reply_to], in_reply_to=(ours.message_id,),
        verdict=verdict,
    )  # fmt: skip
    assert receive(database, answered).ticket_id == new
    acknowledgement = outbox(database)[0]
    first = mail(BOB, "Re: it", "Of the first", to=[acknowledgement.reply_to],
                 in_reply_to=(acknowledgement.message_id,), verdict=verdict)  # fmt: skip
    assert receive(database, first).ticket_id == old.id
