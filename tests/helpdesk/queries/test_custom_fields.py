"""Which custom fields a ticket shows, and to whom."""

from __future__ import annotations

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.queries.custom_fields import known_fields, on_ticket
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import MailboxRight, Role
from tests.support.factories import NOW, Shop, make_ticket


def test_a_ticket_shows_its_mailboxes_fields_and_keeps_the_others(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        other = add_mailbox(session, SYSTEM, "repairs@shop.example", name="Repairs", now=NOW)
        for draft in (FieldDraft("Size"), FieldDraft("Serial", mailbox_id=shop.mailbox.id)):
            add_custom_field(session, shop.admin, draft, now=NOW)
        ticket = make_ticket(session, shop.ann)
        set_custom_fields(session, shop.agent, ticket, {"serial": "A1"}, now=NOW)
        fields = known_fields(session, shop.agent)
        for mailbox_id, shown in (
            (shop.mailbox.id, {"size": "", "serial": "A1"}),
            (other.id, {"size": ""}),
            (None, {"size": ""}),
        ):
            found = on_ticket(session, fields, ticket.id, mailbox_id)
            assert {one.field.key: one.shown for one in found} == shown
        there = Actor(1, Role.AGENT, rights=((other.id, MailboxRight.MANAGE),))
        assert [one.key for one in known_fields(session, there)] == ["size"]
        assert known_fields(session, actor_of(shop.ann)) == ()
