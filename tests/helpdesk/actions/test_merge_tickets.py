"""Merging: one conversation under two numbers, and taking them apart again."""

from __future__ import annotations

import pytest

from helpdesk import links
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.split_ticket import split_ticket
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import Ticket, TicketMerge
from helpdesk.queries.followed_link import follow_link
from helpdesk.tickets.access import actor_of
from tests.conftest import SECRET
from tests.helpdesk.mails import (
    comments_of,
    history_of,
    mail,
    outbox,
    participants_of,
    receive,
    steps_of,
    ticket_of,
)
from tests.support.factories import NOW, Shop, make_ticket

ANSWER = "comment_added_customer"


@pytest.fixture
def old(database: Database, shop: Shop) -> Ticket:
    """Bob's: the one that is to go over."""
    filed = receive(
        database,
        mail("bob@mail.example", "Me too", "Mine as well.", message_id="bobs@mail.example"),
    )
    with database.transaction() as session:
        reply(session, shop.agent, filed.ticket_id or 0, Answer("We look into it."), now=NOW)
    return ticket_of(database, filed)


@pytest.fixture
def new(database: Database, shop: Shop) -> Ticket:
    return ticket_of(database, receive(database, mail(message_id="anns@mail.example")))


@pytest.fixture
def merged(database: Database, shop: Shop, old: Ticket, new: Ticket) -> Ticket:
    with database.transaction() as session:
        return merge_tickets(session, shop.agent, old.id, new.id, now=NOW)


def reload(database: Database, ticket: Ticket) -> Ticket:
    with database.reading() as session:
        return session.get_one(Ticket, ticket.id)


def test_the_conversation_goes_over_in_order(
    database: Database, shop: Shop, old: Ticket, new: Ticket, merged: Ticket
) -> None:
    assert merged.id == new.id
    texts = [comment.text for comment in comments_of(database, new.id)]
    assert texts == ["Mine as well.", "We look into it.", "It leaks."]
    assert comments_of(database, old.id) == []
    assert [one.opening for one in comments_of(database, new.id)] == [True, False, False]
    left, goes_on = reload(database, old), reload(database, new)
    assert (left.status, left.comment_count) == ("closed", 0)
    assert (goes_on.status, goes_on.comment_count, goes_on.preview) == ("open", 3, "It leaks.")
    assert participants_of(database, new.id) == {shop.ann.id: False, shop.bob.id: False}
    fields = {one.field: one.new_value for one in history_of(database, old.id)}
    assert fields["merged_into"] == new.number
    assert history_of(database, new.id)[-1].new_value == old.number


def test_everything_that_led_to_the_old_one_leads_to_the_new_one(
    database: Database, shop: Shop, old: Ticket, new: Ticket, merged: Ticket
) -> None:
    token = links.reply_token(SECRET, old.id, shop.bob.id, old.link_generation)
    ours = next(one for one in outbox(database, ANSWER) if one.recipient == "bob@mail.example")
    bobs = {
        "reply address": mail("bob@mail.example", "?", to=[f"support+{token}@shop.example"]),
        "our Message-ID": mail("bob@mail.example", "?", in_reply_to=(ours.message_id,)),
        "his own": mail("bob@mail.example", "?", references=("bobs@mail.example",)),
        "number": mail("bob@mail.example", f"Re: [{old.number}]"),
    }
    for by, one in bobs.items():
        assert receive(database, one).ticket_id == new.id, by
    bounce = mail(None, kind="bounce", envelope_from="", bounced_message_id=ours.message_id)
    assert receive(database, bounce).ticket_id == new.id
    link = links.tracking_token(SECRET, old.id, old.link_generation, shop.bob.id)
    with database.reading() as session:
        follower = follow_link(session, link)
        assert (follower.ticket.id, follower.person_id) == (new.id, shop.bob.id)
        assert not follower.is_requester
    with database.transaction() as session:
        reply(session, shop.agent, new.id, Answer("To you both."), now=NOW)
    last = {one.recipient: one for one in outbox(database, ANSWER)}
    assert set(last) == {"ann@mail.example", "bob@mail.example"}
    assert last["bob@mail.example"].references[0] == "bobs@mail.example"


