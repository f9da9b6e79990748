"""What would go by an age, and what went: for the page of the ages, and the command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import (
    Attachment,
    AuditEntry,
    Comment,
    InboundMail,
    RetentionKind,
    RetentionRule,
    Ticket,
)
from helpdesk.tickets.retention import (
    Age,
    Conditions,
    age_of,
    changed_age,
    first_run,
    old_log,
    old_raw,
    old_spam,
    old_tickets,
    rules,
)

MEASURED = 5000
"""So many tickets have their files' sizes added up; of more the size is worked out from these."""


@dataclass(frozen=True)
class WouldGo:
    """What is older than an age."""

    count: int
    size: int = 0
    """Bytes of stored files, at most: others may have them, too."""
    oldest: datetime | None = None
    is_estimate: bool = False
    """Whether the size was worked out from the oldest ``MEASURED``."""


@dataclass(frozen=True)
class LastRun:
    """What the last run of a kind did."""

    began_at: datetime
    ended_at: datetime | None
    count: int
    size: int


@dataclass(frozen=True)
class RetentionView:
    """One kind: its age, what is older, and what went last."""

    kind: RetentionKind
    age: Age
    current: int | None
    """The days that count now."""
    next_run: datetime | None
    """When the next run by this age begins; None where all is kept."""
    last_run: LastRun | None
    would_go: WouldGo | None
    """None where all is kept, or nobody asked."""


def retention(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    wanted: dict[RetentionKind, int | None] | None = None,
) -> tuple[RetentionView, ...]:
    """All kinds, as they stand; or as they would, with other ages.

    :param wanted: the ages that somebody thinks of, in days: then what would go by them is counted.
    :raises NotAllowed: the actor is no admin.
    """
    if not actor.is_admin:
        raise NotAllowed("This is for admins.")
    known = rules(session)
    return tuple(_view(session, kind, known.get(kind), wanted, now) for kind in RetentionKind)


def _view(
    session: Session,
    kind: RetentionKind,
    rule: RetentionRule | None,
    wanted: dict[RetentionKind, int | None] | None,
    now: datetime,
) -> RetentionView:
    age = age_of(rule)
    if wanted is not None and wanted.get(kind) != age.days:
        age = changed_age(age, wanted.get(kind), now)
    is_kept = age.days is None
    return RetentionView(
        kind,
        age,
        age.at(now),
        None if is_kept else first_run(age, now),
        LastRun(rule.ran_at, rule.ended_at, rule.gone, rule.gone_bytes)
        if rule and rule.ran_at
        else None,
        None if is_kept else would_go(session, kind, age.days or 0, now),
    )


def would_go(session: Session, kind: RetentionKind, days: int, now: datetime) -> WouldGo:
    """What of a kind is older than so many days."""
    cutoff = now - timedelta(days=days)
    if kind == RetentionKind.RAW_MAIL:
        asked = select(
            func.count(), func.coalesce(func.sum(InboundMail.size), 0),
            func.min(InboundMail.received_at),
        ).where(*old_raw(cutoff))  # fmt: skip
        count, size, oldest = session.execute(asked).one()
        return WouldGo(count, int(size), oldest)
    if kind == RetentionKind.LOG:
        lines = select(func.count(), func.min(AuditEntry.created_at)).where(*old_log(cutoff))
        count, oldest = session.execute(lines).one()
        return WouldGo(count, 0, oldest)
    if kind == RetentionKind.SPAM:
        return _tickets(session, Ticket.put_away_at, old_spam(cutoff))
    return _tickets(session, Ticket.closed_at, old_tickets(cutoff))


def _tickets(session: Session, since: Any, which: Conditions) -> WouldGo:
    asked = select(func.count(), func.min(since)).select_from(Ticket).where(*which)
    count, oldest = session.execute(asked).one()
    if not count:
        return WouldGo(0)
    measured = select(Ticket.id).where(*which).order_by(since).limit(MEASURED)
    ids = list(session.scalars(measured))
    size = _size_of(session, select(func.sum(InboundMail.size)).where(
        InboundMail.ticket_id.in_(ids), InboundMail.raw_sha256 != ""
    )) + _size_of(session, select(func.sum(Attachment.size)).join(
        Comment, Comment.id == Attachment.comment_id
    ).where(Comment.ticket_id.in_(ids)))  # fmt: skip
    if count > len(ids):
        return WouldGo(count, size * count // len(ids), oldest, is_estimate=True)
    return WouldGo(count, size, oldest)


def _size_of(session: Session, asked: Select[Any]) -> int:
    return int(session.scalar(asked) or 0)
