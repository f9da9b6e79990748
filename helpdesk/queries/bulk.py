"""How far a change of many tickets is, and which of them it could not change."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotFound
from helpdesk.models import BulkChange, BulkField, BulkState, BulkTicket, Person, Ticket
from helpdesk.tickets.access import STAFF_ONLY, check_staff, known_id

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


def bulk_progress(session: Session, actor: Actor, bulk_id: int) -> BulkProgress:
    """How far a bulk change is.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such one.
    """
    check_staff(actor, STAFF_ONLY)
    bulk = session.get(BulkChange, known_id(bulk_id))
    if bulk is None:
        raise NotFound("There is no such change.")
    counted = (
        select(BulkTicket.state, func.count())
        .where(BulkTicket.bulk_id == bulk.id)
        .group_by(BulkTicket.state)
    )
    failures = (
        select(Ticket.number, Ticket.subject, BulkTicket.problem)
        .join(Ticket, Ticket.id == BulkTicket.ticket_id)
        .where(BulkTicket.bulk_id == bulk.id, BulkTicket.state.in_(_GONE_WRONG))
        .order_by(BulkTicket.ticket_id)
        .limit(MOST_SHOWN)
    )
    return BulkProgress(
        bulk.id,
        bulk.field,
        _shown_value(session, bulk),
        bulk.total,
        {state: count for state, count in session.execute(counted)},  # noqa: C416 (rows are no pairs to mypy)
        bulk.undone_at is not None,
        bulk.ended_at is not None,
        tuple((number, subject, problem) for number, subject, problem in session.execute(failures)),
    )


def _shown_value(session: Session, bulk: BulkChange) -> str:
    if bulk.field == BulkField.ASSIGNEE and bulk.value:
        return session.get_one(Person, int(bulk.value)).shown_name
    if bulk.field == BulkField.MERGE:
        return session.get_one(Ticket, int(bulk.value)).number
    return bulk.value
