"""The solved tickets that one is like, for staff, with the answers that solved them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Comment, Person, SimilarTicket, Ticket
from helpdesk.queries.people import name_shown
from helpdesk.rows import ask
from helpdesk.similarity import MOST_SHOWN
from helpdesk.tickets.access import only_visible
from helpdesk.tickets.solved import SOLVED
from helpdesk.vocabulary import Folder, MessageKind


@dataclass(frozen=True)
class SimilarView:
    """A solved ticket, and the answer that solved it."""

    number: str
    subject: str
    answer: str
    answered_by: str
    """The name of who did, as it is shown; empty where nobody is known."""
    answered_at: datetime


_ON_TICKET = (
    select(
        Ticket.number,
        Ticket.subject,
        func.coalesce(func.nullif(Comment.reply_text, ""), Comment.text).label("answer"),
        name_shown(Person).label("name"),
        Comment.created_at,
    )
    .select_from(SimilarTicket)
    .join(Ticket, Ticket.id == SimilarTicket.other_id)
    .join(Comment, Comment.id == SimilarTicket.answer_id)
    .outerjoin(Person, Person.id == Comment.author_id)
    .where(
        SimilarTicket.ticket_id == bindparam("ticket_id", type_=SimilarTicket.ticket_id.type),
        Ticket.status.in_(SOLVED),
        Ticket.folder == Folder.INBOX,
        # It may have been moved, or taken back, since.
        Comment.ticket_id == Ticket.id,
        Comment.from_staff.is_(True),
        Comment.internal.is_(False),
        Comment.kind == MessageKind.MESSAGE,
    )
    .order_by(SimilarTicket.place)
)


def similar_on(session: Session, actor: Actor, ticket_id: int) -> tuple[SimilarView, ...]:
    """The solved tickets that this one is like, the likest first: none that the actor may not see.

    They were found a moment after it came; what was opened again or put away since is left out.
    """
    if not actor.is_staff:
        return ()
    rows = ask(session, only_visible(_ON_TICKET, actor), ticket_id=ticket_id).all()
    return tuple(
        SimilarView(row.number, row.subject, row.answer.strip(), row.name or "", row.created_at)
        for row in rows[:MOST_SHOWN]
    )
