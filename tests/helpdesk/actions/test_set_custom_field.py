"""What stands in a custom field of a ticket: changed, undone, and what a form files with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_custom_field import (
    FieldDraft,
    add_custom_field,
    archive_custom_field,
    change_custom_field,
)
from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.actor import SYSTEM, VISITOR, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import CustomField, Mailbox, Ticket
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.custom_fields import all_fields, values_on
from helpdesk.vocabulary import MailboxRight, Role, Source
from tests.support.factories import NOW, Shop

LATER = NOW.replace(hour=10)


def _add(session: Session, shop: Shop, name: str, kind: str, **more: object) -> CustomField:
    draft = replace(FieldDraft(name, kind=kind), **more)  # type: ignore[arg-type]
    return add_custom_field(session, shop.admin, draft, now=NOW)


def _shown(session: Session, ticket: Ticket) -> dict[str, str]:
    fields = all_fields(session, archived=True)
    values = values_on(session, fields, [ticket.id]).get(ticket.id, {})
    return {one.key: values[one.id].shown for one in fields if one.id in values}


@pytest.fixture
def four(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        _add(session, shop, "Order kind", "choice", choices=("Gift", "For us"), on_form=True)
        _add(session, shop, "Amount", "number")
        _add(session, shop, "Due", "date")
        _add(session, shop, "Serial", "text", on_form=True, required=True)


@pytest.mark.usefixtures("four")
def test_values_are_set_and_each_can_be_undone(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = _by_staff(session, shop)
        typed = {"order-kind": "gift", "amount": "49.90", "due": "2026-12-24", "serial": " A  1 "}
        set_custom_fields(session, shop.agent, ticket, typed, now=NOW)
        shown = {"order-kind": "Gift", "amount": "49.90", "due": "2026-12-24", "serial": "A 1"}
        assert _shown(session, ticket) == shown
        set_custom_fields(session, shop.agent, ticket, typed, now=LATER)
        assert newest_change(session, shop.agent, ticket, LATER) is None  # so already
        set_custom_fields(session, shop.agent, ticket, {"order-kind": "For us"}, now=LATER)
        set_custom_fields(session, shop.agent, ticket, {"serial": ""}, now=LATER)
        assert "serial" not in _shown(session, ticket)
        kind_id = ticket_page(session, shop.agent, ticket.number).history[-2].id
        undo_change(session, shop.agent, ticket, kind_id, now=LATER.replace(hour=11))
        assert _shown(session, ticket)["order-kind"] == "Gift"
        lines = ticket_page(session, shop.agent, ticket.number).history[-3:]
        assert [(one.about, one.key, one.old_value, one.new_value) for one in lines] == [
            ("Order kind", "order-kind", "Gift", "For us"),
            ("Serial", "serial", "A 1", ""),
            ("Order kind", "order-kind", "For us", "Gift"),
        ]


def _by_staff(session: Session, shop: Shop) -> Ticket:
    draft = TicketDraft("Leaks", "At the bottom.", customer="ann@mail.example")
    return create_ticket(session, shop.agent, draft, now=NOW)


@pytest.mark.usefixtures("four")
def test_undo_knows_renamed_choices_and_archived_fields(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = _by_staff(session, shop)
        for name in ("Gift", "For us"):
            set_custom_fields(session, shop.agent, ticket, {"order-kind": name}, now=LATER)
        field = all_fields(session)[0]
        renamed = FieldDraft("Kind", choices=("Present", "For us"))
        change_custom_field(session, shop.admin, field.id, renamed, now=LATER)
        archive_custom_field(session, shop.admin, field.id, True, now=LATER)
        with pytest.raises(InvalidInput):
            set_custom_fields(session, shop.agent, ticket, {"order-kind": "Present"}, now=LATER)
        last = ticket_page(session, shop.agent, ticket.number).history[-1].id
        undo_change(session, shop.agent, ticket, last, now=LATER)
        assert _shown(session, ticket) == {"order-kind": "Present"}


@pytest.mark.usefixtures("four")
def test_moved_away_its_own_fields_are_nobodys_who_does_not_see_its_mailbox(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        there = add_mailbox(session, SYSTEM, "returns@shop.example", name="Returns", now=NOW).id
        hidden = FieldDraft("Secret kind", kind="text", mailbox_id=shop.mailbox.id)
        add_custom_field(session, shop.admin, hidden, now=NOW)
        ticket = _by_staff(session, shop)
        set_custom_fields(session, shop.agent, ticket, {"secret-kind": "Gift"}, now=NOW)
        change = newest_change(session, shop.agent, ticket, NOW)
        move_ticket(session, shop.agent, ticket.id, there, now=NOW + timedelta(hours=1))
    rights = ((there, MailboxRight.ANSWER),)
    narrow = Actor(shop.agent.person_id, Role.AGENT, rights=rights)
    with database.reading() as session:
        shown = ticket_page(session, narrow, ticket.number).history
        assert "Gift" not in str(shown)
        assert [one.can_be_undone for one in shown if one.field == "mailbox"] == [False]
        assert "Gift" in str(ticket_page(session, shop.agent, ticket.number).history)
    with database.transaction() as session, pytest.raises(InvalidInput, match="is gone"):
        undo_change(session, narrow, ticket.id, change, now=NOW + timedelta(hours=2))


@pytest.mark.usefixtures("four")
def test_what_does_not_hold_names_the_field(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = _by_staff(session, shop)
        for key, value, words in (
            ("order-kind", "Mug", "“Order kind” has no such choice. Choose one from the list."),
            ("amount", "1,500", "“Amount” is a number, such as 49.90."),
            ("amount", "1" * 13, "“Amount” is a number, such as 49.90."),
            ("due", "31.12.2026", "“Due” is a day, such as 2026-01-31."),
            ("due", "2026-02-30", "“Due” is a day, such as 2026-01-31."),
            ("serial", "x" * 201, "“Serial” has at most 200 characters."),
            ("size", "XL", "There is no such field in this mailbox."),
        ):
            with pytest.raises(InvalidInput) as refused:
                set_custom_fields(session, shop.agent, ticket, {key: value}, now=NOW)
            assert (refused.value.field, refused.value.message) == (f"custom_fields.{key}", words)
        assert _shown(session, ticket) == {}


@pytest.mark.usefixtures("four")
def test_who_may_and_who_must_say_why(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = _by_staff(session, shop)
        rights = ((shop.mailbox.id, MailboxRight.SEE),)
        reader = Actor(shop.agent.person_id, Role.AGENT, rights=rights)
        stranger = Actor(shop.agent.person_id, Role.AGENT, rights=())
        for actor, error in (
            (actor_of(shop.ann), NotAllowed),
            (reader, NotAllowed),
            (stranger, NotFound),
            (VISITOR, NotFound),
        ):
            with pytest.raises(error):
                set_custom_fields(session, actor, ticket, {"amount": "1"}, now=NOW)
        session.get_one(Mailbox, shop.mailbox.id).asks_reason = True
        with pytest.raises(InvalidInput) as refused:
            set_custom_fields(session, shop.agent, ticket, {"amount": "1"}, now=NOW)
        assert refused.value.field == "reason"
        set_custom_fields(session, shop.agent, ticket, {"amount": "1"}, now=NOW, reason="asked")
        assert _shown(session, ticket) == {"amount": "1"}


@pytest.mark.usefixtures("four")
def test_a_form_files_its_fields_with_the_ticket(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        kind, amount, _, serial = all_fields(session)
        draft = TicketDraft(
            "Leaks",
            "At the bottom.",
            customer="new@mail.example",
            custom={kind.input: "Gift", amount.input: "7", serial.input: "A1", "field.99": "x"},
        )
        ticket = create_ticket(session, VISITOR, draft, now=NOW)
        # What is not of the form is nobody's to fill in there.
        assert _shown(session, ticket) == {"order-kind": "Gift", "serial": "A1"}
        assert len(ticket_page(session, shop.agent, ticket.number).history) == 1
        for typed, words in (
            ({serial.input: " "}, "Please fill in “Serial”."),
            ({}, "Please fill in “Serial”."),
            ({kind.input: "x", serial.input: "A1"}, "no such choice"),
        ):
            with pytest.raises(InvalidInput, match=words) as refused:
                create_ticket(session, VISITOR, replace(draft, custom=typed), now=NOW)
            assert len(refused.value.each) == 1
        # A program says what it knows; staff on the phone may not know yet.
        given = replace(draft, custom={"order-kind": "Gift"}, source=Source.API, customer="")
        ticket = create_ticket(session, actor_of(shop.ann), given, now=NOW)
        assert _shown(session, ticket) == {"order-kind": "Gift"}
        with pytest.raises(InvalidInput) as refused:
            create_ticket(
                session, actor_of(shop.ann), replace(given, custom={"amount": "7"}), now=NOW
            )
        assert refused.value.field == "custom_fields.amount"
