"""Snoozing: until when a ticket is out of sight, how the history writes it, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import HistoryField, Ticket
from helpdesk.tickets.history import record_change

_STAYS = ", even if they answer"


@dataclass(frozen=True)
class Snooze:
    """Until when a ticket sleeps."""

    until: datetime
    stays: bool = False
    """Whether it sleeps on when the customer answers."""

    def __str__(self) -> str:
        """As the history and a change of many tickets keep it: :func:`read_snooze` reads it."""
        return self.until.isoformat(timespec="seconds") + (_STAYS if self.stays else "")


def read_snooze(written: str) -> Snooze | None:
    """A snooze as it was written; None where nothing was, or none can be read from it."""
    moment = written.removesuffix(_STAYS)
    try:
        until = datetime.fromisoformat(moment)
        return Snooze(until.astimezone(UTC), moment != written) if until.tzinfo else None
    except (ValueError, OverflowError):
        return None


def snooze_of(ticket: Ticket) -> Snooze | None:
    """The snooze of a ticket; None where it is awake."""
    until = ticket.snoozed_until
    return None if until is None else Snooze(until, ticket.snooze_stays)


def set_snooze(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    wanted: Snooze | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Have a ticket sleep until another time, or be awake. The right to is checked before."""
    before = snooze_of(ticket)
    if wanted == before:
        return
    old, new = (str(one or "") for one in (before, wanted))
    record_change(session, ticket, actor, HistoryField.SNOOZE, old, new, now, reason)
    ticket.snoozed_until = wanted.until if wanted else None
    ticket.snooze_stays = bool(wanted and wanted.stays)


def wake_by_answer(
    session: Session, ticket: Ticket, actor: Actor, now: datetime, reason: str
) -> None:
    """Wake a ticket on which somebody wrote, unless it was to sleep on."""
    if not ticket.snooze_stays:
        set_snooze(session, ticket, actor, None, now, reason)
