"""Splitting: some of a ticket's messages go to a new one of the same customer, and come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import links
from helpdesk.actions.add_note import add_note
from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.change_ticket import assign
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.split_ticket import AS_BEFORE, MOST, split_ticket, splittable
from helpdesk.actions.undo_change import undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, TicketMerged
from helpdesk.models import Change, InboundMail, Mailbox, Ticket, TicketLink
from helpdesk.tickets.access import actor_of
from tests.conftest import SECRET
from tests.helpdesk.mails import (
    comments_of,
    history_of,
    mail,
    outbox,
    participants_of,
    receive,
    ticket_of,
)
from tests.support.factories import NOW, Shop, make_person

LATER = NOW + timedelta(hours=1)
ANSWER = "comment_added_customer"


@pytest.fixture
def old(database: Database, shop: Shop) -> Ticket:
    """Ann's, with Bob in copy: her kettle leaks; then Bob asks for an invoice, and is answered."""
    filed = receive(database, mail(message_id="kettle@mail.example"))
    ticket = ticket_of(database, filed)
    with database.transaction() as session:
        add_person_to(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
    receive(
        database,
        mail(
            "bob@mail.example",
            "Re: It leaks",
            "And the invoice?",
            message_id="invoice@mail.example",
            in_reply_to=("kettle@mail.example",),
        ),
    )
    with database.transaction() as session:
        add_note(session, shop.agent, ticket.id, text="Billing knows.", now=NOW)
        reply(session, shop.agent, ticket.id, Answer("Here it is."), now=NOW)
    return ticket


def texts(database: Database, ticket: Ticket) -> list[str]:
    return [one.text for one in comments_of(database, ticket.id)]


def split(database: Database, shop: Shop, old: Ticket) -> Ticket:
    ids = [one.id for one in comments_of(database, old.id)][1:]
    with database.transaction() as session:
        return split_ticket(session, shop.agent, old.id, ids, subject="The invoice", now=LATER)


def newest(database: Database, ticket: Ticket, field: str) -> Change:
    return next(one for one in reversed(history_of(database, ticket.id)) if one.field == field)


def test_the_messages_go_with_their_people(database: Database, shop: Shop, old: Ticket) -> None:
    new = split(database, shop, old)
    assert texts(database, old) == ["It leaks."]
    assert texts(database, new) == ["And the invoice?", "Billing knows.", "Here it is."]
    assert [one.internal for one in comments_of(database, new.id)] == [False, True, False]
    assert (new.subject, new.requester_id) == ("The invoice", shop.ann.id)
    assert participants_of(database, new.id) == {shop.ann.id: False, shop.bob.id: False}
    assert participants_of(database, old.id) == {shop.ann.id: False, shop.bob.id: False}
    with database.reading() as session:
        new, old = session.get_one(Ticket, new.id), session.get_one(Ticket, old.id)
        assert (new.status, new.answered, new.comment_count) == ("waiting", True, 3)
        assert (old.answered, old.comment_count, old.preview) == (False, 1, "It leaks.")
        link = session.scalars(select(TicketLink)).one()
        assert (link.ticket_id, link.other_id, link.kind) == (new.id, old.id, "split")
        moved = session.scalars(select(InboundMail).where(InboundMail.ticket_id == new.id)).one()
        assert moved.decision["moved"][-1]["to"] == new.number
    lines = [(one.field, one.new_value) for one in history_of(database, old.id)]
    assert lines.count(("split", new.number)) == 1
    assert newest(database, new, "split_from").new_value == old.number


def test_later_answers_follow(database: Database, shop: Shop, old: Ticket) -> None:
    sent = {one.recipient: one for one in outbox(database, ANSWER)}
    new = split(database, shop, old)
    token = links.reply_token(SECRET, old.id, shop.ann.id, old.link_generation)
    address = f"support+{token}@shop.example"
    anns = {
        "our answer": mail(to=[address], in_reply_to=(sent["ann@mail.example"].message_id,)),
        "Bob's own": mail("bob@mail.example", "?", references=("invoice@mail.example",)),
    }
    for by, one in anns.items():
        assert receive(database, one).ticket_id == new.id, by
    kettle = mail(in_reply_to=("kettle@mail.example",))
    assert receive(database, kettle).ticket_id == old.id


@pytest.mark.parametrize("side", ["old", "new"])
def test_undone_everything_is_back(database: Database, shop: Shop, old: Ticket, side: str) -> None:
    before, people = texts(database, old), participants_of(database, old.id)
    new = split(database, shop, old)
    since = mail("bob@mail.example", f"[{new.number}]", "Thanks, one more question.")
    receive(database, since)
    on, field = (old, "split") if side == "old" else (new, "split_from")
    row = newest(database, on, field)
    with database.transaction() as session:
        undo_change(session, shop.agent, on.id, row.id, now=LATER)
    assert texts(database, old) == [*before, "Thanks, one more question."]
    assert texts(database, new) == []
    assert participants_of(database, old.id) == people
    again = mail("bob@mail.example", "?", references=("invoice@mail.example",))
    assert receive(database, again).ticket_id == old.id
    with database.transaction() as session, pytest.raises(InvalidInput, match="again since"):
        undo_change(session, shop.agent, on.id, row.id, now=LATER)
    redo = newest(database, old, "merged")
    with database.transaction() as session:
        undo_change(session, shop.agent, old.id, redo.id, now=LATER)
    assert texts(database, new)[0] == "And the invoice?", "and undone again"


def test_what_cannot_be_split_off(database: Database, shop: Shop, old: Ticket) -> None:
    first, *others = [one.id for one in comments_of(database, old.id)]
    with database.transaction() as session:
        waits = reply(session, shop.agent, old.id, Answer("Wait.", leaves_at=LATER), now=NOW)
        assert waits.id not in [one.id for one in splittable(session, old.id)]
    refused = {
        (): "Choose the messages",
        (first, *others): "must stay",
        (first, others[0], others[2]): "must stay",
        (first, 987654): "not on this ticket",
        (first, waits.id): "has not left yet",
        tuple(range(1, MOST + 2)): "At most",
    }
    for ids, words in refused.items():
        with database.transaction() as session, pytest.raises(InvalidInput, match=words):
            split_ticket(session, shop.agent, old.id, ids, now=NOW)
    with database.transaction() as session, pytest.raises(NotAllowed):
        split_ticket(session, actor_of(shop.ann), old.id, others, now=NOW)
    into = ticket_of(database, receive(database, mail()))
    with database.transaction() as session:
        merge_tickets(session, shop.agent, old.id, into.id, now=NOW)
        with pytest.raises(TicketMerged):
            split_ticket(session, shop.agent, old.id, others, now=NOW)


def test_later_answers_follow_what_came_by_a_merge(
    database: Database, shop: Shop, old: Ticket
) -> None:
    into = ticket_of(database, receive(database, mail("bob@mail.example", message_id="bike@x")))
    with database.transaction() as session:
        merge_tickets(session, shop.agent, old.id, into.id, now=NOW)
    kettle = [one.id for one in comments_of(database, into.id) if one.text == "And the invoice?"]
    for _ in range(2):  # and once more after an undo
        with database.transaction() as session:
            new = split_ticket(session, shop.agent, into.id, kettle, now=LATER)
        again = mail("bob@mail.example", "?", references=("invoice@mail.example",))
        assert receive(database, again).ticket_id == new.id
        row = newest(database, new, "split_from")
        with database.transaction() as session:
            undo_change(session, shop.agent, new.id, row.id, now=LATER)


def test_who_waits_goes_with_the_mail_that_named_them(database: Database, shop: Shop) -> None:
    old = ticket_of(database, receive(database, mail(message_id="k@x", verdict="pass")))
    named = mail(text="Ask Carla.", verdict="pass", cc=("carla@mail.example",), references=("k@x",))
    receive(database, named)
    people = participants_of(database, old.id)
    ids = [one.id for one in comments_of(database, old.id)][1:]
    with database.transaction() as session:
        new = split_ticket(session, shop.agent, old.id, ids, now=LATER)
    assert participants_of(database, new.id) == people
    assert participants_of(database, old.id) == {shop.ann.id: False}
    row = newest(database, new, "split_from")
    with database.transaction() as session:
        undo_change(session, shop.agent, new.id, row.id, now=LATER)
    assert participants_of(database, old.id) == people


def test_whoever_has_it_has_what_is_split_off(database: Database, shop: Shop, old: Ticket) -> None:
    with database.transaction() as session:
        zoe = make_person(session, "zoe@shop.example", "agent")
        session.flush()
        team = add_team(session, shop.admin, TeamDraft("Repairs", [zoe.id]), now=NOW)
        team.hands_out = True
        session.get_one(Mailbox, shop.mailbox.id).team_id = team.id
        assign(session, shop.admin, old.id, shop.agent.person_id, now=NOW)
    new = split(database, shop, old)
    told = [(one.field, one.reason) for one in history_of(database, new.id)]
    assert (new.assignee_id, new.team_id) == (shop.agent.person_id, team.id)
    assert ("assignee", AS_BEFORE) in told
    assert len([1 for field, _ in told if field == "assignee"]) == 1


def test_what_is_split_off_is_of_the_same_team(database: Database, shop: Shop, old: Ticket) -> None:
    with database.transaction() as session:
        zoe = make_person(session, "zoe@shop.example", "agent")
        session.flush()
        usual = add_team(session, shop.admin, TeamDraft("Repairs"), now=NOW)
        theirs = add_team(session, shop.admin, TeamDraft("Billing", [zoe.id]), now=NOW)
        theirs.hands_out = True
        session.get_one(Mailbox, shop.mailbox.id).team_id = usual.id
        assign_team(session, shop.admin, old.id, theirs.id, now=NOW)
        assign(session, shop.admin, old.id, None, now=NOW)
    new = split(database, shop, old)
    # Nobody had it: it is handed out, as a new one of that team.
    assert (new.team_id, new.assignee_id) == (theirs.id, zoe.id)
    row = newest(database, new, "split_from")
    with database.transaction() as session:
        undo_change(session, shop.agent, new.id, row.id, now=LATER)
        assert session.get_one(Ticket, old.id).team_id == theirs.id


def test_what_is_split_off_stays_in_spam_and_is_handed_out_to_nobody(
    database: Database, shop: Shop, old: Ticket
) -> None:
    with database.transaction() as session:
        team = add_team(session, shop.admin, TeamDraft("All", [shop.agent.person_id]), now=NOW)
        team.hands_out = True
        assign_team(session, shop.admin, old.id, team.id, now=NOW)
        assign(session, shop.admin, old.id, None, now=NOW)
        change_folder(session, shop.agent, old.id, "spam", now=NOW)
    new = split(database, shop, old)
    assert (new.folder, new.team_id, new.assignee_id) == ("spam", team.id, None)
