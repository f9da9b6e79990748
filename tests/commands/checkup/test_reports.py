"""What other servers report of our mail."""

from __future__ import annotations

from commands.checkup.reports import mail_reports
from helpdesk.db import Database
from helpdesk.mail_in.incoming import ReportedCounts
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, make_shop


def _report(database: Database, passed: int, failed: int, kind: str = "dmarc") -> None:
    counts = ReportedCounts(
        kind, "big.example", "shop.example", None, None, passed, failed, policy="none"
    )
    receive(database, mail("r@big.example", kind="feedback_report", report=counts))


def test_nothing_reported_is_no_line(database: Database) -> None:
    make_shop(database)
    assert list(mail_reports(database, NOW)) == []


def test_more_than_a_few_per_cent_that_fail_are_warned_of(database: Database) -> None:
    make_shop(database)
    _report(database, 970, 30)
    (finding,) = mail_reports(database, NOW)
    assert (finding.name, finding.state) == ("DMARC reports", "ok")
    assert finding.text == ("shop.example: last week 970 mails passed, 30 failed (policy none)")
    _report(database, 0, 100)
    _report(database, 1, 1, "tls")
    found = list(mail_reports(database, NOW))
    assert [(one.name, one.state) for one in found] == [
        ("DMARC reports", "warn"),
        ("TLS reports", "warn"),
    ]


def test_complaints_are_counted(database: Database) -> None:
    make_shop(database)
    receive(database, mail("f@big.example", kind="feedback_report"))
    assert [(one.name, one.state) for one in mail_reports(database, NOW)] == [("complaints", "ok")]
    for _ in range(3):
        receive(database, mail("f@big.example", kind="feedback_report"))
    assert [one.state for one in mail_reports(database, NOW)] == ["warn"]
