"""How much of everything there is: what a monitoring system draws and rings a bell by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from helpdesk.mail_out.outbox import UNSENT
from helpdesk.models import InboundMail, InboundState, OutboundMail, OutboundState, Ticket
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.queries.withheld import withheld_count
from helpdesk.vocabulary import Status


@dataclass(frozen=True)
class MetricCounts:
    """Counts by name (every known name stands there, also with 0)."""

    tickets: dict[str, int]
    inbound: dict[str, int]
    outbound: dict[str, int]
    withheld: int
    """Tickets whose requester was sent no acknowledgement, since a limit was reached."""
    oldest_unsent_seconds: float
    """For how long the mail that waits longest should have left by now; 0 where none waits.

    From its first attempt on, or from when it was to leave: one to be sent tomorrow is not late.
    """


def metric_counts(session: Session, *, now: datetime) -> MetricCounts:
    """The counts of now, each from an index."""
    oldest = session.scalar(
        select(
            func.min(func.coalesce(OutboundMail.first_attempt_at, OutboundMail.next_attempt_at))
        ).where(OutboundMail.state.in_(UNSENT))
    )
    return MetricCounts(
        tickets=_by(session, Ticket.status, Status, IN_INBOX),
        inbound=_by(session, InboundMail.state, InboundState),
        outbound=_by(session, OutboundMail.state, OutboundState),
        withheld=withheld_count(session),
        oldest_unsent_seconds=max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
    )


def _by(
    session: Session, column: object, names: Iterable[str], *where: ColumnElement[bool]
) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).where(*where).group_by(column))  # type: ignore[call-overload]
    return dict.fromkeys(names, 0) | dict(rows.all())
