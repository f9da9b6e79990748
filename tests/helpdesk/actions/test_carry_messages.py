"""Messages go to another ticket, with their Message-IDs and people; and who of these comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.actions.carry_messages import (
    carry_messages,
    mails_of_comments,
    messages_there,
    undo_people,
)
from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.side_conversation import SideMessage, start_side_conversation
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.mail_in.what_moves import MovingMessages, what_moves
from helpdesk.models import (
    Comment,
    InboundMail,
    OutboundMail,
    ParticipantRole,
    ThreadId,
    Ticket,
)
from helpdesk.tickets.participants import add_participant
from tests.helpdesk.mails import comments_of, mail, participants_of, receive, ticket_of
from tests.support.factories import NOW, Shop, make_person

SOON, LATER = NOW + timedelta(minutes=5), NOW + timedelta(hours=1)
KETTLE, INVOICE = "kettle@mail.example", "invoice@mail.example"


@dataclass
class Two:
    """Ann's ticket, where Bob asked for an invoice and named Carl; and Eva's."""

    database: Database
    old: Ticket
    new: Ticket
    bob: int
    carl: int

    def moving(self, session: Session) -> MovingMessages:
        """Bob's mail, and what followed from it."""
        came = session.scalars(select(InboundMail).where(InboundMail.message_id == INVOICE)).one()
        return what_moves(session, came, session.get_one(Comment, came.comment_id))

    def carry(self, *, people: bool = True) -> dict[str, Any]:
        with self.database.transaction() as session:
            old, new = (session.get_one(Ticket, one.id) for one in (self.old, self.new))
            return carry_messages(session, self.moving(session), old, new, LATER, people)

    def texts(self, ticket: Ticket) -> list[str]:
        return [one.text for one in comments_of(self.database, ticket.id)]

    def on(self, ticket: Ticket) -> dict[int, bool]:
        return participants_of(self.database, ticket.id)

    def leads(self, message_id: str) -> list[tuple[int, bool]]:
        """To which tickets a Message-ID leads, and whether it says to which comment."""
        chosen = select(ThreadId).where(ThreadId.message_id == message_id).order_by(ThreadId.id)
        with self.database.reading() as session:
            return [(one.ticket_id, bool(one.comment_id)) for one in session.scalars(chosen)]


ASKED = mail(
    "bob@mail.example",
    "Re: It leaks",
    "And the invoice?",
    message_id=INVOICE,
    in_reply_to=(KETTLE,),
    verdict="pass",
)


@pytest.fixture
def two(database: Database, shop: Shop) -> Two:
    old = ticket_of(database, receive(database, mail(message_id=KETTLE)))
    with database.transaction() as session:
        add_person_to(session, shop.agent, old.id, shop.bob.id, now=NOW)
    receive(database, ASKED, now=SOON)
    with database.transaction() as session:
        carl = make_person(session, "carl@mail.example")
        of = session.get_one(Ticket, old.id)
        add_participant(session, of, carl.id, ParticipantRole.COPY, SOON, pending=True)
    lid = mail("eva@mail.example", "Lid", "The lid is loose.", message_id="lid@mail.example")
    new = ticket_of(database, receive(database, lid))
    return Two(database, old, new, shop.bob.id, carl.id)


def test_without_people_the_messages_alone_go(two: Two, shop: Shop) -> None:
    with two.database.transaction() as session:
        reply(session, shop.agent, two.old.id, Answer("Here it is."), now=SOON)
    before = two.on(two.old), two.on(two.new)
    with two.database.transaction() as session:
        old, new = (session.get_one(Ticket, one.id) for one in (two.old, two.new))
        ids = {one.id for one in comments_of(two.database, old.id)[1:]}
        moving = messages_there(session, old, ids)
        assert carry_messages(session, moving, old, new, LATER, people=False) == {}
    assert two.texts(two.old) == ["It leaks."]
    assert two.texts(two.new) == ["And the invoice?", "The lid is loose.", "Here it is."]
    assert (two.on(two.old), two.on(two.new)) == before
    with two.database.reading() as session:
        of = select(OutboundMail.ticket_id).where(OutboundMail.comment_id.in_(ids))
        assert set(session.scalars(of)) == {two.new.id}
        assert [one.ticket_id for one in mails_of_comments(session, ids)] == [two.new.id]
        counts = select(Ticket.comment_count).order_by(Ticket.id)
        assert session.scalars(counts).all() == [1, 3]


