"""How customers found what was done for them, counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import Ticket
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.tickets.access import visible
from helpdesk.vocabulary import Grade


@dataclass(frozen=True)
class RatingFigures:
    """How many ratings there are of each grade (every known grade stands there, also with 0)."""

    by_grade: dict[str, int]

    @property
    def count(self) -> int:
        return sum(self.by_grade.values())

    @property
    def satisfied(self) -> int | None:
        """Of a hundred customers who rated, how many found it good; None before the first."""
        return round(100 * self.by_grade["good"] / self.count) if self.count else None


@dataclass(frozen=True)
class Rating:
    """One rating with its customer's words, and the ticket that it is of."""

    number: str
    subject: str
    grade: Grade
    comment: str
    rated_at: datetime


def newest_words(
    session: Session, actor: Actor, since: datetime, *, most: int = 10
) -> tuple[Rating, ...]:
    """What customers said to their ratings since a moment, the newest first.

    :raises NotAllowed: the actor is not staff.
    """
    if not actor.is_staff:
        raise NotAllowed("Only staff may see the figures.")
    rows = session.execute(
        select(Ticket.number, Ticket.subject, Ticket.rating, Ticket.rating_comment, Ticket.rated_at)
        .where(
            Ticket.rated_at >= since,
            Ticket.rating_comment != "",
            IN_INBOX,
            *visible(actor.mailbox_ids),
        )
        .order_by(Ticket.rated_at.desc(), Ticket.id.desc())
        .limit(most)
    )
    return tuple(
        Rating(number, subject, grade, comment, rated_at)
        for number, subject, grade, comment, rated_at in rows
        if grade and rated_at
    )
