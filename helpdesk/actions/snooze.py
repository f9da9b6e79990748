"""Snooze a ticket until a time, wake it by hand, and wake what is due; no status changes by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from helpdesk.actor import SYSTEM, Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import ConcernKind, Ticket
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, open_ticket_for_change
from helpdesk.tickets.concerns import note_concern
from helpdesk.tickets.snoozing import Snooze, read_snooze, set_snooze
from helpdesk.vocabulary import Folder, Status

LATEST = timedelta(days=366)
AT_ONCE = 10
"""Tickets in one transaction: others wait for it, where the database has one writer."""
WOKE_UP = "its time came"
_FIELD = "snoozed_until"


def snooze(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    wanted: Snooze,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Have an unfinished ticket of the inbox be out of sight until a time.

    Nobody has to say why, whatever the mailbox wants of other changes.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``snoozed_until``) that time has passed or is too far; or the ticket is
        finished, or in spam or trash.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    check_time(wanted, now)
    if ticket.folder != Folder.INBOX:
        raise InvalidInput(_FIELD, f"It is in {ticket.folder}: move it to the inbox first.")
    if ticket.status in (Status.RESOLVED, Status.CLOSED):
        raise InvalidInput(_FIELD, "It is finished: only what is not can be snoozed.")
    set_snooze(session, ticket, actor, wanted, now, reason)
    return ticket


def check_time(wanted: Snooze, now: datetime) -> None:
    """See that a ticket can be snoozed until then.

    :raises InvalidInput: (``snoozed_until``) it cannot.
    """
    if wanted.until <= now:
        raise InvalidInput(_FIELD, "That time has passed. Choose a later one.")
    if wanted.until - now > LATEST:
        raise InvalidInput(_FIELD, "That is more than a year away. Choose an earlier time.")


def wake_up(
    session: Session, actor: Actor, ticket: TicketRef, *, now: datetime, reason: str = ""
) -> Ticket:
    """Have a ticket be awake. One that is stays so.

    :raises NotFound, NotAllowed, TicketMerged:
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    set_snooze(session, ticket, actor, None, now, reason)
    return ticket


def snooze_as_written(
    session: Session, actor: Actor, ticket: TicketRef, written: str, *, now: datetime, reason: str
) -> Ticket:
    """Snooze or wake a ticket as the history, or a change of many, has it.

    :raises NotFound, NotAllowed, TicketMerged, InvalidInput: as :func:`snooze`.
    """
    wanted = read_snooze(written)
    if wanted is None:
        return wake_up(session, actor, ticket, now=now, reason=reason)
    return snooze(session, actor, ticket, wanted, now=now, reason=reason)


def checked_snooze(written: str, now: datetime) -> str:
    """A snooze as it was written, or nothing for being awake.

    :raises InvalidInput: (``snoozed_until``) it is no time, or none until which one can snooze.
    """
    wanted = read_snooze(written)
    if wanted is not None:
        check_time(wanted, now)
    elif written:
        raise InvalidInput(_FIELD, "Choose the day and time until which it is to sleep.")
    return str(wanted or "")


def wake_due(session: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Wake tickets as their time has come, those due first before the others; how many there were.

    Who has one finds it on the list of what concerns them.
    """
    due = session.scalars(_due(now).limit(limit).with_for_update(skip_locked=True, of=Ticket)).all()
    for ticket in due:
        set_snooze(session, ticket, SYSTEM, None, now, WOKE_UP)
        if ticket.assignee is not None and ticket.assignee.is_staff:
            person_id = ticket.assignee.id
            note_concern(session, ConcernKind.WOKE, person_id, ticket.id, by_id=None, now=now)
    return len(due)


def waking_due(session: Session, now: datetime) -> bool:
    """Whether the time of any snoozed ticket has come."""
    return session.scalar(_due(now).limit(1)) is not None


def _due(now: datetime) -> Select[Ticket]:
    # Written out as the index of the snoozed has it, so that both planners use that.
    asleep = text("ticket.folder = 'inbox' AND ticket.snoozed_until IS NOT NULL")
    return (
        select(Ticket)
        .where(asleep, Ticket.snoozed_until <= now)
        .order_by(Ticket.snoozed_until, Ticket.id)
    )
