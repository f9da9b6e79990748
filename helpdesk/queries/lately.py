"""What came, was answered and arrived lately: for a monitoring system, so it costs the same at any
number of tickets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import OutboundMail, OutboundState, Ticket
from helpdesk.queries.ticket_conditions import IN_INBOX

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
MOST_READ = 5000
"""How many of the newest tickets are looked at for first answers."""
_LOST = (OutboundState.FAILED, OutboundState.BOUNCED, OutboundState.UNCERTAIN)


@dataclass(frozen=True)
class Lately:
    """Of now; an empty shop has zeros, and no waits."""

    created: int
    """Tickets of the last hour, without spam and trash."""
    first_answers: tuple[float, ...]
    """Seconds that customers waited for each first answer of the last day, in order."""
    outbound: dict[str, int]
    """Mails put into the outbox in the last hour: sent, lost, waiting."""


def lately(session: Session, *, now: datetime) -> Lately:
    """Each from an index."""
    created = session.scalar(
        select(func.count()).where(Ticket.created_at > now - AN_HOUR, IN_INBOX)
    )
    newest = session.scalar(select(func.max(Ticket.id))) or 0
    answered = session.execute(
        select(Ticket.created_at, Ticket.first_response_at).where(
            Ticket.id > newest - MOST_READ,
            IN_INBOX,
            Ticket.first_response_at > now - A_DAY,
            Ticket.first_response_at > Ticket.created_at,  # else staff wrote first
        )
    )
    waits = sorted((answer - came).total_seconds() for came, answer in answered if answer)
    states = session.execute(
        select(OutboundMail.state, func.count())
        .where(OutboundMail.created_at > now - AN_HOUR)
        .group_by(OutboundMail.state)
    )
    outbound = {"sent": 0, "lost": 0, "waiting": 0}
    for state, count in states:
        if state != OutboundState.CANCELLED:
            outbound[_outcome(state)] += count
    return Lately(created or 0, tuple(waits), outbound)


def _outcome(state: str) -> str:
    if state == OutboundState.SENT:
        return "sent"
    return "lost" if state in _LOST else "waiting"
