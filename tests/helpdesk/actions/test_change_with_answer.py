"""What comes with an answer: the fields that the team has made, and a checklist; and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.change_checklist import add_item, change_item
from helpdesk.actions.change_ticket import assign, change_priority, change_status
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.take_back import take_back
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.actions.use_canned_reply import use_canned_reply
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import ChecklistItem, Ticket
from helpdesk.queries.custom_fields import known_fields, on_ticket
from helpdesk.tickets.with_answer import WithAnswer
from tests.support.factories import NOW, Shop

BEFORE, LATER = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)


def shown(database: Database, shop: Shop, ticket: Ticket) -> tuple[list[str], list[str]]:
    with database.reading() as session:
        fields = known_fields(session, shop.agent)
        filled = on_ticket(session, fields, ticket.id, shop.mailbox.id)
        items = select(ChecklistItem.text).where(ChecklistItem.is_removed.is_(False))
        return [one.shown for one in filled], list(session.scalars(items))


def test_fields_and_items_come_with_it_and_go_with_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        for name in ("Size", "Serial"):
            add_custom_field(session, shop.admin, FieldDraft(name), now=BEFORE)
        set_custom_fields(session, shop.agent, ticket.id, {"size": "S"}, now=BEFORE)
        draft = CannedReplyDraft("Part", "We send it.", custom={"size": "XL", "serial": "a=1"},
                                 checklist=("Order the part", "Send it"))  # fmt: skip
        known = add_canned_reply(session, shop.agent, draft, now=BEFORE).id
        add_item(session, shop.agent, ticket.id, "Send it", now=BEFORE)
        changes = use_canned_reply(session, shop.agent, ticket.id, known, now=BEFORE).changes
    assert changes.custom_values == {"field.1": "XL", "field.2": "a=1"}
    assert changes.checklist_items == ["Order the part", "Send it"]
    with database.transaction() as session:
        answer = Answer("We send it.", may_undo=True, changes=changes)
        comment = reply(session, shop.agent, ticket.id, answer, now=NOW)
    assert shown(database, shop, ticket) == (["XL", "a=1"], ["Send it", "Order the part"])
    with database.transaction() as session:
        set_custom_fields(session, shop.agent, ticket.id, {"serial": "B2"}, now=LATER)
    with database.transaction() as session:
        back = take_back(session, shop.agent, comment.id, now=LATER).changes
    assert shown(database, shop, ticket) == (["S", "B2"], ["Send it"])
    assert back.custom_values == {"field.1": "XL", "field.2": "a=1"}
    assert back.checklist_items == ["Order the part"]


def test_an_item_that_was_ticked_since_stays(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    changes = WithAnswer(checklist="Order the part\r\nSend it")
    with database.transaction() as session:
        answer = Answer("We send it.", may_undo=True, changes=changes)
        comment = reply(session, shop.agent, ticket.id, answer, now=NOW)
        item = session.scalars(select(ChecklistItem.id).order_by(ChecklistItem.id)).first() or 0
        change_item(session, shop.agent, ticket.id, item, is_done=True, now=LATER)
    with database.transaction() as session:
        take_back(session, shop.agent, comment.id, now=LATER)
    assert shown(database, shop, ticket)[1] == ["Order the part"]


def test_what_was_chosen_stays_chosen_though_it_was_undone_in_the_history(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    admin = str(shop.admin.person_id)
    changes = WithAnswer(admin, "urgent", "gift, late", "24", "Look.", checklist="Order it")
    with database.transaction() as session:
        answer = Answer("We send it.", status="in_progress", may_undo=True, changes=changes)
        comment = reply(session, shop.agent, ticket.id, answer, now=NOW)
        came = newest_change(session, shop.agent, ticket, NOW) or 0
    with database.transaction() as session:
        undo_change(session, shop.agent, ticket.id, came, now=LATER)
        undone = session.get_one(Ticket, ticket.id)
        before = ("open", None, "medium", None)
        assert _fields(undone) == before
    with database.transaction() as session:
        taken = take_back(session, shop.agent, comment.id, now=LATER)
        assert _fields(session.get_one(Ticket, ticket.id)) == before
    assert taken.status == "in_progress"
    assert taken.changes == replace(changes, tags="gift,late")


def test_what_was_chosen_stays_chosen_though_a_colleague_changed_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    chosen = WithAnswer(str(shop.admin.person_id), "urgent", snooze_hours="24")
    with database.transaction() as session:
        answer = Answer("We send it.", status="waiting", may_undo=True, changes=chosen)
        comment = reply(session, shop.agent, ticket.id, answer, now=NOW)
    with database.transaction() as session:
        change_status(session, shop.admin, ticket.id, "resolved", now=LATER)
        assign(session, shop.admin, ticket.id, shop.agent.person_id, now=LATER)
        change_priority(session, shop.admin, ticket.id, "low", now=LATER)
    with database.transaction() as session:
        taken = take_back(session, shop.agent, comment.id, now=LATER)
        now_on = session.get_one(Ticket, ticket.id)
        assert _fields(now_on) == ("resolved", shop.agent.person_id, "low", None)
    assert (taken.status, taken.changes) == ("waiting", chosen)


def test_the_status_that_it_was_left_at_was_chosen_too(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "waiting", now=BEFORE)
        answer = Answer("And a hint.", status="waiting", may_undo=True)
        comment = reply(session, shop.agent, ticket.id, answer, now=NOW)
    with database.transaction() as session:
        change_status(session, shop.admin, ticket.id, "resolved", now=LATER)
    with database.transaction() as session:
        assert take_back(session, shop.agent, comment.id, now=LATER).status == "waiting"
        assert session.get_one(Ticket, ticket.id).status == "resolved"


def _fields(ticket: Ticket) -> tuple[object, ...]:
    return ticket.status, ticket.assignee_id, ticket.priority, ticket.snoozed_until


@pytest.mark.parametrize(
    "changes", [WithAnswer(custom="field.1=XXL"), WithAnswer(checklist="x" * 301)]
)
def test_what_does_not_hold_is_said_at_the_answer(
    database: Database, shop: Shop, ticket: Ticket, changes: WithAnswer
) -> None:
    with database.transaction() as session:
        draft = FieldDraft("Size", kind="choice", choices=("S", "XL"))
        add_custom_field(session, shop.admin, draft, now=NOW)
    with database.transaction() as session, pytest.raises(InvalidInput) as problem:
        reply(session, shop.agent, ticket.id, Answer("Yes", changes=changes), now=NOW)
    assert problem.value.field == "comment"
