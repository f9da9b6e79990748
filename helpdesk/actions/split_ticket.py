"""Split a ticket: some of its messages go to a new ticket of the same customer.

What was signed for them leads to the new one from then on (by their Message-IDs), so that later
answers follow. It is undone by merging the two again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.carry_messages import carry_messages, mails_of_comments, messages_there
from helpdesk.actions.change_folder import put_in
from helpdesk.actions.change_ticket import give_to, may_work_on
from helpdesk.actions.create_ticket import TicketStart, begin_ticket
from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.mail_in.what_moves import MovingMessages
from helpdesk.models import (
    Comment,
    HistoryField,
    OutboundMail,
    Participant,
    ParticipantRole,
    Person,
    Ticket,
    TicketLinkKind,
)
from helpdesk.text import clean_line
from helpdesk.tickets.access import TicketRef, known_id, open_ticket_for_change
from helpdesk.tickets.history import OldRow, record_change
from helpdesk.tickets.participants import add_participant, link_tickets
from helpdesk.vocabulary import Folder, MessageKind, Status

_STAFF_ONLY = "Only staff may split tickets."
AS_BEFORE = "as before the split"
"""The reason in the history of what the new ticket has from the old one."""
MOST = 200
"""Messages that go at once: two tickets wait for it."""


def split_ticket(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    comment_ids: Collection[int],
    *,
    now: datetime,
    subject: str = "",
    reason: str = "",
) -> Ticket:
    """Begin a new ticket with these messages of a ticket; nobody is mailed of it.

    It has the same requester, mailbox, folder, priority, category, order, language, team and
    assignee; where the old one is of no team, or nobody's, it is given to some as a new one is.
    Those in copy come along who wrote one of the messages, or got one; nobody leaves the old one
    but who waits to be let in, and was named by a mail that goes.

    :param subject: of the new one; empty for that of the old one.
    :returns: the new one.
    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``comment``) these messages cannot go.
    """
    old = open_ticket_for_change(session, actor, ticket, staff_only=_STAFF_ONLY)
    chosen = _chosen(session, old, comment_ids)
    new = _begin(session, actor, old, clean_line(subject, 200) or old.subject, now)
    moving = messages_there(session, old, chosen)
    coming = _people(session, old, moving)
    carry_messages(session, moving, old, new, now, people=False)
    for person_id in coming:
        add_participant(session, new, person_id, ParticipantRole.COPY, now)
    _take_pending(session, moving, old, new, now)
    for one, other, field in (
        (old, new, HistoryField.SPLIT),
        (new, old, HistoryField.SPLIT_FROM),
    ):
        record_change(session, one, actor, field, OldRow("", other.id), other.number, now, reason)
    link_tickets(session, new, old.id, TicketLinkKind.SPLIT, now)
    _note_in_mails(session, actor, moving, old, new, now)
    answers = [one.created_at for one in moving.comments if one.from_staff and not one.internal]
    new.first_response_at = min(answers, default=None)
    if new.answered:
        walk_status(session, new, actor, Status.WAITING, now, "answered before it was split off")
    return new


def splittable(session: Session, ticket_id: int) -> tuple[Comment, ...]:
    """The messages of a ticket that can go to a new one, in their order."""
    rows = session.scalars(
        select(Comment)
        .where(
            Comment.ticket_id == ticket_id,
            Comment.side_conversation_id.is_(None),
            Comment.kind != MessageKind.TAKEN_BACK,
            Comment.leaves_at.is_(None),
        )
        .order_by(Comment.id)
    )
    return tuple(rows)


def _chosen(session: Session, old: Ticket, comment_ids: Collection[int]) -> set[int]:
    """See that these messages can go, and that the conversation does not go with them.

    :raises InvalidInput:
    """
    wanted = {known_id(one) for one in comment_ids}
    if not wanted:
        raise InvalidInput("comment", "Choose the messages that are to go.")
    if len(wanted) > MOST:
        raise InvalidInput("comment", f"At most {MOST} messages go at once.")
    here = session.scalars(
        select(Comment).where(Comment.ticket_id == old.id, Comment.id.in_(wanted))
    ).all()
    if len(here) < len(wanted) or any(one.kind == MessageKind.TAKEN_BACK for one in here):
        raise InvalidInput("comment", "A message is not on this ticket any more. Choose again.")
    if any(one.side_conversation_id is not None for one in here):
        raise InvalidInput("comment", "What is said in a side conversation stays on its ticket.")
    if any(one.leaves_at for one in here):
        words = "An answer among these has not left yet: take it back, or wait until it has."
        raise InvalidInput("comment", words)
    left = [one for one in splittable(session, old.id) if one.id not in wanted]
    is_public = [not one.internal for one in left]
    if not left or (not any(is_public) and any(not one.internal for one in here)):
        words = "One message of the conversation must stay. To move all of it, merge the ticket."
        raise InvalidInput("comment", words)
    return wanted


def _begin(session: Session, actor: Actor, old: Ticket, subject: str, now: datetime) -> Ticket:
    assignee = old.assignee
    stays = assignee is not None and may_work_on(assignee, old)
    start = TicketStart(
        old.requester,
        subject,
        old.mailbox_id,
        old.category,
        old.priority,
        old.order_id,
        claimed_name=old.claimed_name,
        language=old.language,
        hand_out=not stays and old.folder == Folder.INBOX,
        team_id=old.team_id,
    )
    new = begin_ticket(session, actor, start, now)
    if old.folder != new.folder:
        put_in(session, actor, new, old.folder, now, AS_BEFORE)
    if stays:
        give_to(session, actor, new, assignee, AS_BEFORE, now, tell=False)
    return new


def _people(session: Session, old: Ticket, moving: MovingMessages) -> list[int]:
    """Who of those in copy wrote one of the messages, or was mailed one."""
    wrote = {one.author_id for one in moving.comments if not one.internal}
    mailed = session.scalars(
        select(OutboundMail.person_id).where(OutboundMail.id.in_(moving.outbound_ids))
    )
    in_copy = select(Participant.person_id).where(
        Participant.ticket_id == old.id,
        Participant.role == ParticipantRole.COPY,
        Participant.pending.is_(False),
        Participant.person_id.in_(wrote | set(mailed)),
    )
    return list(session.scalars(in_copy.order_by(Participant.id)))


def _take_pending(
    session: Session, moving: MovingMessages, old: Ticket, new: Ticket, now: datetime
) -> None:
    """Who waits to be let in goes with the mail that named them: it is answered there."""
    brought_at = {mail.decided_at for mail in moving.mails}
    wrote_here = select(Comment.author_id).where(
        Comment.ticket_id == old.id, Comment.author_id.is_not(None)
    )
    waiting = select(Participant).where(
        Participant.ticket_id == old.id,
        Participant.pending.is_(True),
        Participant.added_at.in_(brought_at),
        Participant.person_id.not_in(wrote_here),
    )
    for one in session.scalars(waiting.order_by(Participant.id)).all():
        add_participant(session, new, one.person_id, ParticipantRole.COPY, now, pending=True)
        session.delete(one)
    session.flush()


def _note_in_mails(
    session: Session,
    actor: Actor,
    moving: MovingMessages,
    old: Ticket,
    new: Ticket,
    now: datetime,
) -> None:
    """Write into each mail's decision who split it off: it is not moved back by itself."""
    person = session.get(Person, actor.person_id) if actor.person_id else None
    by = person.shown_name if person else "Postdesk"
    move = {"by": by, "at": now.isoformat(), "from": old.number, "to": new.number, "split": True}
    for mail in mails_of_comments(session, moving.comment_ids):
        mail.decision = {**mail.decision, "moved": [*mail.decision.get("moved", ()), move]}
