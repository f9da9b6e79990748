"""How far a change of many tickets is, which of them it could not change; and the newest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import (
    BulkChange,
    BulkField,
    BulkState,
    BulkTicket,
    CannedReply,
    Change,
    CustomField,
    Mailbox,
    Person,
    Team,
    Ticket,
)
from helpdesk.queries.canned_replies import gaps_noted
from helpdesk.rows import ask
from helpdesk.tickets.access import STAFF_ONLY, check_staff, visible
from helpdesk.tickets.bulks import HANDED_BACK, find_bulk
from helpdesk.tickets.children import is_held
from helpdesk.vocabulary import Status

MOST_SHOWN = 50
"""Tickets that are named with what went wrong; of the others only how many."""
_GONE_WRONG = (BulkState.FAILED, BulkState.NOT_UNDONE)


@dataclass(frozen=True)
class BulkProgress:
    """A change of many tickets, as it stands."""

    id: int
    field: BulkField
    value: str
    """As people read it: a name, a ticket's number; nothing for nobody."""
    total: int
    counts: dict[BulkState, int]
    is_undone: bool
    has_ended: bool
    failures: tuple[tuple[str, str, str], ...]
    """Number, subject and problem of what could not be changed."""
    made_by: str
    made_at: datetime
    undone_by: str
    reason: str
    is_held: bool = False
    """Whether an open child holds one of those open that were to be resolved."""
    had_it: str = ""
    """Whose the ticket was, where one alone was given to somebody else."""
    gaps: tuple[str, ...] = ()
    """What is still to be filled in of the notes that a macro wrote, as it stands there."""

    @property
    def worked_off(self) -> int:
        left = BulkState.TO_UNDO if self.is_undone else BulkState.TO_DO
        return self.total - self.counts.get(left, 0)

    @property
    def changed(self) -> int:
        return self.counts.get(BulkState.UNDONE if self.is_undone else BulkState.DONE, 0)

    @property
    def failed(self) -> int:
        return sum(self.counts.get(state, 0) for state in _GONE_WRONG)


def many_changed(session: Session, actor: Actor, since: datetime) -> bool:
    """Whether a change of many tickets, some of which the actor sees, ended since a moment."""
    statement = _ENDED_SINCE
    if not actor.sees_all:
        of_newest = BulkTicket.bulk_id == _newest.c.id
        seen = exists().where(of_newest, Ticket.id == BulkTicket.ticket_id)
        statement = statement.where(seen.where(*visible(actor.mailbox_ids)))
    return ask(session, statement, since=since).first() is not None


_newest = (
    select(BulkChange.id, BulkChange.ended_at).order_by(BulkChange.id.desc()).limit(20).subquery()
)
_since = bindparam("since", type_=BulkChange.ended_at.type)
_ENDED_SINCE = select(_newest.c.id).where(_newest.c.ended_at >= _since).limit(1)


def bulk_progress(session: Session, actor: Actor, bulk_id: int) -> BulkProgress:
    """How far a bulk change is.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such one.
    """
    check_staff(actor, STAFF_ONLY)
    bulk = find_bulk(session, actor, bulk_id)
    failures = (
        select(Ticket.number, Ticket.subject, BulkTicket.problem)
        .join(Ticket, Ticket.id == BulkTicket.ticket_id)
        .where(
            BulkTicket.bulk_id == bulk.id,
            BulkTicket.state.in_(_GONE_WRONG),
            *visible(actor.mailbox_ids),
        )
        .order_by(BulkTicket.ticket_id)
        .limit(MOST_SHOWN)
    )
    told = tuple(
        (number, subject, problem) for number, subject, problem in session.execute(failures)
    )
    progress = _progress(session, bulk, _counts(session, [bulk.id])[bulk.id], told)
    is_held_open = bool(told) and _is_held(session, bulk)
    had_it, gaps = _had_it(session, bulk), _gaps(session, bulk)
    return replace(progress, is_held=is_held_open, had_it=had_it, gaps=gaps)


