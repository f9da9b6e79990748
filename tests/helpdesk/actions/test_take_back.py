"""Undo and later: what has not left is nobody's business outside, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_people import take_person_off
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.claim_mails import claim_mails
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.send_again import send_again, send_corrected
from helpdesk.actions.set_habits import set_habits
from helpdesk.actions.take_back import TakenBack, take_back
from helpdesk.db import Database
from helpdesk.errors import AlreadyLeft, InvalidInput, NotAllowed, NotFound, TakenBackBefore
from helpdesk.links import tracking_token
from helpdesk.mail_out import claims
from helpdesk.models import Comment, OutboundMail, ParticipantRole, Ticket
from helpdesk.queries.conversation import CommentView, conversation
from helpdesk.queries.my_tickets import my_tickets, my_tracking_token
from helpdesk.queries.outbox import outbox_mail
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import descriptions, ticket_list
from helpdesk.queries.tracking import version_of
from helpdesk.tickets.access import actor_of, find_ticket
from helpdesk.tickets.asked_addresses import (
    AskedAddress,
    asked_addresses,
    note_asked,
    open_question,
)
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.participants import add_participant
from tests.conftest import SECRET
from tests.helpdesk.mails import history_of, outbox, participants_of
from tests.support.factories import NOW, Shop, make_person, make_ticket

T = NOW + timedelta(minutes=5)
UNDO = timedelta(seconds=10)
TOMORROW = T + timedelta(days=1)
FILE = StoredFile("map.png", "image/png", 3, "ab" * 32)


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    with database.transaction() as session:
        return make_ticket(session, shop.ann)


def answer(database: Database, shop: Shop, ticket: Ticket, **changed: Any) -> Comment:
    with database.transaction() as session:
        now = changed.pop("now", T)
        given = Answer(**{"text": "Try a new seal.", "may_undo": True, **changed})
        return reply(session, shop.agent, ticket.id, given, now=now)


def undo(database: Database, shop: Shop, comment: Comment, after: timedelta = UNDO) -> TakenBack:
    with database.transaction() as session:
        return take_back(session, shop.agent, comment.id, now=T + after / 2)


def leave(database: Database, at: Any) -> int:
    """What a worker does when it claims what is due; how many mails it got."""
    with database.transaction() as session:
        # The acknowledgement goes first: it is the earlier mail to the same person.
        for mail in claims.claim(session, worker="w", queue="notifications", now=at):
            claims.mark_sent(session, mail, "w", now=at, attempt=claims.Attempt())
        return len(claim_mails(session, worker="w", queue="answers", now=at))


def reload(database: Database, ticket: Ticket) -> Ticket:
    with database.reading() as session:
        return session.get_one(Ticket, ticket.id)


def seen(database: Database, ticket: Ticket, *, public: bool = True) -> list[CommentView]:
    with database.reading() as session:
        return list(conversation(session, ticket.id, public_only=public))


def facts(ticket: Ticket) -> tuple[object, ...]:
    """All that an answer changes on a ticket."""
    return (ticket.status, ticket.answered, ticket.comment_count, ticket.preview,
            ticket.waiting_since, ticket.first_response_at, ticket.resolved_at)  # fmt: skip


def test_an_answer_waits_ten_seconds_and_only_staff_see_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    token = tracking_token(SECRET, ticket.id, ticket.link_generation, ticket.requester_id)
    with database.reading() as session:
        before = version_of(session, token)
    answer(database, shop, ticket, status="open")
    with database.reading() as session:
        assert version_of(session, token) == before, "an open page has nothing new to show"
    assert leave(database, T + UNDO - timedelta(seconds=1)) == 0
    assert len(seen(database, ticket)) == 1
    assert seen(database, ticket, public=False)[1].leaves_at == T + UNDO
    assert reload(database, ticket).preview == ticket.preview, "customers see that too"
    assert leave(database, T + UNDO) == 1
    assert reload(database, ticket).preview == "Try a new seal."
    assert len(seen(database, ticket)) == 2
    assert seen(database, ticket)[1].leaves_at is None


@pytest.mark.parametrize("status", ["waiting", "resolved"])
def test_taken_back_it_leaves_the_ticket_as_it_was(
    database: Database, shop: Shop, ticket: Ticket, status: str
) -> None:
    before = facts(reload(database, ticket))
    comment = answer(database, shop, ticket, status=status, files=[FILE])
    assert reload(database, ticket).status == status
    taken = undo(database, shop, comment)
    assert (taken.text, taken.status, taken.files) == ("Try a new seal.", status, (FILE,))
    assert facts(reload(database, ticket)) == before
    assert len(seen(database, ticket, public=False)) == 1
    assert leave(database, TOMORROW) == 0
    with database.reading() as session:
        waiting = select(OutboundMail.template).where(OutboundMail.state == "queued")
        assert session.scalars(waiting).all() == [], "nobody is asked how it was"
    assert history_of(database, ticket.id)[-1].reason == "the answer was taken back"


def test_a_status_that_was_changed_since_stays(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    comment = answer(database, shop, ticket)
    with database.transaction() as session:
        change_status(session, shop.admin, ticket.id, "resolved", now=T + UNDO / 4)
    undo(database, shop, comment)
    assert reload(database, ticket).status == "resolved"


def test_what_has_left_cannot_be_taken_back_nor_what_was_taken_back(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    first = answer(database, shop, ticket)
    leave(database, T + UNDO)
    with pytest.raises(AlreadyLeft):
        undo(database, shop, first)
    second = answer(database, shop, ticket, text="And another.")
    undo(database, shop, second)
    with pytest.raises(TakenBackBefore) as taken:
        undo(database, shop, second)
    assert str(taken.value) == "It was taken back already."
    with database.transaction() as session, pytest.raises(TakenBackBefore) as taken:
        take_back(session, shop.admin, second.id, now=T)
    assert str(taken.value) == "It was taken back already, by agent."
    with database.transaction() as session, pytest.raises(NotAllowed):
        take_back(session, actor_of(shop.ann), second.id, now=T)


def test_an_answer_for_later_changes_the_ticket_when_it_leaves(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    comment = answer(database, shop, ticket, leaves_at=TOMORROW)
    held = reload(database, ticket)
    assert (held.status, held.answered, held.first_response_at) == ("open", False, None)
    assert leave(database, TOMORROW) == 1
    said = reload(database, ticket)
    assert (said.status, said.answered, said.first_response_at) == ("waiting", True, TOMORROW)
    assert said.preview == "Try a new seal."
    with pytest.raises(AlreadyLeft):
        undo(database, shop, comment)


def test_an_answer_for_later_taken_back_leaves_no_trace_on_the_ticket(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    before = facts(reload(database, ticket))
    comment = answer(database, shop, ticket, leaves_at=TOMORROW, status="resolved")
    assert undo(database, shop, comment, timedelta(hours=2)).status == "resolved"
    assert facts(reload(database, ticket)) == before


def test_where_the_customer_wrote_meanwhile_it_is_our_turn_all_the_same(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    answer(database, shop, ticket, leaves_at=TOMORROW)
    with database.transaction() as session:
        reply(session, actor_of(shop.ann), ticket.id, Answer("It got worse."), now=T)
    leave(database, TOMORROW)
    after = reload(database, ticket)
    assert (after.status, after.answered, after.preview) == ("open", False, "It got worse.")


@pytest.mark.parametrize("away", [timedelta(seconds=-1), timedelta(days=400)])
def test_a_time_that_makes_no_sense_is_refused_by_name(
    database: Database, shop: Shop, ticket: Ticket, away: timedelta
) -> None:
    with pytest.raises(InvalidInput) as refused:
        answer(database, shop, ticket, leaves_at=T + away)
    assert refused.value.field == "later"


def test_each_person_sets_their_own_time(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        set_habits(session, shop.agent, undo_seconds=0)
        for wrong in (-1, 31):
            with pytest.raises(InvalidInput):
                set_habits(session, shop.agent, undo_seconds=wrong)
    answer(database, shop, ticket)
    with database.reading() as session:
        [mail] = session.scalars(select(OutboundMail).where(OutboundMail.queue == "answers"))
        assert mail.next_attempt_at == T
    assert len(seen(database, ticket)) == 2


def test_other_doors_send_at_once(database: Database, shop: Shop, ticket: Ticket) -> None:
    answer(database, shop, ticket, may_undo=False)
    assert leave(database, T) == 1


@pytest.mark.parametrize("later", [False, True])
def test_who_was_included_or_left_out_with_it_is_pending_again(
    database: Database, shop: Shop, ticket: Ticket, later: bool
) -> None:
    with database.transaction() as session:
        on = session.get_one(Ticket, ticket.id)
        kim, lou, max_ = (
            make_person(session, f"{n}@mail.example").id for n in ("kim", "lou", "max")
        )
        for person_id in (kim, lou, max_):
            add_participant(session, on, person_id, ParticipantRole.COPY, NOW, pending=True)
    chosen: dict[str, Any] = {"include": {kim, max_}, "leave_out": {lou}}
    comment = answer(database, shop, ticket, **chosen, leaves_at=TOMORROW if later else None)
    assert participants_of(database, ticket.id) == {shop.ann.id: False, kim: False, max_: False}
    with database.transaction() as session:
        take_person_off(session, shop.agent, ticket.id, max_, now=T + UNDO / 4)
    undo(database, shop, comment)
    assert participants_of(database, ticket.id) == {shop.ann.id: False, kim: True, lou: True}
    assert "kim@mail.example" not in {
        one.recipient for one in outbox(database) if one.state != "cancelled"
    }


def test_who_asked_is_the_requester_again(database: Database, shop: Shop, ticket: Ticket) -> None:
    """Its writer had decided that answers go where a mail asks for them."""
    with database.transaction() as session:
        comment_id = session.scalar(select(Comment.id).where(Comment.ticket_id == ticket.id)) or 0
        asked = AskedAddress("eve@mail.example", "Eve", "ann@mail.example", comment_id)
        note_asked(session.get_one(Ticket, ticket.id), asked)
    sent = answer(database, shop, ticket, reply_to="use")
    with database.reading() as session:
        assert session.get_one(Ticket, ticket.id).requester.address == "eve@mail.example"
    undo(database, shop, sent)
    with database.reading() as session:
        again = session.get_one(Ticket, ticket.id)
        assert again.requester_id == shop.ann.id
        assert open_question(asked_addresses(again)), "it is asked once more"
    assert set(participants_of(database, ticket.id)) == {shop.ann.id}


def test_the_outbox_does_not_send_it_after_all(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    comment = answer(database, shop, ticket)
    undo(database, shop, comment)
    mail = next(one for one in outbox(database) if one.comment_id == comment.id)
    with database.reading() as session:
        row = outbox_mail(session, shop.agent, mail.id)
        assert (row.state, row.may_be_sent_again, row.may_be_corrected) == (
            "cancelled", False, False,
        )  # fmt: skip
    with database.transaction() as session:
        with pytest.raises(InvalidInput) as refused:
            send_again(session, shop.agent, mail.id, now=T + UNDO)
        assert "taken back" in str(refused.value)
        with pytest.raises(InvalidInput):
            send_corrected(
                session, shop.agent, mail.id, recipient="a@b.example", text="Hm.", now=T + UNDO
            )


def begun(database: Database, shop: Shop) -> Ticket:
    draft = TicketDraft(
        "Your recall",
        "Dear Ann, please send it in.",
        customer=shop.ann.address,
        files=(FILE,),
        write_to=True,
        may_undo=True,
    )
    with database.transaction() as session:
        return create_ticket(session, shop.agent, draft, now=T)


def described(database: Database, shop: Shop, ticket: Ticket) -> str:
    with database.reading() as session:
        return descriptions(session, actor_of(shop.ann), [ticket.id]).get(ticket.id, "")


def is_shown(database: Database, shop: Shop, ticket: Ticket) -> bool:
    """Whether its customer meets it: on their own page, in the API, by its number, by its link."""
    ann, token = actor_of(shop.ann), tracking_token(SECRET, ticket.id, 1, shop.ann.id)
    doors: list[Callable[[Session], object]] = [
        lambda session: my_tracking_token(session, ann, ticket.number),
        lambda session: find_ticket(session, ann, ticket.number),
        lambda session: version_of(session, token),
    ]
    with database.reading() as session:
        open_doors = [
            my_tickets(session, ann, TicketFilter()).count == 1,
            ticket_list(session, ann, TicketFilter()).count == 1,
        ]
        for door in doors:
            try:
                door(session)
            except NotFound:
                open_doors.append(False)
            else:
                open_doors.append(True)
    assert len(set(open_doors)) == 1, open_doors
    return open_doors[0]


def test_a_message_that_begins_a_ticket_waits_like_an_answer(
    database: Database, shop: Shop
) -> None:
    ticket = begun(database, shop)
    assert leave(database, T + UNDO / 2) == 0
    assert not seen(database, ticket)
    assert reload(database, ticket).preview == described(database, shop, ticket) == ""
    assert [one.text for one in seen(database, ticket, public=False)]
    assert not is_shown(database, shop, ticket)
    assert leave(database, T + UNDO) == 1
    assert is_shown(database, shop, ticket)
    assert described(database, shop, ticket) == "Dear Ann, please send it in."
    now_on = reload(database, ticket)
    assert (now_on.status, now_on.answered, now_on.preview, now_on.comment_count) == (
        "waiting", True, "Dear Ann, please send it in.", 1,
    )  # fmt: skip


def test_a_message_that_begins_a_ticket_is_taken_back(database: Database, shop: Shop) -> None:
    ticket = begun(database, shop)
    (comment,) = seen(database, ticket, public=False)
    with database.transaction() as session:
        taken = take_back(session, shop.agent, comment.id, now=T + UNDO / 2)
    assert (taken.text, taken.files) == ("Dear Ann, please send it in.", (FILE,))
    assert leave(database, T + UNDO) == 0
    now_on = reload(database, ticket)
    assert (now_on.status, now_on.assignee_id, now_on.answered) == ("open", None, False)
    assert (now_on.preview, now_on.first_response_at, now_on.comment_count) == ("", None, 0)
    assert described(database, shop, ticket) == ""
    with database.transaction() as session:
        add_note(session, shop.agent, ticket.id, text="Not yet.", now=T + UNDO)
    assert not is_shown(database, shop, ticket)

    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("Dear Ann, again."), now=T + UNDO)
    assert described(database, shop, ticket) == "Dear Ann, again."
    assert is_shown(database, shop, ticket)
    assert outbox(database)[-1].subject == f"[{ticket.number}] Your recall", "it answers nothing"