def test_what_is_on_the_ticket_no_more_is_not_found_there(two: Two) -> None:
    wanted = {one.id for one in comments_of(two.database, two.old.id)}
    two.carry()
    with two.database.reading() as session:
        there = messages_there(session, session.get_one(Ticket, two.old.id), wanted)
    assert [one.text for one in there.comments] == ["It leaks."]
    assert (there.message_ids, there.authors) == ({KETTLE}, set())


def test_answers_find_the_other_ticket_and_an_id_that_it_knew_stands_once(two: Two) -> None:
    assert two.leads(INVOICE) == [(two.old.id, True)]
    named = mail("eva@mail.example", "Lid", references=("lid@mail.example", INVOICE))
    assert receive(two.database, named).ticket_id == two.new.id
    assert (two.new.id, False) in two.leads(INVOICE), "Eva's mail names it"
    two.carry()
    assert [ticket_id for ticket_id, _ in two.leads(INVOICE)] == [two.new.id]
    assert two.leads(KETTLE)[0] == (two.old.id, True)


def test_ids_that_came_by_a_merge_go_along(two: Two, shop: Shop) -> None:
    goes_on = ticket_of(two.database, receive(two.database, mail(message_id="lamp@mail.example")))
    with two.database.transaction() as session:
        merge_tickets(session, shop.agent, two.old.id, goes_on.id, now=LATER)
    assert two.leads(INVOICE)[0][0] == two.old.id, "they stand where they came from"
    merged = replace(two, old=goes_on)
    merged.carry()
    assert [ticket_id for ticket_id, _ in two.leads(INVOICE)] == [two.new.id]


def test_writers_and_whom_they_brought_come_along_and_go_back(two: Two, shop: Shop) -> None:
    carl, before = two.carl, two.on(two.old)
    assert before == {shop.ann.id: False, two.bob: False, carl: True}
    changed = two.carry()
    assert two.on(two.old) == {shop.ann.id: False}
    eva = two.new.requester_id
    assert two.on(two.new) == {eva: False, two.bob: False, carl: True}
    assert changed["added"] == sorted((two.bob, carl))
    assert sorted(changed["removed"]) == sorted([[two.bob, False], [carl, True]])
    with two.database.transaction() as session:
        old, new = (session.get_one(Ticket, one.id) for one in (two.old, two.new))
        undo_people(session, changed, old, new, LATER)
    assert two.on(two.old) == before
    assert two.on(two.new) == {eva: False}


def test_nothing_was_changed_of_people_nothing_is_undone(two: Two) -> None:
    before = two.on(two.old), two.on(two.new)
    with two.database.transaction() as session:
        old, new = (session.get_one(Ticket, one.id) for one in (two.old, two.new))
        undo_people(session, {}, old, new, LATER)
    assert (two.on(two.old), two.on(two.new)) == before


def test_who_wrote_something_else_there_stays_there_too(two: Two) -> None:
    receive(two.database, mail("bob@mail.example", "Kettle", "Mine too.", in_reply_to=(KETTLE,)))
    changed = two.carry()
    assert two.bob in two.on(two.old)
    assert two.bob in two.on(two.new)
    assert two.bob not in [person_id for person_id, _ in changed["removed"]]


def test_who_is_there_already_is_not_taken_off_by_undoing(two: Two, shop: Shop) -> None:
    with two.database.transaction() as session:
        add_person_to(session, shop.agent, two.new.id, two.bob, now=NOW)
    changed = two.carry()
    assert two.bob not in changed["added"]
    with two.database.transaction() as session:
        old, new = (session.get_one(Ticket, one.id) for one in (two.old, two.new))
        undo_people(session, changed, old, new, LATER)
    assert two.bob in two.on(two.new)


def test_whose_mail_the_customers_do_not_see_does_not_get_to_read_them(two: Two) -> None:
    with two.database.transaction() as session:
        of_bob = Comment.author_id == two.bob
        session.execute(update(Comment).where(of_bob).values(internal=True))
    changed = two.carry()
    assert two.bob not in two.on(two.new)
    assert two.bob not in changed["added"]
    assert [two.bob, False] in changed["removed"]


def test_nobody_comes_to_a_ticket_beside_which_they_are_written_to(two: Two, shop: Shop) -> None:
    with two.database.transaction() as session:
        aside = SideMessage("Is it under warranty?", to="bob@mail.example", subject="Lid")
        start_side_conversation(session, shop.agent, two.new.id, aside, now=NOW)
    with pytest.raises(InvalidInput, match="is in a side conversation of this ticket"):
        two.carry()
    assert two.texts(two.new)[0] == "The lid is loose.", "nothing went"
