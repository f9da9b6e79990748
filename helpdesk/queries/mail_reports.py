"""What the reports of the last week say of our mail, by domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Mailbox, MailReport, MailReportKind

WEEK = timedelta(days=7)
_MOST_REPORTS = 10_000


@dataclass(frozen=True)
class DomainWeek:
    """What was counted of one domain of ours."""

    kind: MailReportKind
    domain: str
    passed: int
    failed: int
    policy: str
    """As the newest report says it."""


def weeks_of_domains(session: Session, now: datetime) -> tuple[DomainWeek, ...]:
    """Return the sums of each domain that a mailbox of ours is in, or is below.

    Anybody may send a report on any domain: those of others are left out.
    """
    report = MailReport
    rows = session.execute(
        select(report.kind, report.domain, report.passed, report.failed, report.policy)
        .where(report.received_at > now - WEEK, report.kind != MailReportKind.COMPLAINT)
        .order_by(report.id.desc())
        .limit(_MOST_REPORTS)
    )
    ours = {address.rpartition("@")[2] for address in session.scalars(select(Mailbox.address))}
    found: dict[tuple[MailReportKind, str], DomainWeek] = {}
    for kind, domain, passed, failed, policy in rows:
        if not any(one == domain or one.endswith(f".{domain}") for one in ours):
            continue
        seen = found.get((kind, domain), DomainWeek(kind, domain, 0, 0, policy))
        found[kind, domain] = DomainWeek(
            kind, domain, seen.passed + passed, seen.failed + failed, seen.policy
        )
    return tuple(found[key] for key in sorted(found))


def complaints(session: Session, now: datetime) -> int:
    """Return how many complaints came in the last week."""
    return (
        session.scalar(
            select(func.count())
            .select_from(MailReport)
            .where(MailReport.received_at > now - WEEK, MailReport.kind == MailReportKind.COMPLAINT)
        )
        or 0
    )
