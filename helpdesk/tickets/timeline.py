"""What every action writes on a ticket: comments, history, and what the queue shows of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from helpdesk import text as texts
from helpdesk.actor import Actor
from helpdesk.db import add_now, insert_row
from helpdesk.errors import InvalidInput, NotFound, StepNotAllowed
from helpdesk.mail_out import surveys
from helpdesk.models import Attachment, Change, Comment, Participant, Ticket, TicketDay, TicketLink
from helpdesk.tickets import search
from helpdesk.vocabulary import STATUSES, STEPS, steps_between


@dataclass(frozen=True)
class StoredFile:
    """A file whose content is in the blob store already."""

    filename: str
    content_type: str
    size: int
    sha256: str
    disposition: str = "attachment"
    content_id: str | None = None
    reading: dict[str, Any] | None = None
    """What was read out of it: see ``models.Attachment.reading``."""


@dataclass(frozen=True)
class Body:
    """The text of a comment in its parts. ``html`` is sanitised already."""

    text: str
    reply: str
    quoted: str = ""
    signature: str = ""
    html: str | None = None

    @property
    def said(self) -> str:
        """What is new in it; all of it where nothing can be told to be."""
        return self.reply or self.text


def plain_body(text: str) -> Body:
    """A body that was typed, so that all of it is new."""
    return Body(text=text, reply=text)


def next_number(session: Session, now: datetime) -> str:
    """The next ticket number of this UTC day: ``TKT20261123001``, growing past 999.

    One upsert: two transactions at once wait for each other and never get the same number.
    """
    day = f"{now:%Y%m%d}"
    statement = _count_on(session.get_bind().dialect.name)
    last = session.connection().scalar(statement, {"of_day": day})
    return f"TKT{day}{last:03d}"


@cache
def _count_on(dialect: str) -> Any:
    """Made once: making a statement costs as much as running it."""
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    return (
        insert(TicketDay)
        .values(day=bindparam("of_day", type_=TicketDay.day.type), last=1)
        .on_conflict_do_update(index_elements=["day"], set_={"last": TicketDay.last + 1})
        .returning(TicketDay.last)
    )


def ticket_to_change(session: Session, ticket_id: int, actor: Actor) -> Ticket:
    """The ticket, locked until the transaction ends, if the actor may write on it.

    Staff may write on every ticket; a customer on those they are on, or came to by a tracking
    link. Anything else does not exist for them.

    :raises NotFound: where there is no such ticket for this actor.
    """
    # Read anew under the lock: what the session had loaded before may be out of date by now.
    ticket = session.get(Ticket, known_id(ticket_id), with_for_update=True)
    if ticket is None or not may_see(session, ticket, actor):
        raise NotFound("There is no such ticket.")
    return ticket


def known_id(number: int) -> int:
    """An id that a database can look up; others, from an address typed by hand, become 0."""
    return number if 0 < number < 2**63 else 0


def may_see(session: Session, ticket: Ticket, actor: Actor) -> bool:
    """Whether the actor may see the ticket and write on it."""
    if actor.is_staff or actor.role == "system":
        return True
    if actor.ticket_id is not None:
        return actor.ticket_id == ticket.id
    if actor.role != "customer" or actor.person_id is None:
        return False
    return ticket.requester_id == actor.person_id or is_participant(
        session, ticket.id, actor.person_id
    )


def is_participant(session: Session, ticket_id: int, person_id: int) -> bool:
    """Whether the person is on the ticket. Someone pending is not: they see nothing yet."""
    found = session.scalar(
        select(Participant.id).where(
            Participant.ticket_id == ticket_id,
            Participant.person_id == person_id,
            Participant.pending.is_(False),
        )
    )
    return found is not None


def add_comment(
    session: Session,
    ticket: Ticket,
    *,
    author_id: int | None,
    body: Body,
    source: str,
    now: datetime,
    from_staff: bool = False,
    internal: bool = False,
    opening: bool = False,
    kind: str = "message",
    unverified: bool = False,
    remark: str = "",
    files: Iterable[StoredFile] = (),
    leaves_at: datetime | None = None,
    for_later: bool = False,
) -> Comment:
    """Write a comment on the ticket, with its attachments, and bring the queue's row up to date.

    :param opening: the ticket begins with it, and was begun with what the queue shows of it.
    :param leaves_at: until then only staff see it, and it can be taken back.
    :param for_later: it counts as said only once it leaves (:func:`count_as_said`).
    """
    comment = Comment(
        ticket_id=ticket.id,
        author_id=author_id,
        from_staff=from_staff,
        internal=internal,
        opening=opening,
        source=source,
        kind=kind,
        text=body.text,
        reply_text=body.reply,
        quoted_text=body.quoted,
        signature_text=body.signature,
        html=body.html,
        unverified=unverified,
        remark=remark,
        leaves_at=leaves_at,
        created_at=now,
    )
    add_now(session, comment)
    attachments = [
        Attachment(
            comment_id=comment.id,
            filename=file.filename,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            disposition=file.disposition,
            content_id=file.content_id,
            reading=file.reading,
        )
        for file in files
    ]
    for attachment in attachments:
        add_now(session, attachment)
    set_committed_value(comment, "attachments", attachments)
    if not opening:
        ticket.comment_count += 1
        ticket.updated_at = now
        if not internal and kind == "message" and not for_later:
            # Customers see the queue's preview too, and may not read yet what has not left.
            _note_for_queue(ticket, None if leaves_at else body.said, from_staff, now)
    written = body.text if opening else body.said
    named = (attachment.filename for attachment in attachments)
    search.add_to_ticket(session, ticket, (written, *named), first=opening)
    return comment


def count_as_said(ticket: Ticket, comment: Comment, at: datetime) -> None:
    """Show in the queue what an answer says, and that it was given, now that it leaves."""
    _note_for_queue(ticket, comment.reply_text or comment.text, comment.from_staff, at)


def _note_for_queue(ticket: Ticket, text: str | None, from_staff: bool, now: datetime) -> None:
    if text is not None:
        ticket.preview = texts.preview(text)
    if from_staff:
        ticket.waiting_since = now
        if ticket.first_response_at is None:
            ticket.first_response_at = now
    elif ticket.answered:
        # A customer who writes twice has waited since the first time.
        ticket.waiting_since = now
    ticket.answered = from_staff


def record_change(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    field: str,
    old: str,
    new: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Write one row of the history."""
    insert_row(
        session,
        Change,
        ticket_id=ticket.id,
        changed_by_id=actor.person_id,
        field=field,
        old_value=old,
        new_value=new,
        reason=texts.clean_line(reason),
        created_at=now,
    )
    if ticket.updated_at != now:  # set again to the same, it would have to be looked at again
        ticket.updated_at = now


