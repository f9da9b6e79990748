"""Delete what is older than the ages that an admin chose, a little at a time.

A run of a kind begins each night, and may be broken off at any moment: what it did is committed,
and it goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from helpdesk.actions.delete_tickets import delete_comments, delete_tickets, note_unused
from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import (
    AuditEntry,
    AuditKind,
    Comment,
    InboundMail,
    OutboundMail,
    RetentionKind,
    RetentionRule,
    Ticket,
)
from helpdesk.tickets import audit
from helpdesk.tickets.retention import (
    age_of,
    night_of,
    old_log,
    old_raw,
    old_rendered,
    old_spam,
    old_tickets,
    rules,
)

LONGEST_STEP = 0.03
"""Seconds that one transaction should take at most: on SQLite nobody else writes meanwhile."""
LONGEST_BESIDE_OTHERS = 0.3
"""The same on PostgreSQL, where others write beside it."""
PAUSE = 0.01
"""Seconds between two of them."""
MOST_COMMENTS = 40
"""A ticket with more messages goes a part at a time."""
REASONS = {
    RetentionKind.TICKETS: "Its ticket was closed long ago, and is no longer kept.",
    RetentionKind.SPAM: "Its ticket was in spam for long, and is no longer kept.",
}
_MOST_AT_ONCE: dict[RetentionKind, int] = {
    RetentionKind.TICKETS: 20,
    RetentionKind.SPAM: 20,
    RetentionKind.RAW_MAIL: 500,
    RetentionKind.LOG: 500,
}


@dataclass(frozen=True)
class OldStep:
    """What one transaction did."""

    done: int
    is_over: bool = False
    """Whether nothing is left to do."""


Transaction = Callable[[], AbstractContextManager[Session]]


def begin_runs(
    session: Session, actor: Actor, *, now: datetime, by_hand: bool = False
) -> tuple[RetentionKind, ...]:
    """Begin the runs that are due; return the kinds whose runs go on, these among them.

    :param by_hand: whether what is old enough goes now, and not only at night.
    :raises NotAllowed: the actor is no admin.
    """
    _check(actor)
    going = []
    for kind, rule in rules(session).items():
        since = now if by_hand else night_of(now)
        goes_on = rule.ran_at is not None and rule.ended_at is None
        if age_of(rule).at(since) is None:
            if goes_on:  # it was switched off meanwhile
                rule.ended_at = now
            continue
        if not goes_on and (by_hand or rule.ran_at is None or rule.ran_at < since):
            rule.ran_at, rule.ended_at, rule.gone, rule.gone_bytes = now, None, 0, 0
            goes_on = True
        if goes_on:
            going.append(kind)
    return tuple(going)


def is_run_due(session: Session, now: datetime) -> bool:
    """Whether a run goes on, or is to begin."""
    night = night_of(now)
    return any(
        (rule.ran_at is not None and rule.ended_at is None)
        or (age_of(rule).at(night) is not None and (rule.ran_at is None or rule.ran_at < night))
        for rule in rules(session).values()
    )


def work_off_old(
    transaction: Transaction,
    actor: Actor,
    kind: RetentionKind,
    *,
    clock: Callable[[], datetime],
    monotonic: Callable[[], float],
    sleep: Callable[[float], None],
    seconds: float,
) -> bool:
    """Delete what is old of a kind whose run goes on, a few in a transaction, for some seconds.

    :returns: whether something is left.
    """
    until, limit = monotonic() + seconds, 1
    while True:
        began = monotonic()
        with transaction() as session:
            step = delete_some(session, actor, kind, limit=limit, now=clock())
            is_alone = session.get_bind().dialect.name == "sqlite"
        longest = LONGEST_STEP if is_alone else LONGEST_BESIDE_OTHERS
        took = monotonic() - began
        if step.is_over or monotonic() >= until:
            return not step.is_over
        if took > longest:
            limit = max(1, int(limit * longest / took))
        elif took < longest / 4:
            limit = min(_MOST_AT_ONCE[kind], limit * 2)
        else:
            limit = min(_MOST_AT_ONCE[kind], limit + 1)
        sleep(PAUSE)


def delete_some(
    session: Session, actor: Actor, kind: RetentionKind, *, limit: int, now: datetime
) -> OldStep:
    """Delete a few of what is old of a kind; the last step ends the run, and logs what it did.

    :raises NotAllowed: the actor is no admin.
    """
    _check(actor)
    rule = session.get(RetentionRule, kind, with_for_update=True)
    if rule is None or rule.ended_at is not None:
        return OldStep(0, is_over=True)
    days = age_of(rule).at(now)
    done = None if days is None else _STEPS[kind](session, now - timedelta(days=days), limit, now)
    if done is None:
        rule.ended_at = now
        if rule.gone:
            field = f"deleted_{kind}"
            new = f"{rule.gone:,}"
            audit.record(session, actor, AuditKind.DESK, "", field, new=new, now=now)
        return OldStep(0, is_over=True)
    rule.gone += done
    return OldStep(done)


def _check(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("Only an admin may delete what is old.")


Step = Callable[[Session, datetime, int, datetime], int | None]
"""Deletes a few that are older than the first moment; None where there is none."""


def _tickets(kind: RetentionKind) -> Step:
    def step(session: Session, cutoff: datetime, limit: int, now: datetime) -> int | None:
        return _delete_tickets(session, kind, _oldest(kind, cutoff), limit, now)

    return step


def _oldest(kind: RetentionKind, cutoff: datetime) -> Select[Any]:
    if kind == RetentionKind.SPAM:
        return select(Ticket.id).where(*old_spam(cutoff)).order_by(Ticket.put_away_at)
    return select(Ticket.id).where(*old_tickets(cutoff)).order_by(Ticket.closed_at)


def _delete_tickets(
    session: Session, kind: RetentionKind, oldest: Select[Any], limit: int, now: datetime
) -> int | None:
    due = session.scalars(oldest.limit(limit).with_for_update(skip_locked=True, of=Ticket)).all()
    if not due:
        return None
    reason = REASONS[kind]
    of_due = select(Comment.id).where(Comment.ticket_id.in_(due))
    first = session.scalars(of_due.order_by(Comment.id).limit(MOST_COMMENTS + 1)).all()
    if len(first) > MOST_COMMENTS:
        if len(due) == 1:
            delete_comments(session, first[:MOST_COMMENTS], reason=reason, cause=kind, now=now)
            return 0
        return _delete_tickets(session, kind, oldest, 1, now)
    return delete_tickets(session, due, reason=reason, cause=kind, now=now)


def _raw(session: Session, cutoff: datetime, limit: int, now: datetime) -> int | None:
    """Originals first, then the written copies of what left."""
    came = session.execute(
        select(InboundMail.id, InboundMail.raw_sha256)
        .where(*old_raw(cutoff))
        .order_by(InboundMail.received_at)
        .limit(limit)
    ).all()
    if came:
        _without(session, InboundMail, [row.id for row in came], raw_sha256="")
        note_unused(session, [row.raw_sha256 for row in came], RetentionKind.RAW_MAIL, now)
        return len(came)
    left = session.execute(
        select(OutboundMail.id, OutboundMail.rendered_sha256)
        .where(*old_rendered(cutoff))
        .order_by(OutboundMail.created_at)
        .limit(limit)
    ).all()
    if not left:
        return None
    _without(session, OutboundMail, [row.id for row in left], rendered_sha256=None)
    note_unused(session, [row.rendered_sha256 for row in left], RetentionKind.RAW_MAIL, now)
    return len(left)


def _without(session: Session, model: type[Any], ids: list[int], **values: Any) -> None:
    chosen = update(model).where(model.id.in_(ids)).values(**values)
    session.execute(chosen.execution_options(synchronize_session=False))


def _log(session: Session, cutoff: datetime, limit: int, now: datetime) -> int | None:
    # The lines stand in the order of their times: the first that is too young ends it.
    first = select(AuditEntry.id, AuditEntry.created_at).order_by(AuditEntry.id).limit(limit)
    oldest = first.subquery()
    last = session.scalar(select(func.max(oldest.c.id)).where(oldest.c.created_at < cutoff))
    if last is None:
        return None
    gone = delete(AuditEntry).where(AuditEntry.id <= last, *old_log(cutoff))
    result = session.execute(gone.execution_options(synchronize_session=False))
    return int(getattr(result, "rowcount", 0)) or None


_STEPS: dict[RetentionKind, Step] = {
    RetentionKind.TICKETS: _tickets(RetentionKind.TICKETS),
    RetentionKind.SPAM: _tickets(RetentionKind.SPAM),
    RetentionKind.RAW_MAIL: _raw,
    RetentionKind.LOG: _log,
}
