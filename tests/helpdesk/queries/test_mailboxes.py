"""The mailboxes, by name and address."""

from __future__ import annotations

from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.stop_mailbox import remove_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.queries.mailboxes import mailbox_id_at, mailboxes
from tests.support.factories import NOW, Shop


def test_every_mailbox_is_listed_and_those_removed_where_asked_for(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, "orders@shop.example", name="Orders", now=NOW)
        add_mailbox(session, SYSTEM, "old@shop.example", name="Old", now=NOW)
        remove_mailbox(session, SYSTEM, "old@shop.example", now=NOW)
    with database.reading() as session:
        assert [(box.name, box.address) for box in mailboxes(session)] == [
            ("Shop", "support@shop.example"),
            ("Orders", "orders@shop.example"),
        ]
        assert [box.is_removed for box in mailboxes(session, removed=True)] == [False, False, True]
        ids = [box.id for box in mailboxes(session)]
        assert mailbox_id_at(session, "Orders@Shop.example") == ids[1]
        assert mailbox_id_at(session, "old@shop.example") == 0
