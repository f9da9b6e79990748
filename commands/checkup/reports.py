"""What other servers report of our mail: DMARC, TLS, complaints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from commands.checkup.findings import Finding, ok, warn
from helpdesk.db import Database
from helpdesk.models import MailReportKind
from helpdesk.queries.mail_reports import DomainWeek, complaints, weeks_of_domains

#: Forwarding alone breaks a per cent or two.
MOST_FAILED = 0.03
MOST_COMPLAINTS = 3
_NAMES = {MailReportKind.DMARC: "DMARC reports", MailReportKind.TLS: "TLS reports"}
COMPLAINTS = "complaints"
NAMES = (*_NAMES.values(), COMPLAINTS)


def mail_reports(database: Database, now: datetime) -> Iterator[Finding]:
    """Return a line for each domain that was reported on last week; none where nothing came."""
    try:
        with database.reading() as session:
            weeks, complained = weeks_of_domains(session, now), complaints(session, now)
    except SQLAlchemyError:
        return
    for week in weeks:
        yield _of_domain(week)
    if complained > MOST_COMPLAINTS:
        yield warn(
            COMPLAINTS,
            f"{complained:,} last week: people called our mail spam",
            "their addresses get no more automatic mail; see what they were sent",
        )
    elif complained:
        yield ok(COMPLAINTS, f"{complained:,} last week; they get no more automatic mail")


def _of_domain(week: DomainWeek) -> Finding:
    name = _NAMES.get(week.kind, str(week.kind))
    what = "mails" if week.kind == MailReportKind.DMARC else "connections"
    policy = f" (policy {week.policy})" if week.policy else ""
    text = f"{week.domain}: last week {week.passed:,} {what} passed, {week.failed:,} failed{policy}"
    if week.failed <= MOST_FAILED * (week.passed + week.failed):
        return ok(name, text)
    if week.kind == MailReportKind.DMARC:
        advice = "find who sends for the domain without DKIM or SPF, before its policy is stricter"
    else:
        advice = "look at the certificate and the MTA-STS policy of the domain's mail servers"
    return warn(name, text, advice)
