"""What the operator does to mails by a command stands in the log."""

from __future__ import annotations

import pytest

from helpdesk.actions.log_operator import log_operator
from helpdesk.actor import SYSTEM, operator_named
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.queries.administration import log_page
from tests.support.factories import NOW, Shop


def test_it_says_who_and_what(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        log_operator(session, operator_named("kim\n"), "replay", "3 mails read again", now=NOW)
        for nobody in (SYSTEM, shop.admin, shop.agent):
            with pytest.raises(NotAllowed):
                log_operator(session, nobody, "replay", "x", now=NOW)
        entry = log_page(session, shop.admin)[0]
    assert (entry.by, entry.kind, entry.subject) == ("Command line (kim)", "mail", "replay")
    assert entry.new_value == "3 mails read again"
