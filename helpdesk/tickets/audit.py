"""Writing the log of what admins change, and of signing in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import AuditEntry, AuditKind
from helpdesk.rows import insert_row
from helpdesk.text import clean_line


def record(
    session: Session,
    actor: Actor,
    kind: AuditKind,
    subject: str,
    field: str,
    *,
    old: str = "",
    new: str = "",
    now: datetime,
) -> None:
    """Write one line of the log. Nothing secret may be handed to it."""
    insert_row(
        session,
        AuditEntry,
        actor_id=actor.person_id,
        operator=clean_line(actor.operator, 80),
        kind=kind,
        subject=clean_line(subject),
        field=field,
        old_value=clean_line(old),
        new_value=clean_line(new),
        created_at=now,
    )
