"""What customers of a mailbox see and are asked: set by admins, and logged."""

from __future__ import annotations

import pytest

from helpdesk.actions.set_branding import LONGEST_SURVEY_DELAY, set_logo, set_survey
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Mailbox
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW, Shop

BOX = "support@shop.example"


def test_a_logo_is_shown_and_taken_away(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        set_logo(session, shop.admin, "Support@Shop.example", "ab" * 32, now=NOW)
        assert session.get_one(Mailbox, shop.mailbox.id).logo_sha256 == "ab" * 32
        set_logo(session, shop.admin, BOX, "", now=NOW)
        assert session.get_one(Mailbox, shop.mailbox.id).logo_sha256 == ""
        assert logged(session)[-2:] == [(BOX, "logo", "", "a logo"), (BOX, "logo", "a logo", "")]


def test_a_survey_is_planned_or_never_asked(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for minutes in (None, 90, 90, None):
            set_survey(session, shop.admin, BOX, minutes, now=NOW)
            assert session.get_one(Mailbox, shop.mailbox.id).survey_minutes == minutes
        assert logged(session)[-2:] == [
            (BOX, "survey", "never", "90 min"), (BOX, "survey", "90 min", "never")]  # fmt: skip
        for wrong in (-1, LONGEST_SURVEY_DELAY + 1):
            with pytest.raises(InvalidInput) as refused:
                set_survey(session, shop.admin, BOX, wrong, now=NOW)
            assert refused.value.field == "survey"


def test_only_admins_and_only_a_mailbox(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            set_logo(session, shop.agent, BOX, "", now=NOW)
        with pytest.raises(NotAllowed):
            set_survey(session, shop.agent, BOX, 60, now=NOW)
        with pytest.raises(NotFound):
            set_logo(session, shop.admin, "none@shop.example", "", now=NOW)
