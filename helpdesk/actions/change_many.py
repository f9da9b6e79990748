"""Change many tickets at once: each by the action that changes one, a few in a transaction.

What is asked for is written down first, ticket by ticket; then it is worked off by whoever has
time: the page that asked for it, or the sweep once that page is gone. So a thousand tickets hold up
nobody, a machine that stops loses none, and one deed can be undone as one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.change_one import change_one, checked_value, undo_one
from helpdesk.actor import Actor
from helpdesk.errors import HelpdeskError, InvalidInput, NotFound
from helpdesk.models import (
    BulkChange,
    BulkField,
    BulkState,
    BulkTicket,
    Change,
    HistoryField,
    Person,
    Ticket,
)
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.view_tickets import matching, visible_of
from helpdesk.text import clean_line
from helpdesk.tickets.access import STAFF_ONLY, actor_of, check_staff
from helpdesk.tickets.bulks import find_bulk

MOST = 10_000
"""Tickets in one bulk change."""
MOST_MERGED = 50
HOLD = 0.025
"""Seconds after which a transaction ends: others wait for it, where the database has one writer."""
PAUSE = 0.005
"""Seconds between two, in which others take their turn."""
KEPT = timedelta(days=30)
"""How long what was asked for is kept, and can be undone as one."""
_DECIDES_THE_VIEW = (
    HistoryField.STATUS, HistoryField.ASSIGNEE, HistoryField.PRIORITY, HistoryField.CATEGORY,
    HistoryField.FOLDER, HistoryField.SNOOZE, HistoryField.TAG, HistoryField.TEAM,
    HistoryField.MAILBOX, HistoryField.CUSTOM,
)  # fmt: skip
_UNFINISHED = (BulkState.TO_DO, BulkState.TO_UNDO)


@dataclass(frozen=True)
class Selection:
    """Which tickets: these, or all that a view shows."""

    ids: Collection[int] = ()
    view: str = ""
    """Given: all of this view, narrowed by ``wanted``."""
    wanted: QueueFilter = QueueFilter()  # noqa: RUF009 (frozen)
    seen_at: datetime | None = None
    """When they were shown: what a colleague took since is left to them, and said to be theirs."""
    counted_at: datetime | None = None
    """When all of the view were counted: no more are changed than were there, and those that
    somebody else changed since are left, and named."""


def begin_bulk(
    session: Session,
    actor: Actor,
    selection: Selection,
    field: str,
    value: str,
    *,
    now: datetime,
    reason: str = "",
) -> BulkChange:
    """Write down that these tickets are to be given a value; :func:`work_off` does it.

    :param value: of a status, priority or category its name; of an assignee ``me``, a person's id,
        or nothing; of a tag its name; of a field of the team ``12=Gift``; of a team its id or name;
        of a mailbox its id or address; of a snooze when (:mod:`helpdesk.tickets.snoozing`); of a
        merge the number of the ticket that goes on; nothing: no team, awake, the oldest of them.
    :raises NotAllowed: the actor is not staff.
    :raises InvalidInput: (``tickets``) there are none, or too many; or the value does not hold.
    """
    check_staff(actor, STAFF_ONLY)
    assert actor.person_id is not None
    kind = validation.member_of(BulkField, field, "field")
    bulk = BulkChange(
        made_by_id=actor.person_id,
        field=kind,
        value=checked_value(session, actor, kind, value, now),
        reason=clean_line(reason),
        total=0,
        created_at=now,
    )
    session.add(bulk)
    session.flush()
    _write_down(session, actor, bulk, selection)
    most = MOST_MERGED if kind == BulkField.MERGE else MOST
    if not bulk.total:
        merging = kind == BulkField.MERGE
        words = "Choose at least two tickets to merge." if merging else "Choose the tickets first."
        raise InvalidInput("tickets", words)
    if bulk.total > most:
        raise InvalidInput("tickets", f"Those are more than {most:,} tickets: choose fewer.")
    if kind == BulkField.ASSIGNEE and selection.seen_at:
        _leave_taken(session, bulk, selection.seen_at)
    if selection.view and selection.counted_at:
        _leave_changed(session, bulk, selection.counted_at)
    return bulk


def begin_again(session: Session, actor: Actor, bulk_id: int, *, now: datetime) -> BulkChange:
    """Ask once more for what a bulk change left, this time whoever has the tickets, and though
    their children are open.

    :raises NotAllowed, NotFound, InvalidInput: as :func:`begin_bulk`.
    """
    check_staff(actor, STAFF_ONLY)
    before = find_bulk(session, actor, bulk_id)
    if before.undone_at is not None:
        raise NotFound("There is no such change.")
    failed = (BulkTicket.bulk_id == before.id, BulkTicket.state == BulkState.FAILED)
    left = session.scalars(select(BulkTicket.ticket_id).where(*failed)).all()
    value = before.value
    if before.field == BulkField.MERGE:
        value = session.get_one(Ticket, int(value)).number
    chosen = Selection(left)
    bulk = begin_bulk(session, actor, chosen, before.field, value, now=now, reason=before.reason)
    bulk.despite_children = True
    return bulk


def work_off(
    transaction: Callable[[], AbstractContextManager[Session]],
    bulk_id: int,
    *,
    clock: Callable[[], datetime],
    monotonic: Callable[[], float],
    sleep: Callable[[float], None],
    seconds: float,
) -> bool:
    """Work a bulk change off, a few tickets in a transaction, for some seconds.

    :returns: whether something is left.
    """
    until = monotonic() + seconds
    while True:
        end = monotonic() + HOLD
        with transaction() as session:
            left = _go_on(session, bulk_id, clock(), lambda: monotonic() >= end)  # noqa: B023
        if not left or monotonic() >= until:
            return left
        sleep(PAUSE)


def undo_bulk(session: Session, actor: Actor, bulk_id: int, *, now: datetime) -> BulkChange:
    """Have all that a bulk change did be undone; what it did not do yet it leaves.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is none, or it is older than it can be undone.
    """
    check_staff(actor, STAFF_ONLY)
    bulk = find_bulk(session, actor, bulk_id, lock=True)
    if bulk.undone_at is None:
        bulk.undone_at, bulk.undone_by_id, bulk.ended_at = now, actor.person_id, None
        of_bulk = BulkTicket.bulk_id == bulk.id
        session.execute(delete(BulkTicket).where(of_bulk, BulkTicket.state == BulkState.TO_DO))
        session.execute(
            update(BulkTicket)
            .where(of_bulk, BulkTicket.state == BulkState.DONE)
            .values(state=BulkState.TO_UNDO)
        )
        bulk.total = _count(session, bulk)
    return bulk


def left_alone(session: Session, *, before: datetime) -> int | None:
    """The id of a bulk change that was begun before then and is not worked off."""
    return session.scalar(
        select(BulkChange.id)
        .where(
            BulkChange.ended_at.is_(None),
            func.coalesce(BulkChange.undone_at, BulkChange.created_at) < before,
            BulkChange.created_at > before - KEPT,
        )
        .order_by(BulkChange.id)
        .limit(1)
    )


def is_bulk_old(session: Session, now: datetime) -> bool:
    """Whether any is to be forgotten."""
    return session.scalar(select(_old(now).exists())) or False


def forget_old_bulks(session: Session, *, now: datetime, limit: int = 10) -> int:
    """Forget what was asked for long ago; the tickets' histories keep what came of it."""
    old = session.scalars(_old(now).limit(limit)).all()
    if old:
        session.execute(delete(BulkTicket).where(BulkTicket.bulk_id.in_(old)))
        session.execute(delete(BulkChange).where(BulkChange.id.in_(old)))
    return len(old)


