"""Claim mails of the outbox for a worker; from then on the answers among them are public."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions.reply import change_status_with_answer
from helpdesk.actor import SYSTEM
from helpdesk.errors import HeldByChildren, StepNotAllowed
from helpdesk.mail_out import claims
from helpdesk.mail_out.claims import ClaimedMail
from helpdesk.models import Comment, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.comments import count_as_said
from helpdesk.vocabulary import MessageKind, Status


def claim_mails(
    session: Session,
    *,
    worker: str,
    queue: str,
    now: datetime,
    limit: int = 50,
    lane: int | None = None,
) -> list[ClaimedMail]:
    """Claim due mails for ``worker``, as :func:`helpdesk.mail_out.claims.claim` does.

    The answers among them become public in the same transaction: a worker cannot have a mail that
    its author could still take back.
    """
    mails = claims.claim(session, worker=worker, queue=queue, now=now, limit=limit, lane=lane)
    _publish(session, {mail.comment_id for mail in mails if mail.comment_id}, now)
    return mails


def _publish(session: Session, comment_ids: Collection[int], now: datetime) -> None:
    """Make these answers public.

    An answer that was written for later now counts as given, and brings the ticket to the status
    that was chosen with it. Where the customer wrote meanwhile the status stays: it is our turn.
    """
    if not comment_ids:
        return
    waiting = session.scalars(
        select(Comment).where(Comment.id.in_(comment_ids), Comment.leaves_at.is_not(None))
    ).all()
    for comment in waiting:
        comment.leaves_at = None
        status, comment.status_after = comment.status_after, ""
        if comment.internal:  # a message that was forwarded: customers see nothing of it
            continue
        ticket = session.get_one(Ticket, comment.ticket_id, with_for_update=True)
        if _customer_wrote_since(session, comment):
            continue
        count_as_said(ticket, comment, now if status else comment.created_at)
        if status:
            _change_status(session, ticket, comment, status, now)
    session.flush()


def _change_status(
    session: Session, ticket: Ticket, comment: Comment, status: str, now: datetime
) -> None:
    ticket.updated_at = now
    actor = actor_of(comment.author) if comment.author else SYSTEM
    try:
        # Waiting was the usual then; what was finished meanwhile stays so.
        chosen = "" if status == Status.WAITING else status
        change_status_with_answer(session, ticket, actor, chosen, now)
    except HeldByChildren:  # one was opened meanwhile: the answer waits for the customer
        change_status_with_answer(session, ticket, actor, "", now)
    except StepNotAllowed:
        return  # someone has brought the ticket elsewhere meanwhile: their word counts


def _customer_wrote_since(session: Session, comment: Comment) -> bool:
    newer = session.scalar(
        select(func.count())
        .select_from(Comment)
        .where(
            Comment.ticket_id == comment.ticket_id,
            Comment.id > comment.id,
            Comment.internal.is_(False),
            Comment.kind == MessageKind.MESSAGE,
            Comment.from_staff.is_(False),
        )
    )
    return bool(newer)
