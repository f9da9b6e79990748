"""Reply: a public comment. From staff it leaves as mail; from a customer it comes from the web."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import correspondence, timeline, validation
from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, TicketMoved
from helpdesk.models import Comment, Person, Ticket
from helpdesk.timeline import StoredFile


def reply(
    session: Session,
    actor: Actor,
    ticket_id: int,
    *,
    text: str,
    now: datetime,
    source: str = "web",
    files: Iterable[StoredFile] = (),
    status: str = "waiting",
    seen_comment_id: int | None = None,
    longest: int = validation.ANSWER_LENGTH,
) -> Comment:
    """A public comment on a ticket.

    :param status: where a staff reply leaves the ticket; ignored for customers, whose answer
        reopens what was waiting or finished.
    :param seen_comment_id: the newest comment the writer had before their eyes. If someone else
        wrote a public one since, nothing is sent and :class:`TicketMoved` says so.
    :raises NotFound, InvalidInput, NotAllowed, StepNotAllowed, TicketMoved:
    """
    ticket = timeline.ticket_to_change(session, ticket_id, actor)
    text = validation.message(text, "comment", longest)
    if actor.person_id is None:
        raise NotAllowed("Only a person may reply.")
    by_staff = actor.is_staff and actor.person_id != ticket.requester_id
    if by_staff:
        _check_unmoved(session, ticket, actor, seen_comment_id)
    comment = timeline.add_comment(
        session,
        ticket,
        author_id=actor.person_id,
        body=timeline.plain_body(text),
        source=source,
        from_staff=by_staff,
        files=files,
        now=now,
    )
    if by_staff:
        _leave_at(session, ticket, actor, status, now)
        author = session.get_one(Person, actor.person_id)
        correspondence.send_answer(session, ticket, comment, author, now)
    else:
        customer_wrote(session, ticket, actor, now)
    return comment


def customer_wrote(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
    """What a customer's word does to the status: it is our turn again."""
    if ticket.status == "waiting":
        timeline.walk_status(session, ticket, actor, "in_progress", now, "the customer answered")
    elif ticket.status in ("resolved", "closed"):
        timeline.walk_status(session, ticket, actor, "open", now, "the customer wrote again")


def _leave_at(session: Session, ticket: Ticket, actor: Actor, status: str, now: datetime) -> None:
    if ticket.status in ("resolved", "closed") and status == "waiting":
        # An afterthought to a finished ticket does not open it again.
        return
    timeline.walk_status(session, ticket, actor, status, now, "with the reply")


def _check_unmoved(
    session: Session, ticket: Ticket, actor: Actor, seen_comment_id: int | None
) -> None:
    if seen_comment_id is None:
        return
    newer = session.scalar(
        select(func.count())
        .select_from(Comment)
        .where(
            Comment.ticket_id == ticket.id,
            Comment.id > seen_comment_id,
            Comment.internal.is_(False),
            Comment.kind == "message",
            Comment.author_id != actor.person_id,
        )
    )
    if newer:
        raise TicketMoved(
            "Someone wrote on this ticket meanwhile. Nothing was sent: read it, then send again."
        )
