"""Export what is kept about a customer. Admins only; that it was done stands in the log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import AuditKind
from helpdesk.queries.person_export import PersonExport, read_export
from helpdesk.tickets import audit


def export_person(
    session: Session, actor: Actor, address: str, *, with_notes: bool = True, now: datetime
) -> PersonExport:
    """What goes into the export. The log says how much that was, and not of whom.

    :raises NotAllowed, InvalidInput: as :func:`helpdesk.queries.person_export.read_export`.
    """
    export = read_export(session, actor, address, with_notes=with_notes, now=now)
    words = f"{len(export.tickets)} tickets, {len(export.mails)} mails"
    if not with_notes:
        words += ", without notes"
    audit.record(session, actor, AuditKind.PERSON, "", "exported", new=words, now=now)
    return export
