"""Undo what took messages to another ticket: a merge, its opposite, a split, or a mail that was
moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.move_mail import move_back, move_mail
from helpdesk.actions.walk_status import restore_snooze, restore_status
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.mail_in.what_moves import last_move
from helpdesk.models import Change, HistoryField, InboundMail, Ticket, TicketMerge
from helpdesk.tickets.access import ticket_for_change
from helpdesk.tickets.acts import MOVES, acts, left_by
from helpdesk.tickets.merged import current_ticket
from helpdesk.tickets.way_back import MOVED_SINCE, is_in_the_way, split_pair
from helpdesk.vocabulary import Status


def undo_move(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    act: Sequence[Change],
    *,
    now: datetime,
    reason: str,
) -> None:
    """Bring messages back to where they were before an act, and with them what followed since.

    The ticket that they were brought to has the status again that it had, unless somebody changed
    it since. Both tickets' histories have the act, and it can be undone from either.

    :param ticket: in whose history the act stands. Not locked: both tickets are, in the order in
        which whoever merges and moves locks them.
    :raises InvalidInput: the messages are somewhere else by now.
    """
    head = act[0]
    assert head.old_id is not None
    if head.field == HistoryField.MOVED_MAIL:
        _undo_mail(session, actor, head, now)
    elif head.field in (HistoryField.SPLIT, HistoryField.SPLIT_FROM):
        pair = split_pair(ticket.id, head)
        _merge_again(session, actor, pair, now, reason, was_split=True)
    else:
        old_id, into_id = head.old_id, ticket.id
        if head.field == HistoryField.MERGED_INTO:
            old_id, into_id = ticket.id, head.old_id
        if head.new_value:
            _take_apart(session, actor, old_id, now, reason)
        else:
            pair = old_id, into_id
            _merge_again(session, actor, pair, now, reason, was_split=False)
    for ticket_id in sorted(_both(session, ticket, head)):
        _give_status_back(session, actor, ticket_id, head, now, reason)


def _merge_again(
    session: Session,
    actor: Actor,
    pair: tuple[int, int],
    now: datetime,
    reason: str,
    *,
    was_split: bool,
) -> None:
    """Merge a ticket into the very ticket that it was with before, if that brings nobody to read
    what they could not.
    """
    new_id, old_id = pair
    if any(session.get(Ticket, one) is None for one in pair):
        raise InvalidInput("change", MOVED_SINCE)
    for one in sorted(pair):
        ticket_for_change(session, actor, one)
    if why_not := is_in_the_way(session, new_id, old_id, was_split=was_split):
        raise InvalidInput("change", why_not)
    merge_tickets(session, actor, new_id, old_id, now=now, reason=reason)


def _undo_mail(session: Session, actor: Actor, head: Change, now: datetime) -> None:
    mail = session.get(InboundMail, head.old_id)
    went_to = session.scalar(select(Ticket.id).where(Ticket.number == head.new_value))
    if mail is None or went_to is None or mail.ticket_id != current_ticket(session, went_to).id:
        raise InvalidInput("change", MOVED_SINCE)
    last = last_move(mail.decision)
    if last and last["from"] == head.old_value:
        move_back(session, actor, mail.id, now=now)
    else:  # it was moved back, and that is undone
        move_mail(session, actor, mail.id, head.old_value, now=now)


def _take_apart(session: Session, actor: Actor, ticket_id: int, now: datetime, reason: str) -> None:
    """Take a ticket apart; where all that it had was moved by its mail, that goes back."""
    merge, number = session.get(TicketMerge, ticket_id), session.get_one(Ticket, ticket_id).number
    came = InboundMail.comment_id.in_(merge.comment_ids if merge else ())
    for mail in session.scalars(select(InboundMail).where(came)).all():
        last = last_move(mail.decision)
        if last and last.get("merged") and last["from"] == number:
            move_back(session, actor, mail.id, now=now)
            return
    take_apart(session, actor, ticket_id, now=now, reason=reason)


def _both(session: Session, ticket: Ticket, head: Change) -> set[int]:
    """The tickets whose histories have the act."""
    if head.field != HistoryField.MOVED_MAIL:
        return {ticket.id, head.old_id or 0}
    numbers = (head.old_value, head.new_value)
    return set(session.scalars(select(Ticket.id).where(Ticket.number.in_(numbers))))


def _give_status_back(
    session: Session, actor: Actor, ticket_id: int, head: Change, now: datetime, reason: str
) -> None:
    """Give a ticket the status that it had before messages came, if nobody changed it since."""
    rows = select(Change).where(Change.ticket_id == ticket_id).order_by(Change.id)
    known = acts(session.scalars(rows).all())
    status = left_by(known).get((HistoryField.STATUS, None), frozenset())
    for act in known:
        if act[-1].id in status and act[0].field in MOVES and act[0].created_at == head.created_at:
            steps = [row for row in act if row.field == HistoryField.STATUS]
            if act[0].field != HistoryField.MERGED_INTO and steps:
                ticket = ticket_for_change(session, actor, ticket_id)
                restore_status(session, ticket, actor, Status(steps[0].old_value), now, reason)
                restore_snooze(session, ticket, actor, head.created_at, now, reason)
            return
