"""What concerns somebody of staff: notes naming them, tickets given to them, answers on theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.db import AnyRow
from helpdesk.models import Comment, Concern, ConcernKind, Ticket
from helpdesk.queries.people import people
from helpdesk.rows import ask
from helpdesk.text import clean_line
from helpdesk.tickets.access import STAFF_ONLY, check_staff, known_id, only_visible, visible
from helpdesk.vocabulary import Folder, MessageKind

PAGE_SIZE = 50
EXCERPT = 160


@dataclass(frozen=True)
class ConcernRow:
    """One event."""

    id: int
    kind: ConcernKind
    at: datetime
    who: str
    """Who did it; empty where nobody knows."""
    ticket_number: str
    subject: str
    excerpt: str
    """How what was written begins; empty where nothing was."""
    comment_id: int | None
    is_seen: bool


@dataclass(frozen=True)
class ConcernList:
    """One page, newest first. ``next_before`` is the key of the next one; None at the end."""

    rows: tuple[ConcernRow, ...]
    next_before: int | None


def concern_list(
    session: Session, actor: Actor, *, before: int | None = None, size: int = PAGE_SIZE
) -> ConcernList:
    """What concerns the actor, newest first; a note that was taken back is gone, and so is
    what is in spam or trash, until it is back.

    :param before: ``next_before`` of the page before.
    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, STAFF_ONLY)
    last = 2**63 - 1 if before is None else known_id(before)
    listed = only_visible(_LIST, actor)
    found = ask(session, listed, me=actor.person_id, before=last, size=size + 1).all()
    shown = found[:size]
    names = people(session, (row.author_id or row.by_id for row in shown))
    who = {one.id: one.name for one in names.values()}
    rows = tuple(_row(row, who.get(row.author_id or row.by_id, "")) for row in shown)
    return ConcernList(rows, rows[-1].id if len(found) > size else None)


def unseen(me: Any, mailbox_ids: tuple[int, ...] | None) -> Select[Any]:
    """The events that somebody has not seen, on tickets of the inbox that they may see.

    :param me: their id, or the parameter that stands for it.
    :param mailbox_ids: as :func:`helpdesk.tickets.access.visible` has them.
    """
    return (
        select(Concern.id)
        .outerjoin(Comment, Comment.id == Concern.comment_id)
        .join(Ticket, Ticket.id == _ticket_id)
        .where(Concern.person_id == me, Concern.seen_at.is_(None), _IN_INBOX, *visible(mailbox_ids))
    )


def unseen_since(session: Session, since: datetime, most: int) -> dict[int, int]:
    """How much those have not seen whose list changed since a moment, each counted to ``most``."""
    changed = session.scalars(
        select(Concern.person_id).where(Concern.changed_at > since).distinct()
    )
    return {person_id: unseen_count(session, person_id, most) for person_id in changed.all()}


def unseen_count(session: Session, person_id: int, most: int) -> int:
    """How much of what concerns them somebody has not seen, counted to ``most``."""
    whose = people(session, [person_id]).get(person_id)
    if whose is None:
        return 0
    found = unseen(person_id, whose.actor.mailbox_ids).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _row(row: AnyRow, who: str) -> ConcernRow:
    return ConcernRow(
        row.id,
        row.kind,
        row.created_at,
        row.claimed_name or who,
        row.number,
        row.subject,
        clean_line(row.words or "", EXCERPT),
        row.comment_id,
        row.seen_at is not None,
    )


_me = bindparam("me", type_=Concern.person_id.type)
# A message may have been moved to another ticket since.
_ticket_id = func.coalesce(Comment.ticket_id, Concern.ticket_id)
_IN_INBOX = Ticket.folder == Folder.INBOX
_LIST = (
    select(
        Concern.id,
        Concern.kind,
        Concern.created_at,
        Concern.comment_id,
        Concern.by_id,
        Concern.seen_at,
        Comment.author_id,
        Comment.claimed_name,
        func.substr(Comment.reply_text, 1, 2 * EXCERPT).label("words"),
        Ticket.number,
        Ticket.subject,
    )
    .outerjoin(Comment, Comment.id == Concern.comment_id)
    .join(Ticket, Ticket.id == _ticket_id)
    .where(
        Concern.person_id == _me,
        Concern.id < bindparam("before", type_=Concern.id.type),
        _IN_INBOX,
        or_(Comment.id.is_(None), Comment.kind != MessageKind.TAKEN_BACK),
    )
    .order_by(Concern.id.desc())
    .limit(bindparam("size", type_=Integer()))
)
