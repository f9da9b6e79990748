"""Find the solved tickets that a new one is like, a moment after it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from helpdesk.models import SimilarTicket, Ticket
from helpdesk.tickets.solved import SolvedTickets, likest, question_of

_BEHIND = 50
"""Tickets whose ids are a little older than one that was looked at may come after it: their
transactions ended later."""
_NEWEST = 2_000
"""Of many that came at once, by an import say, only so many are looked at."""


@dataclass(frozen=True)
class Found:
    """A row of what was found; of place 0, that it was looked for."""

    ticket_id: int
    place: int
    other_id: int | None
    answer_id: int | None
    likeness: float


def similar_due(session: Session, limit: int) -> list[int]:
    """The ids of tickets for which similar ones are to be looked for, the oldest first."""
    return list(session.scalars(_due(limit)))


def find_similar(
    session: Session, solved: SolvedTickets, ticket_id: int, meaning: bytes = b""
) -> list[Found]:
    """Look for solved tickets that a ticket is like.

    :param solved: the newest solved tickets, as they were read some time ago.
    :param meaning: what the ticket's question means, where a language model told.
    :returns: the rows that say so, to be kept.
    """
    question = question_of(session, ticket_id)
    found = likest(session, solved, question, but=ticket_id, meaning=meaning) if question else []
    nothing = Found(ticket_id, 0, None, None, 0.0)
    return [nothing] + [
        Found(ticket_id, place, one.ticket_id, one.answer_id, round(likeness, 4))
        for place, (one, likeness) in enumerate(found, start=1)
    ]


def keep_similar(session: Session, found: Sequence[Found]) -> None:
    """Keep what was found; what another worker kept meanwhile stays."""
    if not found:
        return
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(
        insert(SimilarTicket).on_conflict_do_nothing(index_elements=["ticket_id", "place"]),
        [asdict(one) for one in found],
    )


def _due(limit: int) -> Select[Any]:
    looked_at = exists().where(SimilarTicket.ticket_id == Ticket.id)
    last = select(func.coalesce(func.max(SimilarTicket.ticket_id), 0)).scalar_subquery()
    newest = select(func.max(Ticket.id)).scalar_subquery()
    return (
        select(Ticket.id)
        .where(Ticket.id > last - _BEHIND, Ticket.id > newest - _NEWEST, ~looked_at)
        .order_by(Ticket.id)
        .limit(limit)
    )
