"""Whose changes of many tickets somebody finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.actions.change_many import Selection, begin_bulk
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.tickets.bulks import find_bulk
from tests.support.factories import NOW, make_shop, make_ticket


def test_ones_own_and_with_all_mailboxes_everybodys(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        chosen = Selection([make_ticket(session, shop.ann).id])
        theirs, own = (
            begin_bulk(session, actor, chosen, "priority", "low", now=NOW).id
            for actor in (shop.admin, shop.agent)
        )
        assert find_bulk(session, shop.agent, theirs, lock=True).id == theirs
        with_some = replace(shop.agent, rights=((shop.mailbox.id, "answer"),))
        assert find_bulk(session, with_some, own).id == own
        for missing in (theirs, 99):
            with pytest.raises(NotFound):
                find_bulk(session, with_some, missing)
