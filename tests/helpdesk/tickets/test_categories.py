"""The categories: read once a transaction, and refused once out of use."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Category
from helpdesk.tickets.categories import all_categories, check_category, forget_categories, labels
from helpdesk.vocabulary import CATEGORIES
from tests.support.factories import NOW


def test_one_begins_with_a_set_of_them_in_its_order(database: Database) -> None:
    with database.reading() as session:
        assert list(labels(session).items()) == list(CATEGORIES.items())


def test_a_new_one_is_seen_once_the_old_are_forgotten(database: Database) -> None:
    with database.transaction() as session:
        before = all_categories(session)
        session.add(Category(name="gifts", label="Gifts", created_at=NOW))
        session.flush()
        assert all_categories(session) is before
        forget_categories(session)
        assert labels(session)["gifts"] == "Gifts"


def test_a_ticket_is_given_one_that_is_in_use(database: Database) -> None:
    with database.transaction() as session:
        assert check_category(session, "other") == "other"
        all_categories(session)["refund"].active = False
        assert "refund" in labels(session)
        assert "refund" not in labels(session, active_only=True)
        for wrong in ("refund", "nonsense", ""):
            with pytest.raises(InvalidInput) as refused:
                check_category(session, wrong)
            assert refused.value.field == "category"
