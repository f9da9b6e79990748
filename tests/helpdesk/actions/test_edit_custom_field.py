"""Custom fields: who may make them, what holds, and what becomes of choices that change."""

from __future__ import annotations

import pytest

from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.edit_custom_field import (
    FieldDraft,
    add_custom_field,
    archive_custom_field,
    change_custom_field,
)
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.queries.custom_fields import known_fields, managed_fields
from helpdesk.tickets.custom_fields import view_of
from helpdesk.vocabulary import MailboxRight, Role
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW, Shop

KIND = FieldDraft("Order kind", kind="choice", choices=("Gift", " For us ", ""))


def test_a_field_is_made_changed_and_archived(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        row = add_custom_field(session, shop.admin, KIND, now=NOW)
        serial = FieldDraft("Serial no.", key="serial", mailbox_id=shop.mailbox.id, position=1)
        add_custom_field(session, shop.admin, serial, now=NOW)
        (kind, other) = known_fields(session, shop.agent)
        assert (kind.key, kind.mailbox_id, other.key) == ("order-kind", None, "serial")
        assert [one.name for one in kind.offered] == ["Gift", "For us"]
        draft = FieldDraft("Kind", choices=("Present", "For us", "Sample"), required=True)
        change_custom_field(session, shop.admin, row.id, draft, now=NOW)
        kind = view_of(row)
        assert not kind.required  # nobody can who does not see it
        assert [(one.id, one.name) for one in kind.offered] == [
            (1, "Present"),
            (2, "For us"),
            (3, "Sample"),
        ]
        assert kind.choice_called("GIFT") == kind.choice_called("present")
        archive_custom_field(session, shop.admin, row.id, True, now=NOW)
        assert [one.key for one in known_fields(session, shop.agent)] == ["serial"]
        assert len(managed_fields(session, shop.admin)) == 2
        archive_custom_field(session, shop.admin, row.id, False, now=NOW)
        assert [line[:2] for line in logged(session)][-5:] == [
            ("Serial no.", "added"),
            ("Order kind", "name"),
            ("Order kind", "choices"),
            ("Kind", "state"),
            ("Kind", "state"),
        ]


def test_a_choice_that_is_left_out_can_come_back(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        row = add_custom_field(session, shop.admin, KIND, now=NOW)
        for names in (("For us",), ("For us", "gift")):
            draft = FieldDraft("Order kind", choices=names)
            change_custom_field(session, shop.admin, row.id, draft, now=NOW)
        assert [(one.id, one.name, one.gone) for one in view_of(row).choices] == [
            (2, "For us", False),
            (1, "gift", False),
        ]


def test_what_does_not_hold(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        add_custom_field(session, shop.admin, KIND, now=NOW)
        for draft, field in (
            (FieldDraft(""), "name"),
            (FieldDraft("x" * 61), "name"),
            (FieldDraft("Über", key="Über"), "key"),
            (FieldDraft("Status", key="is"), "key"),
            (FieldDraft("数"), "key"),
            (FieldDraft("Kind", key="order-kind"), "key"),
            (FieldDraft("Kind", kind="picture"), "kind"),
            (FieldDraft("Kind", kind="choice"), "choices"),
            (FieldDraft("Kind", kind="choice", choices=("a", "A")), "choices"),
            (FieldDraft("Kind", kind="choice", choices=("x" * 81,)), "choices"),
            (FieldDraft("Kind", kind="choice", choices=tuple(map(str, range(101)))), "choices"),
            (FieldDraft("Kind", mailbox_id=99), "mailbox"),
            (FieldDraft("Kind", position=1000), "position"),
        ):
            with pytest.raises(InvalidInput) as refused:
                add_custom_field(session, shop.admin, draft, now=NOW)
            assert [one.field for one in refused.value.each] == [field]
        assert add_custom_field(session, shop.admin, FieldDraft("Größe"), now=NOW).key == "grosse"


def test_a_key_is_one_fields_where_both_are_seen(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        other = add_mailbox(session, SYSTEM, "repairs@shop.example", name="Repairs", now=NOW)
        serial = FieldDraft("Serial", mailbox_id=shop.mailbox.id)
        add_custom_field(session, shop.admin, serial, now=NOW)
        # A refusal would tell who manages the other mailbox what stands in this one.
        add_custom_field(session, shop.admin, FieldDraft("Serial", mailbox_id=other.id), now=NOW)
        for mailbox_id in (shop.mailbox.id, None):
            with pytest.raises(InvalidInput, match="has the key “serial” already"):
                add_custom_field(
                    session, shop.admin, FieldDraft("Serial", mailbox_id=mailbox_id), now=NOW
                )


def test_who_manages_a_mailbox_may_for_it_and_for_no_other(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        other = add_mailbox(session, SYSTEM, "repairs@shop.example", name="Repairs", now=NOW)
        here, there = shop.mailbox.id, other.id
        serial = FieldDraft("Serial", mailbox_id=there)
        hidden = add_custom_field(session, shop.admin, serial, now=NOW)
        for_all = add_custom_field(session, shop.admin, KIND, now=NOW)
        manager, agent = (
            Actor(shop.agent.person_id, Role.AGENT, rights=((here, right),))
            for right in (MailboxRight.MANAGE, MailboxRight.ANSWER)
        )
        own = add_custom_field(session, manager, FieldDraft("Size", mailbox_id=here), now=NOW)
        assert [one.id for one in managed_fields(session, manager)] == [own.id]
        assert [one.id for one in known_fields(session, manager)] == [for_all.id, own.id]
        for draft in (FieldDraft("All"), serial):
            with pytest.raises(InvalidInput):
                add_custom_field(session, manager, draft, now=NOW)
        with pytest.raises(NotFound):
            change_custom_field(session, manager, hidden.id, serial, now=NOW)
        with pytest.raises(NotAllowed):
            archive_custom_field(session, manager, for_all.id, True, now=NOW)
        for actor in (agent, Actor(shop.ann.id, Role.CUSTOMER)):
            for act in (
                lambda one: add_custom_field(session, one, KIND, now=NOW),
                lambda one: change_custom_field(session, one, own.id, KIND, now=NOW),
                lambda one: archive_custom_field(session, one, own.id, True, now=NOW),
                lambda one: managed_fields(session, one),
            ):
                with pytest.raises(NotAllowed):
                    act(actor)


def test_a_macro_fills_in_a_choice_by_its_new_name(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        row = add_custom_field(session, shop.admin, KIND, now=NOW)
        draft = CannedReplyDraft("Ours", "", custom={"order-kind": "for us"}, status_after="open")
        macro = add_canned_reply(session, shop.agent, draft, now=NOW)
        names = FieldDraft("Order kind", choices=("Gift", "Own use"))
        change_custom_field(session, shop.admin, row.id, names, now=NOW)
        assert macro.custom == {str(row.id): "Own use"}
