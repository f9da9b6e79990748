"""What the form shows at once: the writer's own words and how they stand, nothing of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk import links
from helpdesk.db import keys_of
from helpdesk.errors import NotFound
from helpdesk.models import Comment, Ticket, TicketMerge
from helpdesk.tickets.merged import current_ticket
from helpdesk.vocabulary import Source, Status


@dataclass(frozen=True)
class LimitedView:
    """What is shown of a ticket to who wrote it without proving their address.

    Status and times are those of the ticket where it goes on now, where it was merged; the number
    stays the one that they were told.
    """

    number: str
    subject: str
    status: Status
    mailbox_id: int | None
    text: str
    files: tuple[str, ...]
    created_at: datetime
    waiting_since: datetime
    awaits_first_answer: bool

    @property
    def version(self) -> str:
        """Changes with what an open page shows anew: how it stands."""
        return self.status


def limited_view(session: Session, token: str) -> LimitedView:
    """Return what a limited-view token shows.

    :raises NotFound: it is not ours, or was revoked.
    """
    right = links.read_limited_view_token(keys_of(session), token)
    ticket = session.get(Ticket, right.ticket_id) if right else None
    if right is None or ticket is None or ticket.link_generation != right.generation:
        raise NotFound("This link does not work (any more).")
    now_on = current_ticket(session, ticket.id)
    typed = _typed(session, ticket, merged=now_on is not ticket)
    return LimitedView(
        number=ticket.number,
        subject=ticket.subject,
        status=now_on.status_for_customers,
        mailbox_id=ticket.mailbox_id,
        text=typed.text if typed else "",
        files=tuple(file.filename for file in typed.attachments) if typed else (),
        created_at=ticket.created_at,
        waiting_since=now_on.waiting_since,
        awaits_first_answer=now_on.first_response_at is None,
    )


def _typed(session: Session, ticket: Ticket, *, merged: bool) -> Comment | None:
    """What they typed: the form's own message that the ticket began with, wherever it stands now.

    Not what counts as its opening: where tickets were merged, that may be another's.
    """
    merge = session.get(TicketMerge, ticket.id) if merged else None
    return session.scalars(
        select(Comment)
        .where(
            Comment.id.in_(merge.comment_ids) if merge else Comment.ticket_id == ticket.id,
            Comment.created_at == ticket.created_at,
            Comment.unverified.is_(True),
            Comment.source == Source.WEB,
            Comment.internal.is_(False),
            Comment.from_staff.is_(False),
        )
        .options(selectinload(Comment.attachments))
        .order_by(Comment.id)
        .limit(1)
    ).first()
