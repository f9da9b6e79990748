"""“Report a bad parse”: asked for, made, and asked for anew."""

from __future__ import annotations

import pytest

from helpdesk.actions.report_parse import ask_for_report, asked_reports, keep_report
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import ParseReport
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import mail, receive, recorded
from tests.support.factories import NOW, Shop


@pytest.mark.parametrize(("copy", "state"), [("ab" * 32, "made"), ("", "failed")])
def test_a_report_is_made_and_asked_for_again(
    database: Database, shop: Shop, copy: str, state: str
) -> None:
    receive(database, mail())
    [row] = recorded(database)
    with database.transaction() as session:
        report_id = ask_for_report(session, shop.agent, row.id, now=NOW).id
        assert asked_reports(session) == [(report_id, row.raw_sha256)]
        keep_report(session, report_id, copy, ["text"])
        keep_report(session, report_id + 1, copy, ["a report that is gone"])
    with database.transaction() as session:
        report = session.get_one(ParseReport, report_id)
        assert (report.state, report.copy_sha256, report.differences) == (state, copy, ["text"])
        assert asked_reports(session) == []
        assert ask_for_report(session, shop.agent, row.id, now=NOW).id == report_id
        assert (report.state, report.differences) == ("asked", [])


def test_only_staff_report_a_mail_and_one_that_there_is(database: Database, shop: Shop) -> None:
    receive(database, mail())
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            ask_for_report(session, actor_of(shop.ann), 1, now=NOW)
        for missing in (0, 99, 10**30):
            with pytest.raises(NotFound):
                ask_for_report(session, shop.agent, missing, now=NOW)
