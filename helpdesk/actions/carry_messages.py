"""Carry messages to another ticket: the comments with their mails, Message-IDs and people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.mail_in.what_moves import MovingMessages
from helpdesk.models import (
    Comment,
    InboundMail,
    OutboundMail,
    Participant,
    ParticipantRole,
    Person,
    ThreadId,
    Ticket,
)
from helpdesk.tickets.asked_addresses import carry_asked
from helpdesk.tickets.merged import row_behind
from helpdesk.tickets.participants import add_participant
from helpdesk.tickets.queue_row import refresh_queue_row
from helpdesk.tickets.side_people import check_not_aside


def carry_messages(
    session: Session,
    moving: MovingMessages,
    old: Ticket,
    new: Ticket,
    now: datetime,
    people: bool = True,
) -> dict[str, Any]:
    """Put comments, mails and Message-IDs onto the other ticket; what was changed of its people."""
    session.flush()
    ids = moving.comment_ids
    session.execute(update(Comment).where(Comment.id.in_(ids)).values(ticket_id=new.id))
    session.execute(
        update(InboundMail).where(InboundMail.comment_id.in_(ids)).values(ticket_id=new.id)
    )
    session.execute(
        update(OutboundMail)
        .where(OutboundMail.id.in_(moving.outbound_ids))
        .values(ticket_id=new.id)
    )
    _carry_thread(session, moving.message_ids, old, new)
    changed = _carry_people(session, moving, old, new, now) if people else {}
    carry_asked(old, new, ids)
    refresh_queue_row(session, old)
    refresh_queue_row(session, new)
    return changed


def _carry_thread(session: Session, message_ids: Collection[str], old: Ticket, new: Ticket) -> None:
    """Answers to these mails find their way to the other ticket from now on, also to those that
    came to the old one by a merge: their Message-IDs stand on the ticket that they came from.
    """
    behind = row_behind(session, old.id) - {new.id}
    rows = session.scalars(
        select(ThreadId)
        .where(
            ThreadId.ticket_id.in_({*behind, new.id}),
            ThreadId.message_id.in_(message_ids),
        )
        # Of several the one that is there already, then the one that says which comment it is.
        .order_by(ThreadId.ticket_id != new.id, ThreadId.comment_id.is_(None), ThreadId.id)
    ).all()
    known: set[str] = set()
    for row in rows:
        if row.message_id in known:
            session.delete(row)
        known.add(row.message_id)
    session.flush()
    going = (ThreadId.ticket_id.in_(behind), ThreadId.message_id.in_(message_ids))
    session.execute(update(ThreadId).where(*going).values(ticket_id=new.id))


def _carry_people(
    session: Session, moving: MovingMessages, old: Ticket, new: Ticket, now: datetime
) -> dict[str, Any]:
    """Writers come along, and whom these mails brought; who has written nothing else here goes."""
    brought_at = {mail.decided_at for mail in moving.mails}
    remaining = select(Comment.author_id).where(Comment.ticket_id == old.id)
    leaving = session.scalars(
        select(Participant).where(
            Participant.ticket_id == old.id,
            Participant.role == ParticipantRole.COPY,
            Participant.person_id.not_in(remaining.where(Comment.author_id.is_not(None))),
            Participant.person_id.in_(moving.authors) | Participant.added_at.in_(brought_at),
        )
    ).all()
    there = set(
        session.scalars(select(Participant.person_id).where(Participant.ticket_id == new.id))
    )
    pending = {one.person_id: one.pending for one in leaving if one.person_id not in moving.authors}
    public = {c.author_id for c in moving.comments if not c.internal and not c.from_staff}
    coming = {**pending, **dict.fromkeys(moving.authors & public, False)}
    newcomers = session.scalars(select(Person).where(Person.id.in_(coming)))
    check_not_aside(session, new, newcomers, "to")
    for person_id, is_pending in coming.items():
        add_participant(session, new, person_id, ParticipantRole.COPY, now, pending=is_pending)
    for one in leaving:
        session.delete(one)
    session.flush()
    return {
        "added": sorted(set(coming) - there),
        "removed": [[one.person_id, one.pending] for one in leaving],
    }


def undo_people(
    session: Session, people: dict[str, Any], old: Ticket, new: Ticket, now: datetime
) -> None:
    """Take off the new ticket who came with the messages, and put back who left the old one."""
    session.execute(
        delete(Participant).where(
            Participant.ticket_id == new.id,
            Participant.role == ParticipantRole.COPY,
            Participant.person_id.in_(people.get("added", ())),
        )
    )
    for person_id, pending in people.get("removed", ()):
        add_participant(session, old, person_id, ParticipantRole.COPY, now, pending=pending)


def messages_there(session: Session, on: Ticket, wanted: set[int]) -> MovingMessages:
    """What was moved, as far as it is on this ticket still."""
    comments = session.scalars(
        select(Comment)
        .where(Comment.ticket_id == on.id, Comment.id.in_(wanted))
        .order_by(Comment.id)
    ).all()
    ids = [comment.id for comment in comments]
    mails = mails_of_comments(session, ids)
    sent = session.scalars(
        select(OutboundMail).where(
            OutboundMail.ticket_id == on.id, OutboundMail.comment_id.in_(ids)
        )
    ).all()
    message_ids = {mail.message_id for mail in mails if mail.message_id}
    message_ids |= {one.message_id for one in sent}
    return MovingMessages(list(comments), list(mails), message_ids, set(), [one.id for one in sent])


def mails_of_comments(session: Session, comment_ids: Collection[int]) -> list[InboundMail]:
    """The mails that these comments are, read anew."""
    chosen = select(InboundMail).where(InboundMail.comment_id.in_(comment_ids))
    return list(session.scalars(chosen.execution_options(populate_existing=True)))
