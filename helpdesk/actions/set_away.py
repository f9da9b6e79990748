"""Say that one is away: nothing is handed out to oneself, and what one has can go back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from helpdesk.actions.change_many import Selection, begin_bulk
from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import BulkChange, BulkField, Person, Ticket
from helpdesk.tickets.access import check_staff, visible
from helpdesk.tickets.bulks import HANDED_BACK
from helpdesk.vocabulary import UNFINISHED, Folder, MailboxRight


def set_away(
    session: Session, actor: Actor, away: bool, *, hand_back: bool = False, now: datetime
) -> BulkChange | None:
    """Note that the actor is away, or there again.

    :param hand_back: have nobody have the actor's unfinished tickets; their teams keep them. That
        is a change of many tickets, which is worked off, and undone, as any other.
    :returns: that change; None where nothing goes back.
    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, "Only staff work at the desk.")
    if actor.person_id is None:
        raise NotAllowed("Only staff work at the desk.")
    session.get_one(Person, actor.person_id).away = away
    ids = session.scalars(select(Ticket.id).where(*_unfinished(actor))).all()
    if not (away and hand_back and ids):
        return None
    chosen, kind = Selection(ids), BulkField.ASSIGNEE
    return begin_bulk(session, actor, chosen, kind, "", reason=HANDED_BACK, now=now)


def unfinished_count(session: Session, actor: Actor) -> int:
    """How many tickets the actor would hand back."""
    return session.scalar(select(func.count(Ticket.id)).where(*_unfinished(actor))) or 0


def _unfinished(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        Ticket.assignee_id == actor.person_id,
        Ticket.folder == Folder.INBOX,
        Ticket.status.in_(UNFINISHED),
        *visible(actor.mailboxes_with(MailboxRight.ANSWER)),
    )