def newest_bulks(session: Session, actor: Actor) -> list[BulkProgress]:
    """The newest changes of many tickets, of everybody, newest first, without what went wrong; for
    whoever has some mailboxes only, their own.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, STAFF_ONLY)
    own = () if actor.sees_all else (BulkChange.made_by_id == actor.person_id,)
    found = session.scalars(
        select(BulkChange)
        .where(*own, or_(BulkChange.total > 1, BulkChange.field == BulkField.MERGE))
        .order_by(BulkChange.created_at.desc(), BulkChange.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    counts = _counts(session, [bulk.id for bulk in found])
    return [_progress(session, bulk, counts[bulk.id]) for bulk in found]


def handed_back(session: Session, actor: Actor) -> BulkProgress | None:
    """What the actor handed back last, being away, as long as it can be undone and was not.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, STAFF_ONLY)
    bulk = session.scalar(
        select(BulkChange)
        .where(
            BulkChange.made_by_id == actor.person_id,
            BulkChange.field == BulkField.ASSIGNEE,
            BulkChange.value == "",
            BulkChange.reason == HANDED_BACK,
        )
        .order_by(BulkChange.created_at.desc(), BulkChange.id.desc())
        .limit(1)
    )
    if bulk is None or bulk.undone_at is not None:
        return None
    return _progress(session, bulk, _counts(session, [bulk.id])[bulk.id])


def _had_it(session: Session, bulk: BulkChange) -> str:
    if bulk.field != BulkField.ASSIGNEE or bulk.total != 1 or not bulk.value:
        return ""
    of_bulk = (BulkTicket.bulk_id == bulk.id, BulkTicket.state == BulkState.DONE)
    row = select(Change.old_value).join(BulkTicket, BulkTicket.change_id == Change.id)
    return session.scalar(row.where(*of_bulk)) or ""


def _gaps(session: Session, bulk: BulkChange) -> tuple[str, ...]:
    if bulk.field != BulkField.MACRO or bulk.ended_at is None or bulk.undone_at is not None:
        return ()
    done = (BulkTicket.bulk_id == bulk.id, BulkTicket.state == BulkState.DONE)
    return gaps_noted(session, select(BulkTicket.change_id).where(*done))


def _is_held(session: Session, bulk: BulkChange) -> bool:
    status: str | None = bulk.value if bulk.field == BulkField.STATUS else None
    if bulk.field == BulkField.MACRO:
        macro = session.get(CannedReply, int(bulk.value))
        status = macro.status_after if macro else None
    # None that a child holds is closed in one step, child or not.
    if status != Status.RESOLVED or bulk.undone_at:
        return False
    failed = (BulkTicket.bulk_id == bulk.id, BulkTicket.state == BulkState.FAILED)
    held = select(Ticket.id).join(BulkTicket, BulkTicket.ticket_id == Ticket.id)
    return session.scalar(select(held.where(*failed, is_held()).exists())) or False


def _counts(session: Session, bulk_ids: Sequence[int]) -> dict[int, dict[BulkState, int]]:
    counts: dict[int, dict[BulkState, int]] = defaultdict(dict)
    counted = (
        select(BulkTicket.bulk_id, BulkTicket.state, func.count())
        .where(BulkTicket.bulk_id.in_(bulk_ids))
        .group_by(BulkTicket.bulk_id, BulkTicket.state)
    )
    for bulk_id, state, count in session.execute(counted):
        counts[bulk_id][state] = count
    return counts


def _progress(
    session: Session,
    bulk: BulkChange,
    counts: dict[BulkState, int],
    failures: tuple[tuple[str, str, str], ...] = (),
) -> BulkProgress:
    by = session.get_one(Person, bulk.made_by_id)
    undone_by = session.get(Person, bulk.undone_by_id) if bulk.undone_by_id else None
    return BulkProgress(
        bulk.id,
        bulk.field,
        _shown_value(session, bulk),
        bulk.total,
        counts,
        bulk.undone_at is not None,
        bulk.ended_at is not None,
        failures,
        by.shown_name,
        bulk.created_at,
        undone_by.shown_name if undone_by else "",
        bulk.reason,
    )


def _shown_value(session: Session, bulk: BulkChange) -> str:
    if bulk.field == BulkField.ASSIGNEE and bulk.value:
        return session.get_one(Person, int(bulk.value)).shown_name
    if bulk.field == BulkField.TEAM and bulk.value:
        team = session.get(Team, int(bulk.value))
        return team.name if team else "a team that is no more"
    if bulk.field == BulkField.MAILBOX:
        return session.get_one(Mailbox, int(bulk.value)).address
    if bulk.field == BulkField.MERGE:
        return session.get_one(Ticket, int(bulk.value)).number
    if bulk.field == BulkField.CUSTOM:
        field_id, _, value = bulk.value.partition("=")
        field = session.get(CustomField, int(field_id))
        return f"{field.name if field else 'a field that is gone'}: {value or 'none'}"
    if bulk.field == BulkField.MACRO:
        macro = session.get(CannedReply, int(bulk.value))
        return macro.name if macro else "a macro that is gone"
    return bulk.value
