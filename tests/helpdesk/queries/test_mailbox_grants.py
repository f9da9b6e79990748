"""Who signed in for a mailbox, as admins see it; and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.actions.grant_mailbox import begin_on_device, save_grant
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.queries.mailbox_grants import device_view, grant_of, grant_view
from tests.helpdesk.actions.test_grant_mailbox import CODE, GOT, SUPPORT, WISH
from tests.support.factories import make_shop

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def test_admins_see_who_signed_in_and_no_token(database: Database) -> None:
    shop = make_shop(database)
    box = shop.mailbox.id
    with database.transaction() as session:
        assert grant_view(session, shop.admin, box) is None
        save_grant(session, shop.admin, box, WISH, GOT, now=NOW)
        view = grant_view(session, shop.admin, box)
        assert view is not None
        assert (view.login, view.by, view.gone) == (SUPPORT, "admin@shop.example", False)
        assert "token" not in repr(view)
        grant = grant_of(session, box)
        assert grant is not None
        grant.trouble, grant.words = "consent", "withdrawn"
        view = grant_view(session, shop.admin, box)
        assert view is not None
        assert (view.gone, view.words) == (True, "withdrawn")
        with pytest.raises(NotAllowed):
            grant_view(session, shop.agent, box)


def test_a_code_is_shown_in_the_browser_that_asked_for_it(database: Database) -> None:
    shop = make_shop(database)
    box = shop.mailbox.id
    with database.transaction() as session:
        begin_on_device(session, shop.admin, box, WISH, CODE, browser="ada", now=NOW)
    with database.reading() as session:

        def seen(browser: str, minutes: int) -> bool:
            now = NOW + timedelta(minutes=minutes)
            return device_view(session, shop.admin, box, browser=browser, now=now) is not None

        assert seen("ada", 1)
        assert not seen("bo", 1)
        assert not seen("ada", 10)
        with pytest.raises(NotAllowed):
            device_view(session, shop.agent, box, browser="ada", now=NOW)