def test_a_row_of_merges_leads_to_its_end(
    database: Database, shop: Shop, old: Ticket, new: Ticket, merged: Ticket
) -> None:
    third = ticket_of(database, receive(database, mail()))
    with database.transaction() as session:
        merge_tickets(session, shop.agent, new.id, third.id, now=NOW)
    filed = receive(database, mail("bob@mail.example", f"[{old.number}]"))
    assert filed.ticket_id == third.id
    with database.transaction() as session:
        take_apart(session, shop.agent, old.id, now=NOW)
    assert [one.text for one in comments_of(database, old.id)][:1] == ["Mine as well."]


def test_nothing_is_taken_apart_whose_messages_were_split_off(
    database: Database, shop: Shop, old: Ticket, new: Ticket, merged: Ticket
) -> None:
    with database.reading() as session:
        came = session.get_one(TicketMerge, old.id).comment_ids
    with database.transaction() as session:
        part = split_ticket(session, shop.agent, new.id, came, now=NOW)
    with database.transaction() as session, pytest.raises(InvalidInput, match=part.number):
        take_apart(session, shop.agent, old.id, now=NOW)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, part.id, new.id, now=NOW)
    with database.transaction() as session:
        take_apart(session, shop.agent, old.id, now=NOW)
    assert [one.id for one in comments_of(database, old.id)] == came


def test_taken_apart_both_are_as_they_were(
    database: Database, shop: Shop, old: Ticket, new: Ticket, merged: Ticket
) -> None:
    receive(database, mail("bob@mail.example", f"[{old.number}]", "Written meanwhile."))
    with database.transaction() as session:
        take_apart(session, shop.agent, old.id, now=NOW)
    assert [one.text for one in comments_of(database, old.id)] == [
        "Mine as well.",
        "We look into it.",
    ]
    assert [one.text for one in comments_of(database, new.id)] == [
        "It leaks.",
        "Written meanwhile.",
    ]
    assert [one.opening for one in comments_of(database, new.id)] == [True, False]
    assert participants_of(database, new.id) == {shop.ann.id: False}
    back = reload(database, old)
    assert (back.status, back.answered, back.comment_count) == ("waiting", True, 2)
    assert steps_of(database, old.id)[-1] == "waiting"
    assert receive(database, mail("bob@mail.example", f"[{old.number}]")).ticket_id == old.id
    with database.transaction() as session, pytest.raises(InvalidInput, match="not merged"):
        take_apart(session, shop.agent, old.id, now=NOW)


def test_what_cannot_be_merged(
    database: Database, shop: Shop, old: Ticket, new: Ticket, merged: Ticket
) -> None:
    with database.transaction() as session:
        for one, other in ((new.id, new.id), (new.id, old.id), (old.id, new.id)):
            with pytest.raises(InvalidInput) as problem:
                merge_tickets(session, shop.agent, one, other, now=NOW)
            assert problem.value.field == "into"
        for verb in (
            lambda: merge_tickets(session, actor_of(shop.ann), new.id, old.id, now=NOW),
            lambda: take_apart(session, actor_of(shop.ann), old.id, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                verb()


@pytest.mark.parametrize("folder", ["trash", "spam"])
def test_nothing_goes_from_the_inbox_to_where_it_is_thrown_away(
    database: Database, shop: Shop, folder: str
) -> None:
    with database.transaction() as session:
        one, away = make_ticket(session, shop.ann), make_ticket(session, shop.ann)
        change_folder(session, shop.agent, away.id, folder, now=NOW)
    with database.transaction() as session, pytest.raises(InvalidInput, match=f"in {folder}"):
        merge_tickets(session, shop.agent, one.id, away.id, now=NOW)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, away.id, one.id, now=NOW)
