"""The log of what admins change: a line each, safe to show."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import AuditEntry, AuditKind
from helpdesk.tickets import audit
from tests.support.factories import NOW, Shop


def test_a_line_says_who_changed_what(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        audit.record(
            session, shop.admin, AuditKind.MAILBOX, "box\r\n", "name", old="A", new="B\0", now=NOW
        )
    with database.reading() as session:
        line = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert line is not None
    assert (line.actor_id, line.kind, line.created_at) == (shop.admin.person_id, "mailbox", NOW)
    assert (line.subject, line.field, line.old_value, line.new_value) == ("box", "name", "A", "B")
