"""“Report a bad parse”: ask for an anonymised copy of a mail, and keep it once it is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import InboundMail, ParseReport, ParseReportState
from helpdesk.tickets.access import find_inbound


def ask_for_report(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> ParseReport:
    """Have a copy made; asked a second time, it is made anew, with other words.

    :raises NotFound, NotAllowed:
    """
    if not actor.is_staff:
        raise NotAllowed("Only staff may report a mail.")
    find_inbound(session, actor, mail_id)
    report = session.scalar(select(ParseReport).where(ParseReport.inbound_mail_id == mail_id))
    if report is None:
        report = ParseReport(inbound_mail_id=mail_id, asked_at=now)
        session.add(report)
    report.state, report.asked_at, report.differences = ParseReportState.ASKED, now, []
    session.flush()
    return report


def asked_reports(session: Session, limit: int = 5) -> list[tuple[int, str]]:
    """The reports to make, with the keys of their mails' raw bytes, oldest first."""
    rows = session.execute(
        select(ParseReport.id, InboundMail.raw_sha256)
        .join(InboundMail, InboundMail.id == ParseReport.inbound_mail_id)
        .where(ParseReport.state == ParseReportState.ASKED)
        .order_by(ParseReport.id)
        .limit(limit)
    )
    return [(report_id, key) for report_id, key in rows]


def keep_report(
    session: Session, report_id: int, copy_sha256: str, differences: Sequence[str]
) -> None:
    """Note that a report was made; without a copy, that it could not be."""
    report = session.get(ParseReport, report_id)
    if report is not None:
        report.state = ParseReportState.MADE if copy_sha256 else ParseReportState.FAILED
        report.copy_sha256, report.differences = copy_sha256, list(differences)
