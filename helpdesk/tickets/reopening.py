"""When an answer reopens a closed ticket, and when it begins a new one."""

from __future__ import annotations

from datetime import datetime, timedelta

from helpdesk.models import Ticket
from helpdesk.models.mailbox import DEFAULT_REOPENING_DAYS


def reopening_days(ticket: Ticket) -> int:
    """Return the days in which an answer reopens the ticket: its mailbox's, or the usual ones."""
    return ticket.mailbox.reopening_days if ticket.mailbox else DEFAULT_REOPENING_DAYS


def is_closed_for_good(closed_at: datetime | None, days: int, now: datetime) -> bool:
    """Return whether the time is over in which an answer reopens a ticket.

    :param closed_at: None where the ticket is not closed.
    """
    return closed_at is not None and now > closed_at + timedelta(days=days)
