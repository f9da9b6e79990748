"""What people are told of by mail.

Actions only record that something happened (:func:`notify`);
:mod:`helpdesk.actions.send_notifications` works out who is told, a moment later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.mail_out.heard_status import last_heard_of
from helpdesk.models import IS_STAFF, ConcernKind, Notice, NotificationKind, Person, Ticket
from helpdesk.rows import insert_row
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.concerns import note_concern
from helpdesk.vocabulary import Folder

TELL_STATUS_AFTER = timedelta(seconds=20)
"""A status that is changed back meanwhile is nobody's news. With the sweep's turn, the mail leaves
within thirty seconds of the last change."""

_SUPPRESSED = "postdesk_notifications_suppressed"


@contextmanager
def notifications_suppressed(session: Session) -> Iterator[None]:
    """Notify nobody of what happens in this block: mail of the past is filed."""
    session.info[_SUPPRESSED] = True
    try:
        yield
    finally:
        del session.info[_SUPPRESSED]


def is_of_the_past(session: Session) -> bool:
    """Whether what is filed just now came long ago: nobody is told of it, or given it."""
    return _SUPPRESSED in session.info


def notify(
    session: Session,
    kind: NotificationKind,
    ticket: Ticket,
    *,
    by_id: int | None,
    now: datetime,
    comment_id: int | None = None,
    person_id: int | None = None,
    by_button: str = "",
) -> None:
    """Record an event that staff may want a mail about; and put it on the list of what concerns
    them, where it does. ``ticket`` and comment are flushed.

    :param by_button: what a customer did without a comment: ``help`` or ``rating``.
    """
    if _SUPPRESSED in session.info or ticket.folder == Folder.SPAM:
        return
    insert_row(
        session,
        Notice,
        kind=kind,
        ticket_id=ticket.id,
        comment_id=comment_id,
        person_id=person_id,
        by_id=by_id,
        details={"by_button": by_button} if by_button else {},
        due_at=now,
        created_at=now,
    )
    whose = person_id if person_id is not None else ticket.assignee_id
    if kind in _CONCERNS and whose is not None:
        concern = _BY_BUTTON[by_button] if by_button else _CONCERNS[kind]
        note_concern(
            session, concern, whose, ticket.id, by_id=by_id, comment_id=comment_id, now=now
        )


_CONCERNS = {
    NotificationKind.ASSIGNED: ConcernKind.ASSIGNED,
    NotificationKind.MENTIONED: ConcernKind.MENTIONED,
    NotificationKind.CUSTOMER_REPLIED: ConcernKind.ANSWERED,
}
_BY_BUTTON = {"help": ConcernKind.NEEDS_HELP, "rating": ConcernKind.RATED}


def notify_status(
    session: Session, ticket: Ticket, old: str, *, by_id: int | None, now: datetime
) -> None:
    """Record that the ticket's status was changed from ``old``; several changes are one event.

    Where a change is undone that its customers never heard of, they have nothing to hear now.
    """
    if _SUPPRESSED in session.info or ticket.folder == Folder.SPAM:
        return
    due_at = now + TELL_STATUS_AFTER
    waiting = session.scalar(
        select(Notice).where(Notice.ticket_id == ticket.id, Notice.kind == NotificationKind.STATUS)
    )
    if waiting is not None:
        waiting.due_at, waiting.by_id = due_at, by_id
        return
    heard_of = last_heard_of(session, ticket, old)
    if heard_of is None:
        return
    session.add(
        Notice(
            kind=NotificationKind.STATUS,
            ticket_id=ticket.id,
            by_id=by_id,
            details={"old": heard_of},
            due_at=due_at,
            created_at=now,
        )
    )


def active_staff(session: Session, ids: Iterable[int] | None = None) -> list[Person]:
    """The staff who can be told: all of them, or those among ``ids``; with their addresses."""
    found = select(Person).where(IS_STAFF, Person.active.is_(True))
    found = found.options(selectinload(Person.addresses))
    if ids is not None:
        found = found.where(Person.id.in_(list(ids)))
    return list(session.scalars(found.order_by(Person.id)))


def staff_on(session: Session, ticket: Ticket, ids: Iterable[int] | None = None) -> list[Person]:
    """Those of :func:`active_staff` who may see a ticket."""
    people = active_staff(session, ids)
    return [one for one in people if actor_of(one).may(ticket.mailbox_id)]
