"""Replying: what leaves to whom, what it does to the status, and who may."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from helpdesk import links
from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_people import add_person_to, change_requester
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound, StepNotAllowed, TicketMoved
from helpdesk.models import Comment, Participant, Person, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.moved import Seen
from tests.conftest import SECRET
from tests.helpdesk.mails import (
    comments_of,
    history_of,
    mail,
    now_of,
    outbox,
    receive,
    steps_of,
    ticket_of,
)
from tests.support.factories import NOW, Shop, make_person, make_ticket

LATER = NOW + timedelta(minutes=5)
ANSWER = "comment_added_customer"


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    return new_ticket(database, shop)


def new_ticket(database: Database, shop: Shop) -> Ticket:
    with database.transaction() as session:
        return make_ticket(session, shop.ann)


def answer(database: Database, actor: Actor, ticket: Ticket, **changed: Any) -> Comment:
    with database.transaction() as session:
        now = changed.pop("now", LATER)
        given = Answer(**{"text": "Try a new seal.", **changed})
        return reply(session, actor, ticket.id, given, now=now)


def put_in_copy(
    database: Database, ticket: Ticket, person: Person, *, pending: bool = False
) -> None:
    with database.transaction() as session:
        session.add(
            Participant(
                ticket_id=ticket.id,
                person_id=person.id,
                role="copy",
                pending=pending,
                added_at=NOW,
            )
        )


def set_status(database: Database, shop: Shop, ticket: Ticket, *path: str) -> None:
    with database.transaction() as session:
        for status in path:
            change_status(session, shop.agent, ticket.id, status, now=NOW)


def test_a_staff_reply_leaves_as_mail(database: Database, shop: Shop, ticket: Ticket) -> None:
    comment = answer(database, shop.agent, ticket)
    (sent,) = outbox(database, ANSWER)
    assert (sent.recipient, sent.comment_id, sent.queue) == (
        "ann@mail.example",
        comment.id,
        "answers",
    )
    assert sent.subject == f"Re: [{ticket.number}] My kettle leaks"
    assert sent.values["text"] == "Try a new seal."
    assert sent.values["author_name"] == "", "who has no name is not called by their address"
    assert links.is_minted_for((SECRET,), sent.message_id, ticket.id, shop.ann.id)
    token = sent.reply_to.partition("+")[2].partition("@")[0]
    assert links.read_reply_token((SECRET,), token) == links.ReplyRight(ticket.id, shop.ann.id, 1)
    answered = now_of(database, ticket)
    assert (answered.status, answered.answered, answered.first_response_at) == (
        "waiting",
        True,
        LATER,
    )
    assert steps_of(database, ticket.id) == ["open", "in_progress", "waiting"]


def test_files_leave_with_the_reply(database: Database, shop: Shop, ticket: Ticket) -> None:
    file = StoredFile("seal.pdf", "application/pdf", 3, "ab" * 32)
    answer(database, shop.agent, ticket, files=[file])
    (sent,) = outbox(database, ANSWER)
    (attached,) = sent.values["attachments"]
    assert (attached["filename"], attached["sha256"]) == ("seal.pdf", "ab" * 32)


def test_each_recipient_gets_a_mail_that_names_nothing_of_the_others(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    put_in_copy(database, ticket, shop.bob)
    for minute in range(3):
        answer(database, shop.agent, ticket, now=LATER + timedelta(minutes=minute))
    sent = outbox(database, ANSWER)
    to_ann = [one for one in sent if one.recipient == "ann@mail.example"]
    to_bob = [one for one in sent if one.recipient == "bob@mail.example"]
    assert (len(to_ann), len(to_bob)) == (3, 3)
    acknowledged = outbox(database, "ticket_created_customer")[0].message_id
    anns, bobs = ({one.message_id for one in mails} for mails in (to_ann, to_bob))
    assert {i for one in to_ann for i in one.references} <= anns | {acknowledged}
    assert {i for one in to_bob for i in one.references} <= bobs
    assert {one.reply_to for one in to_ann}.isdisjoint({one.reply_to for one in to_bob})
    assert len({one.message_id for one in sent}) == 6


def test_a_reply_answers_the_customers_own_mail(database: Database, shop: Shop) -> None:
    filed = receive(database, mail(message_id="hers-1@mail.example"))
    ticket = ticket_of(database, filed)
    answer(database, shop.agent, ticket)
    (sent,) = outbox(database, ANSWER)
    assert sent.in_reply_to == "hers-1@mail.example"
    assert sent.references[0] == "hers-1@mail.example"


def test_what_staff_alone_may_see_is_in_no_references(database: Database, shop: Shop) -> None:
    filed = receive(database, mail(message_id="hers-1@mail.example"))
    ticket = ticket_of(database, filed)
    stray = links.reply_token(SECRET, ticket.id, shop.ann.id, 1)
    receive(
        database,
        mail(
            "stranger@else.example",
            to=[f"support+{stray}@shop.example"],
            message_id="secret@else.example",
        ),
    )
    answer(database, shop.agent, ticket)
    (sent,) = outbox(database, ANSWER)
    assert "secret@else.example" not in [sent.in_reply_to, *sent.references]


def test_references_stay_short_and_hold_only_what_is_a_message_id(
    database: Database, shop: Shop
) -> None:
    filed = receive(database, mail(message_id="root@mail.example"))
    ticket = ticket_of(database, filed)
    odd = ["with space@mail.example", "x" * 600 + "@mail.example", "münze@mail.example"]
    for number, message_id in enumerate([*odd, *(f"n{n}@mail.example" for n in range(40))]):
        again = mail(
            in_reply_to=("root@mail.example",), message_id=message_id, text=f"More {number}"
        )
        assert receive(database, again).ticket_id == ticket.id
    answer(database, shop.agent, ticket)
    (sent,) = outbox(database, ANSWER)
    assert sent.references[0] == "root@mail.example"
    assert sent.in_reply_to == sent.references[-1] == "n39@mail.example"
    assert len(sent.references) <= 25
    assert not set(odd) & set(sent.references)


def test_pending_and_inactive_people_and_the_author_get_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        gone = make_person(session, "gone@mail.example")
        gone.active = False
        author = session.get_one(Person, shop.agent.person_id)
    put_in_copy(database, ticket, shop.bob, pending=True)
    put_in_copy(database, ticket, gone)
    put_in_copy(database, ticket, author)
    answer(database, shop.agent, ticket)
    assert [one.recipient for one in outbox(database, ANSWER)] == ["ann@mail.example"]


def test_a_reply_is_not_sent_past_a_message_its_author_has_not_seen(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    seen = comments_of(database, ticket.id)[-1].id
    answer(database, actor_of(shop.ann), ticket, text="It exploded!")
    with pytest.raises(TicketMoved):
        answer(database, shop.agent, ticket, seen=Seen(comment_id=seen))
    assert len(comments_of(database, ticket.id)) == 2
    assert outbox(database, ANSWER) == []
    newest = comments_of(database, ticket.id)[-1].id
    answer(database, shop.agent, ticket, seen=Seen(comment_id=newest))
    answer(database, shop.agent, ticket, seen=Seen(comment_id=newest))
    assert len(outbox(database, ANSWER)) == 2


def test_a_colleagues_note_stops_no_reply(database: Database, shop: Shop, ticket: Ticket) -> None:
    seen = comments_of(database, ticket.id)[-1].id
    with database.transaction() as session:
        add_note(session, shop.admin, ticket.id, text="Seen before.", now=NOW)
    answer(database, shop.agent, ticket, seen=Seen(comment_id=seen))
    assert len(outbox(database, ANSWER)) == 1


def test_a_reply_is_not_sent_to_people_its_author_has_not_seen(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    seen = Seen(change_id=0, on_it=[shop.ann.id])
    with database.transaction() as session:
        carl = make_person(session, "carl@mail.example")
        add_person_to(session, shop.admin, ticket.id, shop.bob.id, now=NOW)
        change_requester(session, shop.admin, ticket.id, carl.id, keep_old=False, now=NOW)
    who = "admin put bob in copy and changed the requester to carl"
    with pytest.raises(TicketMoved, match=who):
        answer(database, shop.agent, ticket, seen=seen)
    assert outbox(database, ANSWER) == []
    answer(database, shop.agent, ticket, seen=Seen(on_it=[carl.id, shop.bob.id]))
    assert len(outbox(database, ANSWER)) == 2


def test_people_who_came_without_a_word_in_the_history_stop_a_reply(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    put_in_copy(database, ticket, shop.bob)
    with pytest.raises(TicketMoved, match=r"^Meanwhile who gets it changed: now ann, bob\."):
        answer(database, shop.agent, ticket, seen=Seen(on_it=[shop.ann.id]))
    put_in_copy(database, new_ticket(database, shop), shop.bob)
    answer(database, shop.agent, ticket, seen=Seen(on_it=[shop.bob.id, shop.ann.id]))
    assert len(outbox(database, ANSWER)) == 2


def test_of_two_who_reply_at_once_one_is_told_to_look_again(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    seen = comments_of(database, ticket.id)[-1].id

    def write(actor: Actor) -> str:
        try:
            answer(database, actor, ticket, seen=Seen(comment_id=seen))
        except TicketMoved:
            return "moved"
        return "sent"

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(write, [shop.agent, shop.admin]))
    assert said == ["moved", "sent"]
    assert len(outbox(database, ANSWER)) == 1


def test_no_comment_is_uncounted_when_many_write_at_once(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    def write(number: int) -> None:
        with database.transaction() as session:
            session.get_one(Ticket, ticket.id)  # a page reads it first, without a lock
            reply(session, actor_of(shop.ann), ticket.id, Answer(f"More {number}"), now=LATER)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(24)))
    assert now_of(database, ticket).comment_count == 25


def test_a_staff_reply_leaves_the_ticket_at_the_chosen_status(
    database: Database, shop: Shop
) -> None:
    rows: list[tuple[list[str], str, str]] = [
        ([], "waiting", "waiting"),
        ([], "in_progress", "in_progress"),
        ([], "resolved", "resolved"),
        ([], "open", "open"),
        (["in_progress"], "waiting", "waiting"),
        (["in_progress"], "resolved", "resolved"),
        (["in_progress", "waiting"], "waiting", "waiting"),
        (["in_progress", "waiting"], "in_progress", "in_progress"),
        (["resolved"], "", "resolved"),
        (["resolved"], "resolved", "resolved"),
        (["resolved"], "closed", "closed"),
        (["resolved", "closed"], "", "closed"),
        ([], "", "waiting"),
        (["resolved", "closed"], "open", "open"),
    ]
    for before, chosen, after in rows:
        ticket = new_ticket(database, shop)
        set_status(database, shop, ticket, *before)
        answer(database, shop.agent, ticket, status=chosen)
        assert now_of(database, ticket).status == after, (before, chosen)
    # What was chosen and cannot be is said, and nothing is sent.
    ticket = new_ticket(database, shop)
    set_status(database, shop, ticket, "resolved")
    with pytest.raises(StepNotAllowed):
        answer(database, shop.agent, ticket, status="waiting")


def test_a_step_that_is_not_allowed_sends_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with pytest.raises(StepNotAllowed):
        answer(database, shop.agent, ticket, status="closed")
    with pytest.raises(InvalidInput) as refused:
        answer(database, shop.agent, ticket, status="nowhere")
    assert refused.value.field == "status"
    assert len(comments_of(database, ticket.id)) == 1
    assert outbox(database, ANSWER) == []


def test_a_customers_reply_makes_it_our_turn(database: Database, shop: Shop) -> None:
    rows: list[tuple[list[str], str]] = [
        ([], "open"),
        (["in_progress"], "in_progress"),
        (["in_progress", "waiting"], "in_progress"),
        (["resolved"], "open"),
        (["resolved", "closed"], "open"),
    ]
    for before, after in rows:
        ticket = new_ticket(database, shop)
        set_status(database, shop, ticket, *before)
        answer(database, actor_of(shop.ann), ticket, text="It still leaks.", status="closed")
        moved = now_of(database, ticket)
        assert moved.status == after, before
        assert (moved.resolved_at, moved.closed_at) == (None, None)
        changed = [c for c in history_of(database, ticket.id) if c.created_at == LATER]
        assert all(change.changed_by_id == shop.ann.id for change in changed)
    assert outbox(database, ANSWER) == []


def test_a_customer_who_writes_twice_has_waited_since_the_first_time(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    answer(database, shop.agent, ticket, now=LATER)
    first = LATER + timedelta(hours=1)
    answer(database, actor_of(shop.ann), ticket, now=first)
    answer(database, actor_of(shop.ann), ticket, now=first + timedelta(hours=1))
    moved = now_of(database, ticket)
    assert (moved.answered, moved.waiting_since) == (False, first)


def test_a_tracking_link_writes_on_its_own_ticket_only(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        other = make_ticket(session, shop.ann, "Another one of hers")
    by_link = Actor(shop.ann.id, "customer", ticket_id=ticket.id)
    assert answer(database, by_link, ticket).author_id == shop.ann.id
    with pytest.raises(NotFound):
        answer(database, by_link, other)


def test_who_may_not_write_learns_nothing(database: Database, shop: Shop, ticket: Ticket) -> None:
    put_in_copy(database, ticket, shop.bob, pending=True)
    said = set()
    for actor in (actor_of(shop.bob), Actor(None, "customer"), Actor(shop.ann.id, "nobody")):
        with pytest.raises(NotFound) as refused:
            answer(database, actor, ticket)
        said.add(str(refused.value))
    with database.transaction() as session:
        for number in (0, -1, 999, 2**63, 10**30):
            with pytest.raises(NotFound) as refused:
                reply(session, shop.agent, number, Answer("Hello"), now=NOW)
            said.add(str(refused.value))
    assert len(said) == 1


def test_only_a_person_replies(database: Database, shop: Shop, ticket: Ticket) -> None:
    with pytest.raises(NotAllowed):
        answer(database, SYSTEM, ticket)


def test_on_their_own_ticket_staff_reply_as_customers(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        draft = TicketDraft("My desk", "It creaks.", customer="agent@shop.example")
        own = create_ticket(session, shop.agent, draft, now=NOW)
    comment = answer(database, shop.agent, own)
    assert not comment.from_staff
    assert now_of(database, own).status == "open"
    assert outbox(database, ANSWER) == []


def test_a_reply_that_does_not_hold_is_refused_by_name(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    for text in ("", " \n ", "\0", "x" * 100_001):
        with pytest.raises(InvalidInput) as refused:
            answer(database, shop.agent, ticket, text=text)
        assert refused.value.field == "comment"
