"""Keep what the questions of tickets mean, as a language model told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from helpdesk.models import Ticket, TicketMeaning
from helpdesk.tickets.solved import is_english, question_of
from helpdesk.vocabulary import Folder


def english_questions(session: Session, ticket_ids: list[int]) -> dict[int, str]:
    """What customers asked on those of these tickets that began with a mail in English."""
    asked = {ticket_id: question_of(session, ticket_id) for ticket_id in ticket_ids}
    return {ticket_id: text for ticket_id, text in asked.items() if is_english(text)}


def without_meaning(session: Session, model: str, below: int, limit: int) -> list[int]:
    """The ids of tickets in the inbox that have no vector of this model, the newest first.

    :param below: only of tickets whose ids are.
    """
    return list(session.scalars(_without(model).where(Ticket.id < below).limit(limit)))


def count_without_meaning(session: Session, model: str) -> tuple[int, int]:
    """How many such tickets there are, of any language, and a number above all their ids."""
    some = _without(model).order_by(None).subquery()
    count, last = session.execute(select(func.count(), func.max(some.c.id)).select_from(some)).one()
    return count, (last or 0) + 1


def keep_meanings(session: Session, model: str, vectors: Mapping[int, bytes]) -> None:
    """Keep the vectors of tickets, in the place of those of another model.

    A ticket that went for good meanwhile is passed over.
    """
    there = set(session.scalars(select(Ticket.id).where(Ticket.id.in_(vectors))))
    if not there:
        return
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    made = insert(TicketMeaning)
    session.execute(
        made.on_conflict_do_update(
            index_elements=["ticket_id"],
            set_={"model": made.excluded.model, "vector": made.excluded.vector},
        ),
        [
            {"ticket_id": ticket_id, "model": model, "vector": vector}
            for ticket_id, vector in sorted(vectors.items())
            if ticket_id in there
        ],
    )


def _without(model: str) -> Select[Any]:
    told = exists().where(and_(TicketMeaning.ticket_id == Ticket.id, TicketMeaning.model == model))
    return select(Ticket.id).where(Ticket.folder == Folder.INBOX, ~told).order_by(Ticket.id.desc())
