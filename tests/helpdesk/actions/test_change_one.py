"""What a change of many tickets may give to one."""

from __future__ import annotations

import pytest

from helpdesk.actions.change_one import checked_value
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import BulkField
from tests.support.factories import NOW, Shop

NONE = [
    (BulkField.STATUS, "gone"),
    (BulkField.PRIORITY, "huge"),
    (BulkField.SNOOZE, "some day"),
    (BulkField.FOLDER, "attic"),
    (BulkField.ADD_TAG, ","),
    (BulkField.CATEGORY, "weather"),
    (BulkField.ASSIGNEE, "0"),
    (BulkField.CUSTOM, "1=x"),
    (BulkField.CUSTOM, "x"),
]


@pytest.mark.parametrize(("field", "value"), NONE)
def test_what_no_ticket_can_be_given_is_refused_before_any_is_changed(
    database: Database, shop: Shop, field: BulkField, value: str
) -> None:
    with database.reading() as session, pytest.raises((InvalidInput, NotFound)):
        checked_value(session, shop.agent, field, value, NOW)


def test_me_is_who_asks(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        kept = checked_value(session, shop.agent, BulkField.ASSIGNEE, "me", NOW)
    assert kept == str(shop.agent.person_id)
