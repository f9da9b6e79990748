"""The history: one row for each change of a field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import text as texts
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import Change, HistoryField, Ticket
from helpdesk.rows import insert_row

ANSWERED_ASIDE = "answered in a side conversation"
"""Why a status changed of which its customer is not told."""


@dataclass(frozen=True)
class OldRow:
    """What stood in a field before, where that is a row of another table: a person, an order."""

    shown: str
    id: int | None = None


def check_reason(ticket: Ticket, actor: Actor, reason: str) -> None:
    """See that staff say why they change a field, where the ticket's mailbox wants it.

    :raises InvalidInput: (``reason``) they do not.
    """
    wanted = ticket.mailbox is not None and ticket.mailbox.asks_reason
    if wanted and actor.is_staff and not reason.strip():
        raise InvalidInput("reason", "Say why: it stands in the history.")


def record_change(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    field: HistoryField,
    old: str | OldRow,
    new: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Write one row of the history."""
    before = old if isinstance(old, OldRow) else OldRow(old)
    insert_row(
        session,
        Change,
        ticket_id=ticket.id,
        changed_by_id=actor.person_id,
        field=field,
        old_value=before.shown,
        new_value=new,
        old_id=before.id,
        reason=texts.clean_line(reason),
        created_at=now,
    )
    if ticket.updated_at != now:  # set again to the same, it would have to be looked at again
        ticket.updated_at = now


def is_newest_of_thing(session: Session, row: Change) -> bool:
    """Whether nobody changed since what a row names by its id: a tag, a field, an item."""
    later = select(Change.id).where(
        Change.ticket_id == row.ticket_id,
        Change.field == row.field,
        Change.old_id == row.old_id,
        Change.id > row.id,
    )
    return session.scalar(later.limit(1)) is None
