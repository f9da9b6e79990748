"""How long customers usually wait for the first answer: from what was, never invented."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Ticket
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.vocabulary import UNFINISHED

RECENT = timedelta(weeks=4)
MOST_READ = 2000
"""How many of the newest tickets are looked at: the question costs the same at any size."""
FEWEST_ANSWERED = 10
"""Of fewer answers nothing is said: two quick ones are no promise."""


def usual_first_answer(session: Session, mailbox_id: int | None, now: datetime) -> timedelta | None:
    """The median wait for a mailbox's first answer over the last four weeks.

    Tickets that still wait count as waiting at least this long (Kaplan and Meier's estimate), so
    that a mailbox that falls behind promises nothing on the strength of its quick answers.

    :returns: None where there are too few answers to say anything.
    """
    newest = session.scalar(select(func.max(Ticket.id))) or 0
    rows = session.execute(
        select(Ticket.created_at, Ticket.first_response_at).where(
            Ticket.id > newest - MOST_READ,
            Ticket.mailbox_id == mailbox_id,
            IN_INBOX,
            Ticket.created_at > now - RECENT,
            Ticket.first_response_at.is_not(None) | Ticket.status.in_(UNFINISHED),
            # Where staff wrote first, nobody waited.
            Ticket.first_response_at.is_distinct_from(Ticket.created_at),
        )
    )
    waits = [((answered or now) - created, answered is not None) for created, answered in rows]
    if sum(answered for _, answered in waits) < FEWEST_ANSWERED:
        return None
    return _median(waits)


def _median(waits: Iterable[tuple[timedelta, bool]]) -> timedelta | None:
    ordered = sorted(waits)
    unanswered = 1.0
    for index, (wait, answered) in enumerate(ordered):
        if answered:
            unanswered *= 1 - 1 / (len(ordered) - index)
            if unanswered <= 0.5:
                return wait
    return None
