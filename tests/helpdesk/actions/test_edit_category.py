"""Settings in the browser: the categories."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions.change_ticket import change_category, change_priority
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_category import add_category, rename_category, use_category
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Category
from helpdesk.queries.administration import log_page
from helpdesk.queries.stats import figures
from helpdesk.tickets.categories import labels
from helpdesk.vocabulary import CATEGORIES
from tests.support.factories import NOW, Shop, make_ticket


def test_categories_are_added_renamed_and_put_out_of_use(database: Database, shop: Shop) -> None:
    admin = shop.admin
    with database.transaction() as session:
        assert labels(session) == CATEGORIES, "one begins with these"
        gifts = add_category(session, admin, " Größe & Farbe ", now=NOW)
        assert (gifts.name, gifts.label) == ("grosse_farbe", "Größe & Farbe")
        assert add_category(session, admin, "質問", now=NOW).name == "category"
        assert add_category(session, admin, "回答", now=NOW).name == "category_2"
        ticket = make_ticket(session, shop.ann)
        change_category(session, shop.agent, ticket.id, "grosse_farbe", now=NOW)
        rename_category(session, admin, gifts.id, "Size", now=NOW)
        assert labels(session)["grosse_farbe"] == "Size"
        use_category(session, admin, gifts.id, False, now=NOW)

        # The ticket keeps it, and is still changed and counted; no other gets it.
        change_category(session, shop.agent, ticket.id, "grosse_farbe", now=NOW)
        change_priority(session, shop.agent, ticket.id, "high", now=NOW)
        assert figures(session, shop.agent).by_category["grosse_farbe"] == 1
        other = make_ticket(session, shop.bob)
        for wrong in ("grosse_farbe", "nonsense", ""):
            with pytest.raises(InvalidInput) as refused:
                change_category(session, shop.agent, other.id, wrong, now=NOW)
            assert refused.value.field == "category"
        with pytest.raises(InvalidInput):
            create_ticket(
                session,
                Actor(shop.ann.id, "customer"),
                TicketDraft(subject="Help me", description="x", category="grosse_farbe"),
                now=NOW,
            )
        default = session.scalars(select(Category).where(Category.name == "other")).one()
        for attempt in (
            lambda: use_category(session, admin, default.id, False, now=NOW),
            lambda: add_category(session, admin, "SIZE", now=NOW),
            lambda: add_category(session, admin, "  ", now=NOW),
            lambda: rename_category(session, admin, gifts.id, "Refund", now=NOW),
        ):
            with pytest.raises(InvalidInput):
                attempt()
        use_category(session, admin, gifts.id, True, now=NOW)
        change_category(session, shop.agent, other.id, "grosse_farbe", now=NOW)
        entry = log_page(session, admin)[0]
        assert (entry.kind, entry.subject, entry.old_value, entry.new_value) == (
            "category", "Size", "out of use", "in use")  # fmt: skip
        assert entry.by == "admin"
