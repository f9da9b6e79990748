"""What customers may know of a ticket's history."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_checklist import add_item
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.change_ticket import (
    change_language,
    change_priority,
    change_status,
    change_subject,
)
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.link_order import change_order
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_order import save_order
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.snooze import snooze
from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.models import Person, Ticket
from helpdesk.queries.history import ChangeView
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.queries.told_changes import told_changes
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.history import ANSWERED_ASIDE
from helpdesk.tickets.orders import OrderDetails
from helpdesk.tickets.snoozing import Snooze
from helpdesk.vocabulary import Status
from tests.support.factories import NOW, Shop


def change(old: str, new: str, reason: str = "", field: str = "status") -> ChangeView:
    return ChangeView(1, None, field, old, new, reason, NOW)


WAITS = change("open", "waiting")
ASIDE = change("waiting", "in_progress", ANSWERED_ASIDE)


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ([], []),
        ([change("in_progress", "waiting", "undone")], []),
        ([change("in_progress", "resolved")], [("waiting", "resolved")]),
        (
            [change("in_progress", "waiting"), change("waiting", "in_progress")],
            [("waiting", "in_progress")],
        ),
    ],
)
def test_a_side_conversation_made_no_step(
    then: list[ChangeView], told: list[tuple[str, str]]
) -> None:
    mine = change("", "gift", field="tag")
    found = told_changes([WAITS, mine, ASIDE, mine, *then], ("status",))
    assert [(one.old_value, one.new_value) for one in found] == [("open", "waiting"), *told]


def test_that_it_opened_the_ticket_again_is_told() -> None:
    again = change("resolved", "open", ANSWERED_ASIDE)
    assert list(told_changes([again], ("status",))) == [again]


def told_at(database: Database, person: Person, ticket: Ticket) -> datetime:
    """When a ticket changed last, as its customer is told."""
    with database.reading() as session:
        listed = ticket_list(session, actor_of(person), TicketFilter()).tickets
        assert [one.ticket.id for one in listed] == [ticket.id]
        return listed[0].ticket.updated_at


def test_what_staff_do_among_themselves_tells_customers_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    hidden = {
        "note": lambda s, t, at: add_note(s, shop.agent, t, text="Rude.", now=at),
        "tag": lambda s, t, at: change_tags(s, shop.agent, t, add=("vip",), now=at),
        "snooze": lambda s, t, at: snooze(
            s, shop.agent, t, Snooze(at + timedelta(days=1), True), now=at
        ),
        "item": lambda s, t, at: add_item(s, shop.agent, t, "Ask the carrier", now=at),
        "field": lambda s, t, at: set_custom_fields(s, shop.agent, t, {"serial": "7"}, now=at),
        "language": lambda s, t, at: change_language(s, shop.agent, t, "de", now=at),
        "spam": lambda s, t, at: change_folder(s, shop.agent, t, "spam", now=at),
    }
    with database.transaction() as session:
        add_custom_field(session, shop.admin, FieldDraft("Serial", key="serial"), now=NOW)
    before, at = told_at(database, shop.ann, ticket), NOW
    for name, act in hidden.items():
        at += timedelta(hours=1)
        with database.transaction() as session:
            act(session, ticket.id, at)
            assert session.get_one(Ticket, ticket.id).updated_at == at, name
        assert told_at(database, shop.ann, ticket) == before, name


def test_what_customers_see_tells_them_that_it_changed(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    at = NOW
    shown = {
        "status": lambda s: change_status(s, shop.agent, ticket.id, "in_progress", now=at),
        "priority": lambda s: change_priority(s, shop.agent, ticket.id, "high", now=at),
        "subject": lambda s: change_subject(s, shop.agent, ticket.id, "The kettle", now=at),
        "field": lambda s: set_custom_fields(s, shop.agent, ticket.id, {"colour": "red"}, now=at),
        "answer": lambda s: reply(s, shop.agent, ticket.id, Answer("Which one?"), now=at),
        "words": lambda s: reply(s, actor_of(shop.ann), ticket.id, Answer("Blue."), now=at),
    }
    with database.transaction() as session:
        form = FieldDraft("Colour", key="colour", on_form=True)
        add_custom_field(session, shop.admin, form, now=NOW)
    for name, act in shown.items():
        at += timedelta(hours=1)
        with database.transaction() as session:
            act(session)
        assert told_at(database, shop.ann, ticket) == at, name


def test_what_a_side_conversation_did_is_no_change_either(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "in_progress", now=NOW)
        change_status(session, shop.agent, ticket.id, "waiting", now=NOW)
    before, at = told_at(database, shop.ann, ticket), NOW + timedelta(hours=1)
    with database.transaction() as session:
        walk = session.get_one(Ticket, ticket.id)
        walk_status(session, walk, SYSTEM, Status.IN_PROGRESS, at, ANSWERED_ASIDE)
    assert told_at(database, shop.ann, ticket) == before


def test_an_order_is_news_for_its_customer_alone(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        add_person_to(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
        save_order(session, shop.agent, "A-1", OrderDetails("ann@mail.example"), now=NOW)
        before, at = NOW, NOW + timedelta(hours=1)
        change_order(session, shop.agent, ticket.id, "A-1", now=at)
    assert told_at(database, shop.ann, ticket) == at
    assert told_at(database, shop.bob, ticket) == before
