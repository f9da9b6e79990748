"""Move it: a mail that landed on the wrong ticket goes to the right one, with what followed it.

Where all that a ticket has is moved, the ticket itself is merged into the other, so that its number
and its reply addresses lead there, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.carry_messages import (
    carry_messages,
    mails_of_comments,
    messages_there,
    undo_people,
)
from helpdesk.actions.create_ticket import TicketStart, begin_ticket
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.reply import customer_wrote
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.mail_in.what_moves import MovingMessages, last_move, what_moves
from helpdesk.models import (
    Comment,
    HistoryField,
    InboundMail,
    InboundState,
    Person,
    Ticket,
    TicketMerge,
)
from helpdesk.text import clean_line
from helpdesk.tickets.access import check_staff, find_inbound, ticket_for_change
from helpdesk.tickets.history import OldRow, record_change
from helpdesk.tickets.merged import current_ticket
from helpdesk.vocabulary import MailboxRight, MessageKind

NEW = "new"


@dataclass(frozen=True)
class Moved:
    """Where a mail is now, and how many messages went along with it."""

    ticket_number: str
    along: int
    comment_id: int


def move_mail(session: Session, actor: Actor, mail_id: int, to: str, *, now: datetime) -> Moved:
    """Put a filed mail onto another ticket, with the later messages that followed from it.

    :param to: the other ticket's number, or ``new`` for a ticket of its own.
    :raises NotFound, NotAllowed:
    :raises InvalidInput: (``to``) there is no such ticket, or it is this one; or one who would come
        along is in a side conversation of the other.
    """
    mail, comment, old = _filed(session, actor, mail_id)
    moving = what_moves(session, mail, comment)
    is_all = len(moving.comments) == old.comment_count
    if to.strip().lower() == NEW:
        if is_all:
            raise InvalidInput("to", "It is all that is on its ticket: it has one of its own.")
        new = _new_ticket(session, actor, mail, comment, old, now)
    else:
        new = _ticket_named(session, actor, to, old)
    people: dict[str, Any] = {}
    if is_all:
        merge_tickets(session, actor, old.id, new.id, now=now)
    else:
        people = carry_messages(session, moving, old, new, now)
        _record(session, actor, mail, old, new, now)
        if comment.kind == MessageKind.MESSAGE and not comment.internal and not comment.from_staff:
            customer_wrote(session, new, actor, now, comment.id)
    _note(session, actor, moving, old, new, now, merged=is_all, people=people)
    return Moved(new.number, len(moving.comments) - 1, comment.id)


def move_back(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> Moved:
    """Undo the last move of a mail. What has followed from it since comes along.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: it was not moved, or was moved back before.
    """
    mail, comment, new = _filed(session, actor, mail_id)
    last = last_move(mail.decision)
    if last is None:
        raise InvalidInput("to", "This mail was not moved.")
    old = session.scalar(select(Ticket).where(Ticket.number == last["from"]))
    if old is None or not actor.may(old.mailbox_id, MailboxRight.ANSWER):
        raise InvalidInput("to", f"The ticket {last['from']} is not there any more.")
    if old.id == new.id:
        raise InvalidInput("to", "It is on that ticket again.")
    if last.get("merged") and session.get(TicketMerge, old.id):
        take_apart(session, actor, old.id, now=now)
    else:
        since = set(what_moves(session, mail, comment).comment_ids) - set(last["comments"])
        moving = messages_there(session, new, since | set(last["comments"]))
        if len(moving.comments) == new.comment_count:
            merge_tickets(session, actor, new.id, old.id, now=now)
        else:
            carry_messages(session, moving, new, old, now, people=False)
            undo_people(session, last.get("people") or {}, old, new, now)
            _record(session, actor, mail, new, old, now)
        for one in mails_of_comments(session, since):
            _add_move(one, {**_move(session, actor, new, old, now), "along_with": mail.id})
    for one in mails_of_comments(session, last["comments"]):
        moves = [*one.decision.get("moved", ())[:-1]]
        undone = {"by": _name_of(session, actor), "at": now.isoformat(), "undone": True}
        one.decision = {
            **one.decision,
            "moved": [*moves, {**one.decision["moved"][-1], **undone}],
        }
    return Moved(old.number, len(last["comments"]) - 1, comment.id)


def _filed(session: Session, actor: Actor, mail_id: int) -> tuple[InboundMail, Comment, Ticket]:
    check_staff(actor, "Only staff may move mail.")
    mail = find_inbound(session, actor, mail_id, lock=True)
    comment = session.get(Comment, mail.comment_id) if mail.comment_id else None
    if mail.state != InboundState.FILED or comment is None:
        raise InvalidInput("to", "This mail is on no ticket, so it cannot be moved.")
    if comment.side_conversation_id is not None:
        raise InvalidInput("to", "It is of a side conversation, which stays on its ticket.")
    return mail, comment, ticket_for_change(session, actor, comment.ticket_id)


def _ticket_named(session: Session, actor: Actor, to: str, old: Ticket) -> Ticket:
    number = clean_line(to, 40).strip("[]# ").upper()
    found = session.scalar(select(Ticket.id).where(Ticket.number == number))
    if found is None:
        raise InvalidInput("to", "There is no ticket of this number.")
    new = current_ticket(session, found, for_update=True)
    if not actor.may(new.mailbox_id, MailboxRight.ANSWER):
        raise InvalidInput("to", "There is no ticket of this number.")
    if new.id == old.id:
        raise InvalidInput("to", "It is on that ticket already.")
    return new


def _new_ticket(
    session: Session, actor: Actor, mail: InboundMail, comment: Comment, old: Ticket, now: datetime
) -> Ticket:
    author = session.get(Person, comment.author_id) if comment.author_id else None
    requester = author if author and not comment.from_staff else old.requester
    subject = clean_line(mail.subject, 200) or old.subject
    name = comment.claimed_name if requester is author else ""
    start = TicketStart(requester, subject, old.mailbox_id, claimed_name=name)
    return begin_ticket(session, actor, start, now)


def _record(
    session: Session, actor: Actor, mail: InboundMail, old: Ticket, new: Ticket, now: datetime
) -> None:
    for ticket in (old, new):
        record_change(
            session,
            ticket,
            actor,
            HistoryField.MOVED_MAIL,
            OldRow(old.number, mail.id),
            new.number,
            now,
            mail.subject,
        )


def _note(
    session: Session,
    actor: Actor,
    moving: MovingMessages,
    old: Ticket,
    new: Ticket,
    now: datetime,
    *,
    merged: bool,
    people: dict[str, Any],
) -> None:
    """Write into each mail's decision who moved it, and what it takes to move it back."""
    first = moving.mails[0]
    move = _move(session, actor, old, new, now)
    whole = {"comments": moving.comment_ids, "merged": merged, "people": people}
    for one in mails_of_comments(session, moving.comment_ids):
        _add_move(
            one, {**move, **whole} if one.id == first.id else {**move, "along_with": first.id}
        )


def _move(
    session: Session, actor: Actor, old: Ticket, new: Ticket, now: datetime
) -> dict[str, Any]:
    by = _name_of(session, actor)
    return {"by": by, "at": now.isoformat(), "from": old.number, "to": new.number}


def _add_move(mail: InboundMail, move: dict[str, Any]) -> None:
    mail.decision = {**mail.decision, "moved": [*mail.decision.get("moved", ()), move]}


def _name_of(session: Session, actor: Actor) -> str:
    person = session.get(Person, actor.person_id) if actor.person_id else None
    return person.shown_name if person else "Postdesk"
