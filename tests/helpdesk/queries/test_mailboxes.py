"""The mailboxes, by name and address."""

from __future__ import annotations

from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.queries.mailboxes import mailbox_addresses, mailboxes
from tests.support.factories import NOW, Shop


def test_every_mailbox_is_listed(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, "orders@shop.example", name="Orders", now=NOW)
    with database.reading() as session:
        assert mailbox_addresses(session) == ["orders@shop.example", "support@shop.example"]
        assert {(box.name, box.address) for box in mailboxes(session)} == {
            ("Orders", "orders@shop.example"),
            ("Shop", "support@shop.example"),
        }
