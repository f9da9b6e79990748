"""Moving a ticket to another mailbox: who may, who has it then, and what still finds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_many import Selection, begin_bulk, undo_bulk, work_off
from helpdesk.actions.change_ticket import assign
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import save_draft
from helpdesk.actions.send_notifications import send_notifications
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.side_conversation import (
    SideMessage,
    start_side_conversation,
    write_in_side_conversation,
)
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import DraftKind, Mailbox, Notice, Person, Ticket
from helpdesk.queries.drafts import drafts_on
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.news import news_since
from helpdesk.queries.queue import queue_page
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.access import actor_of, find_ticket
from helpdesk.tickets.drafts import DraftContent, find_draft
from tests.conftest import SECRET
from tests.helpdesk.mails import comments_of, history_of, mail, outbox, receive, ticket_of
from tests.support.factories import NOW, Shop, make_person

LATER = NOW + timedelta(minutes=1)
RETURNS = "returns@shop.example"


@dataclass(frozen=True)
class Boxes:
    """Two mailboxes: Kim answers in the first alone, and reads the second nowhere."""

    first: int
    second: int
    kim: Actor
    lee: Actor
    """Answers in both."""


@pytest.fixture
def boxes(database: Database, shop: Shop) -> Boxes:
    with database.transaction() as session:
        second = add_mailbox(session, SYSTEM, RETURNS, name="Returns", now=NOW).id
        first = shop.mailbox.id
        kim = agent(session, shop, "kim@shop.example", {first: "answer"})
        lee = agent(session, shop, "lee@shop.example", {first: "answer", second: "answer"})
        return Boxes(first, second, kim, lee)


@pytest.fixture
def ticket(database: Database, boxes: Boxes) -> Ticket:
    return ticket_of(database, receive(database, mail(message_id="anns@mail.example")))


def agent(session: Session, shop: Shop, address: str, rights: dict[int, str]) -> Actor:
    person = make_person(session, address, "agent")
    set_mailbox_rights(session, shop.admin, person.id, rights, now=NOW)
    return actor_of(person)


def move(database: Database, actor: Actor, ticket: Ticket, to: int | str) -> int:
    """Move it; the row of the history by which that is undone."""
    with database.transaction() as session:
        moved = move_ticket(session, actor, ticket.id, to, now=LATER)
        return newest_change(session, actor, moved, LATER) or 0


def sees(session: Session, actor: Actor) -> int:
    return len(queue_page(session, actor, "all", QueueFilter()).rows)


def test_who_may_answer_in_both_may_move(
    database: Database, shop: Shop, boxes: Boxes, ticket: Ticket
) -> None:
    with database.transaction() as session:
        reader = agent(
            session, shop, "rae@shop.example", {boxes.first: "answer", boxes.second: "see"}
        )
        looker = agent(session, shop, "lou@shop.example", {boxes.first: "see", boxes.second: "see"})
        words = set()
        for target in (boxes.second, RETURNS, 9_999, "nobody@shop.example", ""):
            with pytest.raises(InvalidInput) as refused:
                move_ticket(session, boxes.kim, ticket.id, target, now=NOW)
            words.add((refused.value.field, refused.value.message))
        assert len(words) == 1, "what one may not see is what does not exist"
        with pytest.raises(InvalidInput):
            move_ticket(session, reader, ticket.id, boxes.second, now=NOW)
        for nobody in (looker, actor_of(shop.ann)):
            with pytest.raises(NotAllowed):
                move_ticket(session, nobody, ticket.id, boxes.second, now=NOW)
        session.get_one(Mailbox, boxes.second).removed_at = NOW
        with pytest.raises(InvalidInput):
            move_ticket(session, boxes.lee, ticket.id, boxes.second, now=NOW)


def test_it_is_gone_for_who_does_not_see_the_other_mailbox(
    database: Database, shop: Shop, boxes: Boxes, ticket: Ticket
) -> None:
    with database.transaction() as session:
        assign(session, shop.admin, ticket.id, boxes.kim.person_id, now=NOW)
        for text in ("Look, @Kim", "Look, @Lee"):
            add_note(session, shop.admin, ticket.id, text=text, now=NOW)
        for one in (boxes.kim, boxes.lee):
            content = DraftContent("Dear Ann")
            save_draft(session, one, DraftKind.REPLY, ticket.id, content, now=NOW)
        send_notifications(session, now=NOW)
        assert sees(session, boxes.kim) == 1
    told = [one.recipient for one in outbox(database) if one.template == "mentioned_staff"]
    assert sorted(told) == ["kim@shop.example", "lee@shop.example"]
    change = move(database, boxes.lee, ticket, boxes.second)
    states = {
        (one.template, one.recipient, str(one.state))
        for one in outbox(database)
        if one.recipient.startswith(("kim", "lee")) and one.template != "ticket_created_staff"
    }
    assert states == {
        ("assigned_staff", "kim@shop.example", "cancelled"),
        ("mentioned_staff", "kim@shop.example", "cancelled"),
        ("mentioned_staff", "lee@shop.example", "queued"),
    }
    with database.reading() as session:
        assert sees(session, boxes.kim) == 0
        with pytest.raises(NotFound):
            find_ticket(session, boxes.kim, ticket.number)
        found = session.get_one(Ticket, ticket.id)
        assert (found.mailbox_id, found.assignee_id) == (boxes.second, None)
        shown = drafts_on(session, [ticket.id])[ticket.id]
        assert [one.person_id for one in shown] == [boxes.lee.person_id]
        page = ticket_page(session, boxes.lee, ticket.number)
        assert page.drafts == shown
        assert find_draft(session, boxes.kim.person_id or 0, DraftKind.REPLY, ticket.id)
        (line,) = [one for one in page.history if one.field == "mailbox"]
        assert (line.old_value, line.new_value) == ("support@shop.example", RETURNS)
        assert [part.field for part in line.parts] == ["assignee"]
        told_to = {one.mailbox_id for one in news_since(session, NOW)}
        assert told_to == {boxes.first, boxes.second}, "who saw it hears that it went"
        assert {one.mailbox_id for one in news_since(session, LATER)} == set()
    with database.transaction() as session:
        undo_change(session, boxes.lee, ticket.id, change, now=LATER + timedelta(seconds=1))
        found = session.get_one(Ticket, ticket.id)
        assert (found.mailbox_id, found.assignee_id) == (boxes.first, boxes.kim.person_id)
        assert sees(session, boxes.kim) == 1
        assert len(drafts_on(session, [ticket.id])[ticket.id]) == 2


def test_what_is_to_be_told_is_told_to_who_sees_it_then(
    database: Database, boxes: Boxes, ticket: Ticket
) -> None:
    with database.transaction() as session:
        add_note(session, boxes.lee, ticket.id, text="Look, @Kim", now=NOW)
        assert session.query(Notice).count()
    move(database, boxes.lee, ticket, boxes.second)
    with database.transaction() as session:
        send_notifications(session, now=LATER)
    assert not [one for one in outbox(database) if one.recipient == "kim@shop.example"]


def test_the_team_follows_the_mailbox(
    database: Database, shop: Shop, boxes: Boxes, ticket: Ticket
) -> None:
    with database.transaction() as session:
        kims, lees = boxes.kim.person_id or 0, boxes.lee.person_id or 0
        repairs = add_team(session, shop.admin, TeamDraft("Repairs", [kims], []), now=NOW).id
        returns = add_team(
            session, shop.admin, TeamDraft("Returns", [lees], [boxes.second]), now=NOW
        ).id
        found = session.get_one(Ticket, ticket.id)
        found.team_id = repairs
    change = move(database, boxes.lee, ticket, boxes.second)
    with database.transaction() as session:
        found = session.get_one(Ticket, ticket.id)
        assert found.team_id is None, "nobody of the team sees it there"
        undo_change(session, boxes.lee, ticket.id, change, now=LATER)
        assert session.get_one(Ticket, ticket.id).team_id == repairs
        session.get_one(Ticket, ticket.id).team_id = None
    change = move(database, boxes.lee, ticket, boxes.second)
    with database.transaction() as session:
        assert session.get_one(Ticket, ticket.id).team_id == returns, "as new mail there"
        undo_change(session, boxes.lee, ticket.id, change, now=LATER)
        assert session.get_one(Ticket, ticket.id).team_id is None


def test_answers_leave_from_there_and_both_addresses_find_it(
    database: Database, boxes: Boxes, ticket: Ticket
) -> None:
    with database.transaction() as session:
        reply(session, boxes.lee, ticket.id, Answer("We look."), now=NOW)
    move(database, boxes.lee, ticket, RETURNS.upper())
    with database.transaction() as session:
        reply(session, boxes.lee, ticket.id, Answer("We found it."), now=LATER)
    before, after = outbox(database, "comment_added_customer")
    assert before.reply_to.endswith("@shop.example")
    assert (before.mailbox_id, after.mailbox_id) == (boxes.first, boxes.second)
    assert after.reply_to.startswith("returns+")
    assert before.message_id in after.references
    found = ticket_of(database, receive(database, mail(to=[before.reply_to])))
    assert found.id == ticket.id
    for to, by in (
        (after.reply_to, {}),
        ("support@shop.example", {"in_reply_to": (after.message_id,)}),
        (RETURNS, {"in_reply_to": (before.message_id,)}),
        (RETURNS, {"subject": f"Re: [{ticket.number}]"}),
    ):
        assert receive(database, mail(to=[to], **by)).ticket_id == ticket.id
    with database.reading() as session:
        assert session.get_one(Ticket, ticket.id).mailbox_id == boxes.second


def test_side_conversations_go_along_and_their_answers_still_find_them(
    database: Database, boxes: Boxes, ticket: Ticket
) -> None:
    with database.transaction() as session:
        asked = SideMessage("Where is it?", to="info@carrier.example", subject="Parcel 1Z99")
        made = start_side_conversation(session, boxes.lee, ticket.id, asked, now=NOW)
        side_id = made.side_conversation_id
        assert side_id
    move(database, boxes.lee, ticket, boxes.second)
    (before,) = outbox(database, "side_message_outside")
    receive(database, mail("info@carrier.example", "Re: Parcel", to=[before.reply_to]))
    assert comments_of(database, ticket.id)[-1].side_conversation_id == side_id
    with database.transaction() as session:
        more = SideMessage("And now?")
        write_in_side_conversation(session, boxes.lee, ticket.id, side_id, more, now=LATER)
        with pytest.raises(NotFound):
            write_in_side_conversation(session, boxes.kim, ticket.id, side_id, more, now=LATER)
    after = outbox(database, "side_message_outside")[-1]
    assert (after.mailbox_id, after.reply_to.partition("+")[0]) == (boxes.second, "returns")
    token = links.side_token(SECRET, side_id, before.person_id or 0, 1)
    receive(database, mail("info@carrier.example", "Re", to=[f"returns+{token}@shop.example"]))
    assert comments_of(database, ticket.id)[-1].side_conversation_id == side_id


def test_many_are_moved_and_back_as_one(database: Database, boxes: Boxes, ticket: Ticket) -> None:
    other = ticket_of(database, receive(database, mail("bob@mail.example")))

    def work(bulk_id: int) -> None:
        clock = iter(range(1_000_000)).__next__
        work_off(
            database.transaction,
            bulk_id,
            clock=lambda: LATER,
            monotonic=clock,
            sleep=lambda _: None,
            seconds=9,
        )

    with database.transaction() as session:
        for value in (str(boxes.second), "99", ""):
            with pytest.raises(InvalidInput):
                begin_bulk(session, boxes.kim, Selection([ticket.id]), "mailbox", value, now=LATER)
        chosen = Selection([ticket.id, other.id])
        bulk_id = begin_bulk(session, boxes.lee, chosen, "mailbox", RETURNS, now=LATER).id
    work(bulk_id)
    with database.transaction() as session:
        assert sees(session, boxes.kim) == 0
        undo_bulk(session, boxes.lee, bulk_id, now=LATER)
    work(bulk_id)
    with database.reading() as session:
        assert sees(session, boxes.kim) == 2


def test_a_reason_is_asked_and_nothing_is_done_twice(
    database: Database, boxes: Boxes, ticket: Ticket
) -> None:
    with database.transaction() as session:
        session.get_one(Mailbox, boxes.first).asks_reason = True
        with pytest.raises(InvalidInput) as refused:
            move_ticket(session, boxes.lee, ticket.id, boxes.second, now=NOW)
        assert refused.value.field == "reason"
        move_ticket(session, boxes.lee, ticket.id, boxes.first, now=NOW)  # there already
        move_ticket(session, boxes.lee, ticket.id, boxes.second, now=NOW, reason="a return")
        assert session.get_one(Person, boxes.lee.person_id).active
    (line,) = [one for one in history_of(database, ticket.id) if one.field == "mailbox"]
    assert line.reason == "a return"
