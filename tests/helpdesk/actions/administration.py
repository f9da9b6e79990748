"""What an admin sets, and what the log says of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.edit_mailbox import MailboxSettings
from helpdesk.models import AuditEntry

BOX = MailboxSettings("Help", "Kind regards", "#AA2200", "de", "30", "list@x.example\n\nOld@x")


def logged(session: Session) -> list[tuple[str, str, str, str]]:
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.subject, row.field, row.old_value, row.new_value) for row in rows]
