"""Take a dispute pack of a ticket: it stands in the log who took it, and the hash that names it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import AuditKind
from helpdesk.queries.dispute_pack import DisputePack, read_pack
from helpdesk.tickets import audit


def take_pack(
    session: Session, actor: Actor, number: str, *, with_notes: bool = False, now: datetime
) -> DisputePack:
    """What goes into the pack.

    :param with_notes: whether internal notes are in it, and mails that only staff see.
    :raises NotAllowed, NotFound:
    """
    pack = read_pack(session, actor, number, with_notes=with_notes, now=now)
    field = "taken with notes" if with_notes else "taken"
    number = pack.page.ticket.number
    audit.record(session, actor, AuditKind.DISPUTE_PACK, number, field, new=pack.head, now=now)
    return pack
