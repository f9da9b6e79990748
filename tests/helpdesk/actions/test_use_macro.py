"""A macro: all that it says, as one act, and one undo of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.change_ticket import change_priority
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.edit_tags import rename_tag
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.actions.use_macro import checked_macro, use_macro
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import CannedReply, Tag, Ticket
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import Role
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(minutes=5)
ALL = CannedReplyDraft(
    "Wait for DHL",
    "",
    status_after="in_progress",
    assignee="me",
    priority="high",
    tags=("Lost", "dhl"),
    snooze_hours="48",
    note="Asked about {{ ticket.number }}.",
)


def make(database: Database, shop: Shop, draft: CannedReplyDraft = ALL) -> int:
    with database.transaction() as session:
        return add_canned_reply(session, shop.agent, draft, now=NOW).id


def test_all_that_it_says_is_one_act_and_undone_by_one(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    macro = make(database, shop)
    with database.transaction() as session:
        done = use_macro(session, shop.agent, ticket.number, macro, now=LATER)
        change = newest_change(session, shop.agent, done, LATER)
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
        line = page.history[-1]
        assert (line.field, line.new_value, line.can_be_undone) == ("macro", ALL.name, True)
        assert [part.field for part in line.parts] == [
            *("status", "assignee", "priority", "tag", "snooze"),
        ]
        assert page.ticket.snoozed_until == LATER + timedelta(hours=48)
        assert [tag.name for tag in page.ticket.tags] == ["dhl", "Lost"]
        assert page.comments[-1].text == f"Asked about {ticket.number}."
        assert page.comments[-1].internal
        assert session.get_one(CannedReply, macro).used_count == 1
    assert change
    with database.transaction() as session:
        undo_change(session, shop.agent, ticket.number, change, now=LATER + timedelta(minutes=1))
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
        now = page.ticket
        assert (now.status, now.priority, now.assignee) == ("open", "medium", None)
        assert (now.tags, now.snoozed_until) == ((), None)
        assert not any(one.internal for one in page.comments)
        assert not page.history[-1].can_be_undone
        assert [line.field for line in page.history][-2:] == ["macro", "macro"]


def test_what_was_changed_since_is_not_undone(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    macro = make(database, shop)
    with database.transaction() as session:
        done = use_macro(session, shop.agent, ticket.id, macro, now=NOW)
        change = newest_change(session, shop.agent, done, NOW)
        change_priority(session, shop.agent, ticket.id, "urgent", now=LATER)
    assert change
    with database.transaction() as session, pytest.raises(InvalidInput):
        undo_change(session, shop.agent, ticket.id, change, now=LATER)


def test_where_all_is_so_already_the_history_has_no_line(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    macro = make(database, shop, CannedReplyDraft("High", "", priority="medium"))
    with database.transaction() as session:
        done = use_macro(session, shop.agent, ticket.id, macro, now=NOW)
        assert newest_change(session, shop.agent, done, NOW) is None


def test_an_answer_is_no_macro_and_customers_use_none(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    answer = make(database, shop, CannedReplyDraft("Hello", "Hello"))
    macro = make(database, shop)
    with database.transaction() as session:
        with pytest.raises(InvalidInput):
            use_macro(session, shop.agent, ticket.id, answer, now=NOW)
        with pytest.raises(InvalidInput):
            checked_macro(session, shop.agent, answer)
        with pytest.raises(NotAllowed):
            use_macro(session, actor_of(shop.ann), ticket.id, macro, now=NOW)


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("text", CannedReplyDraft("Nothing", "")),
        ("snooze_hours", CannedReplyDraft("Long", "", snooze_hours="9999")),
        ("snooze_hours", CannedReplyDraft("Done", "", snooze_hours="1", status_after="resolved")),
        ("tags", CannedReplyDraft("Quoted", "", tags=('a"b',))),
        ("note", CannedReplyDraft("Unknown", "", note="{{ nobody }}")),
    ],
)
def test_what_no_macro_can_do_is_not_saved(
    database: Database, shop: Shop, field: str, draft: CannedReplyDraft
) -> None:
    with database.transaction() as session, pytest.raises(InvalidInput) as problem:
        add_canned_reply(session, shop.agent, draft, now=NOW)
    assert problem.value.field == field


def test_a_tag_that_is_renamed_is_renamed_in_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    macro = make(database, shop)
    with database.transaction() as session:
        use_macro(session, shop.agent, ticket.id, macro, now=NOW)
        tag = session.query(Tag).filter(Tag.folded == "lost").one()
        admin = Actor(shop.agent.person_id, Role.ADMIN)
        rename_tag(session, admin, tag.id, "missing", now=NOW)
        assert session.get_one(CannedReply, macro).tags == ["dhl", "missing"]
