"""The figures: how many tickets there are of each kind, and how fast they are answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import InstallationFact, Ticket, TicketCount
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.tickets.access import visible
from helpdesk.tickets.categories import labels
from helpdesk.vocabulary import PRIORITIES, STATUSES, Grade

COUNTED = "tickets_counted"
"""The fact that says so."""


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
    """The figures over all tickets that the actor may see.

    :raises NotAllowed: the actor is not staff.
    """
    if not actor.is_staff:
        raise NotAllowed("Only staff may see the figures.")
    rows = _kept(session, actor) if are_counted(session) else count_tickets(session, actor)
    by_status: Counter[str] = Counter(dict.fromkeys(STATUSES, 0))
    # Those out of use count where a ticket still has them.
    by_category = Counter(dict.fromkeys(labels(session, active_only=True), 0))
    by_priority: Counter[str] = Counter(dict.fromkeys(PRIORITIES, 0))
    answered, waited, rated, good = 0, 0.0, 0, 0
    for _, status, category, priority, count, answers, summed, ratings, good_ones in rows:
        by_status[status] += count
        by_category[category] += count
        by_priority[priority] += count
        answered += answers
        waited += int(summed) / 1000
        rated += ratings
        good += good_ones
    average = round(waited / answered, 1) if answered else None
    return Figures(dict(by_status), dict(by_category), dict(by_priority), average, rated, good)


def are_counted(session: Session) -> bool:
    """Whether all tickets are in the counts that are kept: those, too, that were there before."""
    return session.get(InstallationFact, COUNTED) is not None


def count_tickets(session: Session, actor: Actor | None = None) -> Iterable[Sequence[Any]]:
    """Count the tickets one by one, as :class:`TicketCount` has them: by mailbox, status, category
    and priority.

    :param actor: whose tickets; None for all.
    """
    waited = _waited_ms(session)
    is_answered = Ticket.first_response_at > Ticket.created_at  # else staff wrote first
    return session.execute(
        select(
            *_KINDS,
            func.count(),
            func.sum(case((is_answered, 1), else_=0)),
            func.sum(case((is_answered, waited), else_=0)),
            func.count(Ticket.rating),
            func.sum(case((Ticket.rating == Grade.GOOD, 1), else_=0)),
        )
        .where(IN_INBOX, *visible(actor.mailbox_ids if actor else None))
        .group_by(*_KINDS)
    )


_KINDS = (Ticket.mailbox_id, Ticket.status, Ticket.category, Ticket.priority)


def _kept(session: Session, actor: Actor) -> Iterable[Sequence[Any]]:
    """The sums of what is kept of the tickets that the actor may see."""
    one = TicketCount
    kinds = (one.mailbox_id, one.status, one.category, one.priority)
    counted = (one.tickets, one.answered, one.waited_ms, one.rated, one.rated_good)
    return session.execute(
        select(*kinds, *map(func.sum, counted))
        .where(*visible(actor.mailbox_ids, one.mailbox_id))
        .group_by(*kinds)
        .having(func.sum(one.tickets) != 0)
    )


def _waited_ms(session: Session) -> ColumnElement[int]:
    if session.get_bind().dialect.name == "postgresql":
        passed = func.extract("epoch", Ticket.first_response_at - Ticket.created_at) * 1000
    else:
        days = func.julianday(Ticket.first_response_at) - func.julianday(Ticket.created_at)
        passed = days * 86_400_000
    return cast(func.round(passed), BigInteger)
