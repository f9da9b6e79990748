"""What concerns somebody of staff: noted when it happens, and seen later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.models import IS_STAFF, Comment, Concern, ConcernKind, Person
from helpdesk.rows import insert_row


def note_concern(
    session: Session,
    kind: ConcernKind,
    person_id: int,
    ticket_id: int,
    *,
    by_id: int | None,
    now: datetime,
    comment_id: int | None = None,
) -> None:
    """Put an event on a person's list. What one did oneself is no news to oneself."""
    if person_id == by_id:
        return
    insert_row(
        session,
        Concern,
        kind=kind,
        person_id=person_id,
        ticket_id=ticket_id,
        comment_id=comment_id,
        by_id=by_id,
        created_at=now,
        seen_at=None,
        changed_at=now,
    )


def withdraw_assignment(session: Session, ticket_id: int, person_id: int, now: datetime) -> None:
    """Have it count as seen that a ticket was given to somebody: they have it no longer."""
    given = Concern.kind == ConcernKind.ASSIGNED
    see(session, now, Concern.person_id == person_id, Concern.ticket_id == ticket_id, given)


def withdraw_note(session: Session, ticket_id: int, comment_id: int, now: datetime) -> None:
    """Have it count as seen that a note names somebody: it was taken back."""
    staff = Concern.person_id.in_(select(Person.id).where(IS_STAFF))  # by the index of the unseen
    see(session, now, staff, Concern.ticket_id == ticket_id, Concern.comment_id == comment_id)


def on_ticket(person_id: int, ticket_id: int, comment_id: int) -> tuple[ColumnElement[bool], ...]:
    """What somebody sees of their list who reads a ticket as far as this comment."""
    # A message may have come here from another ticket, by a merge or by hand.
    came_here = exists().where(Comment.id == Concern.comment_id, Comment.ticket_id == ticket_id)
    return (
        Concern.person_id == person_id,
        or_(Concern.ticket_id == ticket_id, came_here),
        Concern.comment_id.is_(None) | (Concern.comment_id <= comment_id),
    )


def has_unseen(session: Session, *which: ColumnElement[bool]) -> bool:
    """Whether any of these was not seen yet."""
    return bool(session.scalar(select(exists().where(Concern.seen_at.is_(None), *which))))


def see(session: Session, now: datetime, *which: ColumnElement[bool]) -> None:
    """Note that these were seen."""
    session.execute(
        update(Concern)
        .where(Concern.seen_at.is_(None), *which)
        .values(seen_at=now, changed_at=now)
        .execution_options(synchronize_session=False)
    )
