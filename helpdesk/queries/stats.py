"""The figures: how many tickets there are of each kind, and how fast they are answered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Float, case, cast, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import Ticket
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.tickets.access import visible
from helpdesk.tickets.categories import labels
from helpdesk.vocabulary import PRIORITIES, STATUSES, Grade


@dataclass(frozen=True)
class Figures:
    """Counts by name (every known name stands there, also with 0)."""

    by_status: dict[str, int]
    by_category: dict[str, int]
    by_priority: dict[str, int]
    average_response: float | None
    """Seconds from a ticket's creation to the first answer of staff; None before the first."""
    rated: int = 0
    """How many customers said how it went."""
    rated_good: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


def figures(session: Session, actor: Actor) -> Figures:
    """The figures over all tickets that the actor may see, in one pass.

    :raises NotAllowed: the actor is not staff.
    """
    if not actor.is_staff:
        raise NotAllowed("Only staff may see the figures.")
    seconds = _seconds_to_answer(session)
    rows = session.execute(
        select(
            Ticket.status,
            Ticket.category,
            Ticket.priority,
            func.count(),
            func.count(seconds),
            func.sum(seconds),
            func.count(Ticket.rating),
            func.sum(case((Ticket.rating == Grade.GOOD, 1), else_=0)),
        )
        .where(IN_INBOX, *visible(actor.mailbox_ids))
        .group_by(Ticket.status, Ticket.category, Ticket.priority)
    )
    by_status: Counter[str] = Counter(dict.fromkeys(STATUSES, 0))
    # Those out of use count where a ticket still has them.
    by_category = Counter(dict.fromkeys(labels(session, active_only=True), 0))
    by_priority: Counter[str] = Counter(dict.fromkeys(PRIORITIES, 0))
    answered, waited, rated, good = 0, 0.0, 0, 0
    for status, category, priority, count, answers, summed, ratings, good_ones in rows:
        by_status[status] += count
        by_category[category] += count
        by_priority[priority] += count
        answered += answers
        waited += summed or 0.0
        rated += ratings
        good += good_ones
    average = round(waited / answered, 1) if answered else None
    return Figures(dict(by_status), dict(by_category), dict(by_priority), average, rated, good)


def _seconds_to_answer(session: Session) -> ColumnElement[float]:
    """Nothing where staff wrote first: nobody waited."""
    return func.nullif(_seconds_between(session), 0.0)


def _seconds_between(session: Session) -> ColumnElement[float]:
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.extract("epoch", Ticket.first_response_at - Ticket.created_at), Float)
    days = func.julianday(Ticket.first_response_at) - func.julianday(Ticket.created_at)
    return days * 86_400.0
