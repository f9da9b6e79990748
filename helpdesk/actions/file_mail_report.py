"""Keep what a report on our mail says, and set the mail itself aside: no ticket is about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.file_report import reported_mail
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.ledger_row import MailOutcome, record_discarded
from helpdesk.mail_out import dead_addresses
from helpdesk.models import InboundMail, MailReport, MailReportKind
from helpdesk.text import clean_line, fold_address

READ = "a report, read"


def file_mail_report(session: Session, mail: Incoming, *, now: datetime) -> MailOutcome:
    """Keep an aggregate report's counts, or who complained.

    A complaint marks the address that the reported mail went to, where the report proves which mail
    that was: by the address it came to, or by what it encloses. One that only names an address
    could be anybody's, and marks nothing.
    """
    outcome = record_discarded(session, mail, READ, now)
    values = _complaint(session, mail, now) if mail.report is None else _counts(mail)
    inbound_id = session.scalars(
        select(InboundMail.id).where(InboundMail.spool_name == mail.arrival.spool_name)
    ).one()
    session.add(
        MailReport(inbound_mail_id=inbound_id, received_at=mail.arrival.received_at, **values)
    )
    return outcome


def _counts(mail: Incoming) -> dict[str, Any]:
    said = mail.report
    assert said is not None
    return {
        "kind": MailReportKind(said.kind),
        "organisation": clean_line(said.organisation),
        "domain": clean_line(said.domain),
        "begins_at": said.begins,
        "ends_at": said.ends,
        "passed": said.passed,
        "failed": said.failed,
        "dispositions": dict(said.dispositions),
        "policy": clean_line(said.policy),
    }


def _complaint(session: Session, mail: Incoming, now: datetime) -> dict[str, Any]:
    found = reported_mail(session, mail, now)
    named = next(iter(mail.bounced_addresses), "")
    address = fold_address(clean_line(named))
    if found is not None and found.proven:
        address = found.mail.recipient
        dead_addresses.note_complaint(session, address, now)
    return {"kind": MailReportKind.COMPLAINT, "address": address}
