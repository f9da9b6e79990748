"""Which tickets say something that one has not read."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.db import ask
from helpdesk.models import Comment, Person, TicketSeen
from helpdesk.vocabulary import MessageKind

_me = bindparam("me", type_=TicketSeen.person_id.type)
_UNREAD = (
    select(Comment.ticket_id)
    .join(Person, Person.id == _me)
    .outerjoin(
        TicketSeen, and_(TicketSeen.ticket_id == Comment.ticket_id, TicketSeen.person_id == _me)
    )
    .where(
        Comment.ticket_id.in_(bindparam("ids", expanding=True)),
        Comment.kind == MessageKind.MESSAGE,
        Comment.author_id.is_distinct_from(_me),
        Comment.created_at > func.coalesce(Person.reads_from, Person.created_at),
        or_(TicketSeen.comment_id.is_(None), Comment.id > TicketSeen.comment_id),
    )
    .distinct()
)


def unread(session: Session, person_id: int | None, ticket_ids: Iterable[int]) -> frozenset[int]:
    """Of these tickets those on which somebody else wrote what this person has not seen."""
    ids = sorted(set(ticket_ids))
    if not ids:
        return frozenset()
    return frozenset(row[0] for row in ask(session, _UNREAD, me=person_id or 0, ids=ids))


def is_seen(session: Session, person_id: int, ticket_id: int, comment_id: int) -> bool:
    """Whether it is noted already that they saw a ticket as far as this comment."""
    mark = session.get(TicketSeen, (person_id, ticket_id))
    return mark is not None and mark.comment_id >= comment_id