def _old(now: datetime) -> Select[int]:
    return select(BulkChange.id).where(BulkChange.created_at < now - KEPT)


def _write_down(session: Session, actor: Actor, bulk: BulkChange, selection: Selection) -> None:
    """Note each ticket that is to be changed, and how many there are."""
    chosen = visible_of(actor, selection.ids)
    if selection.view:
        until = selection.counted_at
        every = matching(session, actor, selection.view, selection.wanted, until=until)
        chosen = every.limit(MOST + 1)
    rows = chosen.add_columns(literal(bulk.id), literal(BulkState.TO_DO.value), literal(""))
    session.execute(
        insert(BulkTicket).from_select(["ticket_id", "bulk_id", "state", "problem"], rows)
    )
    if bulk.field == BulkField.MERGE:  # all but the one that goes on
        oldest = select(func.min(BulkTicket.ticket_id)).where(BulkTicket.bulk_id == bulk.id)
        bulk.value = bulk.value or str(session.scalar(oldest) or 0)
        session.execute(
            delete(BulkTicket).where(
                BulkTicket.bulk_id == bulk.id, BulkTicket.ticket_id == int(bulk.value)
            )
        )
    bulk.total = _count(session, bulk)


def _leave_taken(session: Session, bulk: BulkChange, seen_at: datetime) -> None:
    """Leave those that somebody else was given since they were shown, and say whose they are."""
    of_bulk = BulkTicket.bulk_id == bulk.id
    given = exists().where(
        Change.ticket_id == Ticket.id,
        Change.field == HistoryField.ASSIGNEE,
        Change.created_at > seen_at,
        Change.changed_by_id.is_distinct_from(bulk.made_by_id),
    )
    taken = (
        select(Ticket.id, Person)
        .join(BulkTicket, BulkTicket.ticket_id == Ticket.id)
        .join(Person, Person.id == Ticket.assignee_id)
        .where(of_bulk, given, Person.id != (int(bulk.value) if bulk.value else 0))
    )
    for ticket_id, person in session.execute(taken).all():
        problem = f"{person.shown_name} has it by now."
        session.execute(
            update(BulkTicket)
            .where(of_bulk, BulkTicket.ticket_id == ticket_id)
            .values(state=BulkState.FAILED, problem=problem)
        )


