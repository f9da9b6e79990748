"""Empty the trash: tickets that were put there long ago go for good, a few at a time.

Their mails stay in the ledger, as rows that say that they were filed and that their ticket is gone;
nothing that was written stays, nor who wrote.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, exists, or_, select, text, update
from sqlalchemy.orm import Session

from helpdesk.models import (
    Attachment,
    Base,
    CannedReply,
    Comment,
    InboundMail,
    Mailbox,
    OutboundMail,
    OutboundState,
    ParseReport,
    SavedDraft,
    Ticket,
    TicketMerge,
)

KEPT = timedelta(days=30)
"""How long a ticket stays in the trash."""
AT_ONCE = 5
"""Tickets in one transaction: others wait for it, where the database has one writer."""
GONE = "Its ticket was in the trash for 30 days, and is gone."


@dataclass(frozen=True)
class Emptied:
    """What went."""

    tickets: int
    keys: frozenset[str]
    """Of the contents in the store that these tickets had; others may have them, too."""


def is_trash_old(session: Session, now: datetime) -> bool:
    """Whether any ticket has been in the trash for long enough."""
    return session.scalar(_old(now).limit(1)) is not None


def empty_trash(session: Session, *, now: datetime, limit: int = AT_ONCE) -> Emptied:
    """Let the tickets go that have been in the trash longest; those that were merged into one of
    them go with it.
    """
    due = session.scalars(_old(now).limit(limit).with_for_update(skip_locked=True)).all()
    if not due:
        return Emptied(0, frozenset())
    into = select(TicketMerge.ticket_id).where(TicketMerge.into_id.in_(due))
    gone = [*due, *session.scalars(into)]
    keys = _keys_of(session, gone)
    _wipe_mails(session, gone)
    _delete(session, Ticket.__table__, Ticket.id.in_(gone))  # type: ignore[arg-type]
    session.execute(text(_FORGET_WORDS[session.get_bind().dialect.name]), [{"id": i} for i in gone])
    return Emptied(len(gone), keys)


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


def _keys_of(session: Session, gone: Collection[int]) -> frozenset[str]:
    comments = select(Comment.id).where(Comment.ticket_id.in_(gone))
    keys: set[str | None] = set()
    for statement in (
        select(Attachment.sha256).where(Attachment.comment_id.in_(comments)),
        select(InboundMail.raw_sha256).where(_is_mail_of(gone)),
        select(OutboundMail.rendered_sha256).where(OutboundMail.ticket_id.in_(gone)),
    ):
        keys |= set(session.scalars(statement))
    for files in session.scalars(select(SavedDraft.files).where(SavedDraft.ticket_id.in_(gone))):
        keys |= {file.get("sha256") for file in files}
    return frozenset(key for key in keys if key)


def _is_mail_of(gone: Collection[int]) -> ColumnElement[bool]:
    comments = select(Comment.id).where(Comment.ticket_id.in_(gone))
    return or_(InboundMail.ticket_id.in_(gone), InboundMail.comment_id.in_(comments))


def _wipe_mails(session: Session, gone: Collection[int]) -> None:
    """Leave of each mail what the ledger counts: that it came, when, how large, and was filed."""
    session.execute(
        update(InboundMail)
        .where(_is_mail_of(gone))
        .values(
            ticket_id=None,
            comment_id=None,
            raw_sha256="",
            envelope_from="",
            peer="",
            subject="",
            from_address="",
            message_id=None,
            defects=[],
            decision={},
            reading=None,
            reason=GONE,
        )
        .execution_options(synchronize_session=False)
    )


def _delete(session: Session, table: Table, which: ColumnElement[bool]) -> None:
    """Delete rows, and first whatever refers to them."""
    for other in Base.metadata.tables.values():
        for column in other.columns:
            if not any(key.column.table is table for key in column.foreign_keys):
                continue
            theirs = column.in_(select(table.c.id).where(which))
            if other is table:
                session.execute(update(table).where(theirs).values({column.name: None}))
            elif "id" in other.columns:
                ids = session.scalars(select(other.c.id).where(theirs)).all()
                if ids:
                    _delete(session, other, other.c.id.in_(ids))
            else:
                session.execute(delete(other).where(theirs))
    session.execute(delete(table).where(which))


_FORGET_WORDS = {
    "sqlite": "DELETE FROM ticket_words WHERE rowid = :id",
    "postgresql": "DELETE FROM ticket_words WHERE ticket_id = :id",
}
