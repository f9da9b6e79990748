"""Drafts: what staff write is kept until it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import (
    discard_draft,
    forget_old_drafts,
    is_draft_old,
    keep_taken_back,
    keep_unsent,
    save_draft,
)
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.take_back import take_back
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import DraftKind, Ticket
from helpdesk.queries.drafts import drafts_on, own_drafts
from helpdesk.queries.people import people
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.drafts import KEPT_FOR, DraftContent, find_draft
from helpdesk.vocabulary import MailboxRight
from tests.helpdesk.mails import mail, receive, ticket_of
from tests.support.factories import NOW, Shop

MAP = StoredFile("map.txt", "text/plain", 5, "a" * 64)
PLAN = StoredFile("plan.txt", "text/plain", 4, "b" * 64)


def save(
    database: Database,
    actor: Actor,
    text: str,
    ticket: Ticket | None,
    kind: DraftKind = DraftKind.REPLY,
    **fields: str,
) -> bool:
    with database.transaction() as session:
        content = DraftContent(text, fields, (MAP,) if text else ())
        key = ticket.id if ticket else None
        return save_draft(session, actor, kind, key, content, now=NOW)


def drafts(database: Database, actor: Actor, ticket: Ticket) -> dict[DraftKind, DraftContent]:
    with database.reading() as session:
        return dict(own_drafts(session, actor.person_id, ticket.id).by_kind)


def test_each_kind_and_each_person_has_one_and_the_last_word_stands(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    save(database, shop.agent, "Dear", ticket, status="waiting")
    assert save(database, shop.agent, "Dear Ann,", ticket, status="resolved")
    save(database, shop.agent, "He is right.", ticket, DraftKind.NOTE)
    save(database, shop.admin, "Hello", ticket)
    found = drafts(database, shop.agent, ticket)
    assert {kind: one.text for kind, one in found.items()} == {
        "reply": "Dear Ann,",
        "note": "He is right.",
    }
    assert found[DraftKind.REPLY].fields == {"status": "resolved"}
    assert found[DraftKind.REPLY].files == (MAP,)
    with database.reading() as session:
        every = drafts_on(session, [ticket.id])[ticket.id]
    assert [(one.person_id, one.kind) for one in every] == [
        (shop.agent.person_id, "reply"),
        (shop.agent.person_id, "note"),
        (shop.admin.person_id, "reply"),
    ]
    with database.reading() as session:
        views = people(session, (one.person_id for one in every))
    assert [one.name for one in every] == [views[one.person_id].name for one in every]
    assert all(one.name for one in every)


def test_a_new_ticket_is_written_once_at_a_time(database: Database, shop: Shop) -> None:
    save(database, shop.agent, "", None, DraftKind.TICKET, customer="ann@shop.example")
    save(database, shop.agent, "She called.", None, DraftKind.TICKET, customer="ann@shop.example")
    with database.reading() as session:
        kept = find_draft(session, shop.agent.person_id or 0, DraftKind.TICKET, None)
    assert kept == DraftContent("She called.", {"customer": "ann@shop.example"}, (MAP,))


def test_what_is_emptied_or_sent_is_no_draft(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    save(database, shop.agent, "Dear", ticket)
    assert not save(database, shop.agent, "", ticket, status="resolved")
    assert drafts(database, shop.agent, ticket) == {}
    save(database, shop.agent, "Dear", ticket)
    with database.transaction() as session:
        discard_draft(session, shop.agent, DraftKind.REPLY, ticket.number)
    assert drafts(database, shop.agent, ticket) == {}


def test_what_is_too_long_is_said_and_changes_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    save(database, shop.agent, "Dear", ticket)
    with pytest.raises(InvalidInput):
        save(database, shop.agent, "x" * 100_001, ticket)
    assert drafts(database, shop.agent, ticket)[DraftKind.REPLY].text == "Dear"


def test_customers_keep_none(database: Database, shop: Shop, ticket: Ticket) -> None:
    with pytest.raises(NotAllowed):
        save(database, actor_of(shop.ann), "Dear", ticket)


def test_what_is_taken_back_stands_above_what_is_being_written(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        answer = Answer("Good news.", files=(PLAN, MAP), status="resolved", may_undo=True)
        comment_id = reply(session, shop.agent, ticket.id, answer, now=NOW).id
    save(database, shop.agent, "And more", ticket, status="waiting", later="2026-12-01T09:00")
    with database.transaction() as session:
        taken = take_back(session, shop.agent, comment_id, now=NOW)
        assert keep_taken_back(session, shop.agent, taken, now=NOW).is_beside
    assert drafts(database, shop.agent, ticket)[DraftKind.REPLY] == DraftContent(
        "Good news.\n\nAnd more",
        {"status": "resolved", "later": "2026-12-01T09:00"},
        (PLAN, MAP),
    )


def test_drafts_go_along_where_tickets_are_merged(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    other = ticket_of(database, receive(database, mail(message_id="other@mail.example")))
    save(database, shop.agent, "On the first", ticket)
    save(database, shop.agent, "On the second", other)
    save(database, shop.admin, "Mine", ticket, DraftKind.NOTE)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, ticket.id, other.id, now=NOW)
    assert drafts(database, shop.agent, ticket) == {}
    assert drafts(database, shop.agent, other)[DraftKind.REPLY].text == (
        "On the second\n\nOn the first"
    )
    assert drafts(database, shop.admin, other)[DraftKind.NOTE].text == "Mine"


def test_what_is_written_on_a_merged_ticket_is_kept_where_it_goes_on(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    other = ticket_of(database, receive(database, mail(message_id="other@mail.example")))
    with database.transaction() as session:
        merge_tickets(session, shop.agent, ticket.id, other.id, now=NOW)
    save(database, shop.agent, "The last words", ticket)
    assert drafts(database, shop.agent, ticket) == {}
    assert drafts(database, shop.agent, other)[DraftKind.REPLY].text == "The last words"


def test_what_is_written_stays_where_one_may_not_see_where_it_goes_on(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    some = replace(shop.agent, rights=((shop.mailbox.id, MailboxRight.ANSWER),))
    with database.transaction() as session:
        box = add_mailbox(session, SYSTEM, "other@shop.example", name="Other", now=NOW)
        draft = TicketDraft("Elsewhere", "Hello", mailbox_id=box.id)
        other = create_ticket(session, actor_of(shop.ann), draft, now=NOW)
        merge_tickets(session, shop.admin, ticket.id, other.id, now=NOW)
    save(database, some, "The last words", ticket)
    assert drafts(database, some, ticket)[DraftKind.REPLY].text == "The last words"
    assert drafts(database, shop.agent, other) == {}


def test_drafts_go_back_where_tickets_are_taken_apart(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    other = ticket_of(database, receive(database, mail(message_id="other@mail.example")))
    third = ticket_of(database, receive(database, mail(message_id="third@mail.example")))
    save(database, shop.agent, "For Ann", ticket)
    save(database, shop.admin, "For Ann, too", ticket)
    save(database, shop.admin, "For Bob", other)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, ticket.id, other.id, now=NOW)
    save(database, shop.agent, "For Ann, with more", other)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, other.id, third.id, now=NOW)
        take_apart(session, shop.agent, other.id, now=NOW)
        take_apart(session, shop.agent, ticket.id, now=NOW)
    assert drafts(database, shop.agent, ticket)[DraftKind.REPLY].text == "For Ann, with more"
    assert drafts(database, shop.agent, other) == {}
    assert drafts(database, shop.agent, third) == {}
    assert drafts(database, shop.admin, other)[DraftKind.REPLY].text == "For Bob\n\nFor Ann, too"


def test_left_alone_for_thirty_days_they_go(database: Database, shop: Shop, ticket: Ticket) -> None:
    save(database, shop.agent, "Dear", ticket)
    for after, gone in ((KEPT_FOR, 0), (KEPT_FOR + timedelta(seconds=1), 1)):
        with database.transaction() as session:
            assert is_draft_old(session, NOW + after) == bool(gone)
            assert forget_old_drafts(session, now=NOW + after) == gone
    assert drafts(database, shop.agent, ticket) == {}


def test_who_may_only_read_has_nothing_to_write(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    assert ticket.mailbox_id
    save(database, shop.agent, "Dear Ann,", ticket)
    reader = replace(shop.agent, rights=((ticket.mailbox_id, MailboxRight.SEE),))
    for kind in (DraftKind.REPLY, DraftKind.NOTE, DraftKind.SIDE, DraftKind.FORWARD):
        with pytest.raises(NotAllowed):
            save(database, reader, "Posted by hand", ticket, kind)
        content = DraftContent("Posted by hand")
        with database.transaction() as session, pytest.raises(NotAllowed):
            keep_unsent(session, reader, kind, ticket.id, content, now=NOW)
    with pytest.raises(NotAllowed):
        save(database, reader, "Posted by hand", None, DraftKind.TICKET)
    found = drafts(database, shop.agent, ticket)
    assert {kind: one.text for kind, one in found.items()} == {"reply": "Dear Ann,"}
    with database.transaction() as session:  # what was written before can go
        discard_draft(session, reader, DraftKind.REPLY, ticket.id)
    assert drafts(database, shop.agent, ticket) == {}