def _leave_changed(session: Session, bulk: BulkChange, counted_at: datetime) -> None:
    """Leave those that somebody else changed since they were counted: they may not have been among
    them.
    """
    changed = exists().where(
        Change.ticket_id == BulkTicket.ticket_id,
        Change.field.in_(_DECIDES_THE_VIEW),
        Change.created_at > counted_at,
        Change.changed_by_id.is_distinct_from(bulk.made_by_id),
    )
    session.execute(
        update(BulkTicket)
        .where(BulkTicket.bulk_id == bulk.id, BulkTicket.state == BulkState.TO_DO, changed)
        .values(state=BulkState.FAILED, problem="It was changed since you chose all that match.")
    )


def _go_on(session: Session, bulk_id: int, now: datetime, is_enough: Callable[[], bool]) -> bool:
    # Locked: one works it off at a time.
    bulk = session.get(BulkChange, bulk_id, with_for_update=True)
    if bulk is None or bulk.ended_at is not None:
        return False
    # Whoever asked: the tickets' histories name them, and it is their right that counts.
    asked_by = bulk.made_by_id if bulk.undone_at is None else bulk.undone_by_id
    actor = actor_of(session.get_one(Person, asked_by))
    rows = session.scalars(
        select(BulkTicket)
        .where(BulkTicket.bulk_id == bulk.id, BulkTicket.state.in_(_UNFINISHED))
        .order_by(BulkTicket.ticket_id)
        # A merge locks a second ticket: in a transaction of its own it waits for nobody crosswise.
        .limit(1 if bulk.field == BulkField.MERGE else 50)
    ).all()
    for row in rows:
        _do(session, actor, bulk, row, now)
        session.flush()
        if is_enough():
            break
    unfinished = exists().where(BulkTicket.bulk_id == bulk.id, BulkTicket.state.in_(_UNFINISHED))
    if session.scalar(select(unfinished)):
        return True
    bulk.ended_at = now
    return False


def _do(session: Session, actor: Actor, bulk: BulkChange, row: BulkTicket, now: datetime) -> None:
    """Change one ticket, or undo that. Its trouble is written beside it, and stops no other."""
    undoing = row.state == BulkState.TO_UNDO
    try:
        with session.begin_nested():
            if undoing:
                undo_one(session, actor, bulk, row, now)
            else:
                change_one(session, actor, bulk, row, now)
    except HelpdeskError as problem:
        row.state = BulkState.NOT_UNDONE if undoing else BulkState.FAILED
        row.problem = str(problem)


def _count(session: Session, bulk: BulkChange) -> int:
    return session.scalar(select(func.count()).where(BulkTicket.bulk_id == bulk.id)) or 0
