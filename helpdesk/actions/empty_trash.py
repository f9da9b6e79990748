"""Empty the trash: tickets that were put there long ago go for good, a few at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, select, text
from sqlalchemy.orm import Session

from helpdesk.actions.delete_tickets import delete_tickets
from helpdesk.models import (
    Attachment,
    CannedReply,
    InboundMail,
    Mailbox,
    OutboundMail,
    OutboundState,
    ParseReport,
    SavedDraft,
    StoredPart,
    Ticket,
    TicketMerge,
)

KEPT = timedelta(days=30)
"""How long a ticket stays in the trash."""
AT_ONCE = 5
"""Tickets in one transaction: others wait for it, where the database has one writer."""
GONE = "Its ticket was in the trash for 30 days, and is gone."
CAUSE = "trash"


def is_trash_old(session: Session, now: datetime) -> bool:
    """Whether any ticket has been in the trash for long enough."""
    return session.scalar(_old(now).limit(1)) is not None


def empty_trash(session: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Let the tickets go that have been in the trash longest; those that were merged into one of
    them go with it. Returns how many went.
    """
    due = session.scalars(_old(now).limit(limit).with_for_update(skip_locked=True)).all()
    return delete_tickets(session, due, reason=GONE, cause=CAUSE, now=now) if due else 0


def unshared(session: Session, keys: Collection[str]) -> frozenset[str]:
    """Those of these contents that nothing refers to.

    Looks through all that has files: not for every day.
    """
    left = set(keys)
    for column in (
        Attachment.sha256,
        InboundMail.raw_sha256,
        OutboundMail.rendered_sha256,
        Mailbox.logo_sha256,
        ParseReport.copy_sha256,
        StoredPart.part_sha256,
    ):
        left -= set(session.scalars(select(column).where(column.in_(left))))
    for kept in (SavedDraft.files, CannedReply.files):
        for files in session.scalars(select(kept)):
            left -= {file.get("sha256") for file in files}
    return frozenset(left)


def _old(now: datetime) -> Select[Any]:
    """The ids of the tickets that may go, those first that were put away first."""
    leaves = exists().where(
        OutboundMail.ticket_id == Ticket.id, OutboundMail.state == OutboundState.SENDING
    )
    merged = exists().where(TicketMerge.ticket_id == Ticket.id)
    return (
        select(Ticket.id)
        .where(
            text("ticket.folder = 'trash' AND ticket.put_away_at IS NOT NULL"),
            Ticket.put_away_at < now - KEPT,
            ~leaves,
            ~merged,
        )
        .order_by(Ticket.put_away_at, Ticket.id)
    )
