"""Parts that live, as a migration sees them."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actions.report_part import Here, report_part
from helpdesk.db import Database
from helpdesk.queries.database_clock import database_time
from helpdesk.queries.gateways import SILENT_AFTER as TAKEN_FOR_STOPPED
from helpdesk.schema import LivingPart, downgrade, living_parts, newest
from helpdesk.schema.living import SILENT_AFTER


def test_those_that_said_so_lately_live(database: Database) -> None:
    with database.transaction() as session:
        now = database_time(session)
        report_part(session, Here("a", "app1", "1.0", newest()), "web", now=now)
        long_ago = now - timedelta(seconds=SILENT_AFTER + 1)
        report_part(session, Here("b", "app2", "1.0", newest()), "web", now=long_ago)
    told = [] if database.is_sqlite else [LivingPart("app1", "web", newest())]
    assert living_parts(database) == told
    downgrade(database, "0072")
    assert living_parts(database) == [LivingPart(one.machine, "web", "") for one in told]
    downgrade(database, "0068")
    assert living_parts(database) == [], "there is no such table"


def test_both_take_them_for_stopped_after_the_same_time() -> None:
    assert timedelta(seconds=SILENT_AFTER) == TAKEN_FOR_STOPPED