def steps_to(ticket: Ticket, new: str) -> tuple[str, ...]:
    """The single steps from the ticket's status to another.

    :raises StepNotAllowed: where no allowed steps lead there.
    :raises InvalidInput: where there is no such status.
    """
    if new not in STATUSES:
        raise InvalidInput("status", f"There is no status “{texts.clean_line(new, 40)}”.")
    steps = steps_between(ticket.status, new)
    if steps is None:
        raise StepNotAllowed(ticket.status, new, STEPS[ticket.status])
    return steps


def walk_status(
    session: Session, ticket: Ticket, actor: Actor, new: str, now: datetime, reason: str = ""
) -> None:
    """Bring the ticket to a status, recording each step between.

    :raises StepNotAllowed: where no allowed steps lead there.
    :raises InvalidInput: where there is no such status.
    """
    steps = steps_to(ticket, new)
    for step in steps:
        record_change(session, ticket, actor, "status", ticket.status, step, now, reason)
        ticket.status = step
    if not steps:
        return
    if new == "resolved":
        ticket.resolved_at = now
        surveys.plan_survey(session, ticket, now)
    elif new == "closed":
        ticket.closed_at = now
    elif new == "open":
        ticket.resolved_at = ticket.closed_at = None
        surveys.take_back_survey(session, ticket, now)


def add_participant(
    session: Session,
    ticket: Ticket,
    person_id: int,
    role: str,
    now: datetime,
    *,
    pending: bool = False,
) -> None:
    """Put a person on the ticket, if they are not on it yet."""
    present = session.scalar(
        select(Participant).where(
            Participant.ticket_id == ticket.id, Participant.person_id == person_id
        )
    )
    if present is None:
        session.add(
            Participant(
                ticket_id=ticket.id,
                person_id=person_id,
                role=role,
                pending=pending,
                added_at=now,
            )
        )
    elif present.pending and not pending:
        present.pending = False


def link_tickets(session: Session, ticket: Ticket, other_id: int, kind: str, now: datetime) -> None:
    """Have a ticket name another one (``mentions``, ``continues``)."""
    if other_id != ticket.id:
        session.add(TicketLink(ticket_id=ticket.id, other_id=other_id, kind=kind, created_at=now))
