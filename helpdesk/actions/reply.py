"""Reply: a public comment. From staff it leaves as mail; from a customer it comes from the web."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.change_people import decide_pending
from helpdesk.actions.walk_status import steps_to, walk_status
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, TicketMoved
from helpdesk.mail_out import ticket_mails
from helpdesk.mail_out.notifications import notify
from helpdesk.models import Comment, Person, Ticket
from helpdesk.tickets.access import TicketRef, open_ticket_for_change
from helpdesk.tickets.comments import add_comment
from helpdesk.tickets.content import StoredFile, plain_body
from helpdesk.vocabulary import MessageKind, Source, Status

WITH_REPLY = "with the reply"
"""The reason in the history of a status that came with an answer."""
LATEST = timedelta(days=365)


def reply(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    *,
    text: str,
    now: datetime,
    source: Source = Source.WEB,
    files: Iterable[StoredFile] = (),
    status: str = Status.WAITING,
    seen_comment_id: int | None = None,
    longest: int = validation.ANSWER_LENGTH,
    leaves_at: datetime | None = None,
    may_undo: bool = False,
    include: Collection[int] = (),
    leave_out: Collection[int] = (),
) -> Comment:
    """A public comment on a ticket.

    :param status: where a staff reply leaves the ticket; ignored for customers, whose answer
        reopens what was waiting or finished.
    :param seen_comment_id: the newest comment the writer had before their eyes. If someone else
        wrote a public one since, nothing is sent and :class:`TicketMoved` says so.
    :param leaves_at: when a staff answer is to leave. Until then only staff see it, it can be taken
        back (:mod:`helpdesk.actions.take_back`), and the ticket stays as it is.
    :param may_undo: where no time is given, it leaves after the writer's own time to undo it, and
        the ticket changes at once.
    :param include: people named in copy by a mail who get this answer, and are on the ticket then.
    :param leave_out: those who do not, and leave the ticket.
    :raises NotFound, InvalidInput, NotAllowed, StepNotAllowed, TicketMoved, TicketMerged:
    """
    ticket = open_ticket_for_change(session, actor, ticket)
    text = validation.message(text, "comment", longest)
    if actor.person_id is None:
        raise NotAllowed("Only a person may reply.")
    by_staff = actor.is_staff and actor.person_id != ticket.requester_id
    if by_staff:
        _check_unmoved(session, ticket, actor, seen_comment_id)
        decide_pending(session, ticket, actor, include=include, leave_out=leave_out, now=now)
    for_later = by_staff and leaves_at is not None
    leaves_at = (
        _time_to_leave(session, ticket, actor, leaves_at, may_undo, now) if by_staff else None
    )
    comment = add_comment(
        session,
        ticket,
        author_id=actor.person_id,
        body=plain_body(text),
        source=source,
        from_staff=by_staff,
        files=files,
        leaves_at=leaves_at,
        for_later=for_later,
        now=now,
    )
    if by_staff:
        if for_later:
            steps_to(ticket, status)  # told now, not when nobody looks
            comment.status_after = status
        else:
            leave_at(session, ticket, actor, status, now)
        author = session.get_one(Person, actor.person_id)
        ticket_mails.send_answer(session, ticket, comment, author, now, not_before=leaves_at)
    else:
        customer_wrote(session, ticket, actor, now, comment.id)
    return comment


def customer_wrote(
    session: Session, ticket: Ticket, actor: Actor, now: datetime, comment_id: int | None = None
) -> None:
    """What a customer's word does: it is our turn again, and those who work on it are told of it.

    :param comment_id: what they wrote; None where it stood on another ticket, and was told of then.
    """
    if comment_id is not None:
        notify(
            session,
            "customer_replied",
            ticket,
            by_id=actor.person_id,
            comment_id=comment_id,
            now=now,
        )
    if ticket.status == Status.WAITING:
        walk_status(session, ticket, actor, Status.IN_PROGRESS, now, "the customer answered")
    elif ticket.status in (Status.RESOLVED, Status.CLOSED):
        walk_status(session, ticket, actor, Status.OPEN, now, "the customer wrote again")


def leave_at(session: Session, ticket: Ticket, actor: Actor, status: str, now: datetime) -> None:
    """The status that a staff answer leaves the ticket at."""
    if ticket.status in (Status.RESOLVED, Status.CLOSED) and status == Status.WAITING:
        # An afterthought to a finished ticket does not open it again.
        return
    walk_status(session, ticket, actor, status, now, WITH_REPLY)


def _time_to_leave(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    wanted: datetime | None,
    may_undo: bool,
    now: datetime,
) -> datetime | None:
    """When the mails leave; None for at once, also where there is nobody to mail to."""
    if wanted is None:
        author = session.get_one(Person, actor.person_id)
        undo = timedelta(seconds=author.undo_seconds if may_undo else 0)
        return now + undo if undo and ticket_mails.recipients_of(session, ticket) else None
    if wanted <= now:
        raise InvalidInput("later", "That time has passed. Choose a later one, or send it now.")
    if wanted - now > LATEST:
        raise InvalidInput("later", "That is more than a year away. Choose an earlier time.")
    if not ticket_mails.recipients_of(session, ticket):
        raise InvalidInput("later", "Nobody on this ticket has a mail address to send it to.")
    return wanted


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
            Comment.kind == MessageKind.MESSAGE,
            Comment.author_id != actor.person_id,
        )
    )
    if newer:
        raise TicketMoved(
            "Someone wrote on this ticket meanwhile. Nothing was sent: read it, then send again."
        )
