"""The tags that there are."""

from __future__ import annotations

import pytest

from helpdesk.actions.change_tags import change_tags
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.queries.tags import all_tags, tag_rows
from tests.support.factories import NOW, Shop, make_ticket


def test_by_their_names_and_with_their_counts(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for names in (["refund", "VIP"], ["late", "vip"]):
            ticket = make_ticket(session, shop.ann)
            change_tags(session, shop.agent, ticket.id, add=names, now=NOW)
        change_tags(session, shop.agent, ticket.id, remove=["late"], now=NOW)
    with database.reading() as session:
        assert [tag.name for tag in all_tags(session)] == ["late", "refund", "VIP"]
        assert [tag.name for tag in all_tags(session, most=1)] == ["late"]
        rows = [(row.name, row.tickets) for row in tag_rows(session, shop.admin)]
        assert rows == [("late", 0), ("refund", 1), ("VIP", 2)]
        with pytest.raises(NotAllowed):
            tag_rows(session, shop.agent)
