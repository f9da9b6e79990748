"""The settings of the desk."""

from __future__ import annotations

import pytest

from helpdesk.actions.set_desk import set_close_days
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.tickets.desk_settings import desk_settings
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW, Shop


def test_they_are_the_usual_ones_until_an_admin_sets_them_and_logged(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        assert desk_settings(session).close_days == 7
        for typed, days in (("7", 7), (" 30 ", 30), ("", None), ("1", 1)):
            set_close_days(session, shop.admin, typed, now=NOW)
            assert desk_settings(session).close_days == days
        for wrong in ("0", "366", "soon", "-1", "9" * 30):
            with pytest.raises(InvalidInput) as refused:
                set_close_days(session, shop.admin, wrong, now=NOW)
            assert refused.value.field == "close_days"
        with pytest.raises(NotAllowed):
            set_close_days(session, shop.agent, "3", now=NOW)
        assert desk_settings(session).close_days == 1
        said = [row[1:] for row in logged(session) if row[1] == "close_days"]
        assert said == [
            ("close_days", "7 days", "30 days"),
            ("close_days", "30 days", "never"),
            ("close_days", "never", "1 days"),
        ]
