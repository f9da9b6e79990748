"""Which tickets say something that one has not read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Comment, Concern, ConcernKind, Person, Ticket, TicketSeen
from helpdesk.tickets.concerns import has_unseen, on_ticket
from helpdesk.vocabulary import MessageKind


def is_unread(me: Any) -> Any:
    """Whether somebody else wrote on a ticket what this person has not seen: a column for rows of
    tickets.

    :param me: the person's id, or the parameter that stands for it.
    """
    reads_from = (
        select(func.coalesce(Person.reads_from, Person.created_at))
        .where(Person.id == me)
        .scalar_subquery()
    )
    seen = and_(TicketSeen.ticket_id == Comment.ticket_id, TicketSeen.person_id == me)
    # One row at most, and not EXISTS: that PostgreSQL may answer by reading every comment first.
    unseen = (
        select(Comment.id)
        .outerjoin(TicketSeen, seen)
        .where(
            Comment.ticket_id == Ticket.id,
            Comment.kind == MessageKind.MESSAGE,
            Comment.author_id.is_distinct_from(me),
            Comment.created_at > reads_from,
            or_(TicketSeen.comment_id.is_(None), Comment.id > TicketSeen.comment_id),
        )
        .correlate(Ticket)
        .limit(1)
        .scalar_subquery()
    )
    # A snoozed ticket of theirs whose time came counts, too, until they look at it.
    woke = (
        select(Concern.id)
        .where(
            Concern.person_id == me,
            Concern.ticket_id == Ticket.id,
            Concern.seen_at.is_(None),
            Concern.kind == ConcernKind.WOKE,
        )
        .correlate(Ticket)
        .limit(1)
        .scalar_subquery()
    )
    return or_(unseen.is_not(None), woke.is_not(None))


def is_seen(session: Session, person_id: int, ticket_id: int, comment_id: int) -> bool:
    """Whether it is noted already that they saw a ticket as far as this comment, and what of it
    concerns them."""
    mark = session.get(TicketSeen, (person_id, ticket_id))
    if mark is None or mark.comment_id < comment_id:
        return False
    return not has_unseen(session, *on_ticket(person_id, ticket_id, comment_id))
