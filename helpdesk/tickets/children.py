"""Child tickets: the parts of a ticket, which stays open for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from helpdesk.actor import SYSTEM, Actor
from helpdesk.errors import HeldByChildren
from helpdesk.models import ConcernKind, HistoryField, Ticket, TicketLink, TicketLinkKind
from helpdesk.tickets.concerns import note_concern
from helpdesk.tickets.history import OldRow, record_change
from helpdesk.tickets.links import parents_of
from helpdesk.vocabulary import UNFINISHED, Folder

_IS_CHILD = TicketLink.kind == TicketLinkKind.CHILD


def check_not_held(session: Session, ticket: Ticket, actor: Actor, wanted: str) -> None:
    """See that no child of a ticket is open, which staff are about to finish.

    :param wanted: the status that it is to have.
    :raises HeldByChildren: it names those that the actor may see.
    """
    held = session.execute(_open_children(ticket.id)).all()
    if held:
        seen = [number for number, mailbox_id in held if actor.may(mailbox_id)]
        raise HeldByChildren(ticket.number, seen, len(held), wanted)


def is_held() -> ColumnElement[bool]:
    """Return that a ticket has a child that is open."""
    child = aliased(Ticket)
    return exists().where(
        TicketLink.other_id == Ticket.id,
        _IS_CHILD,
        child.id == TicketLink.ticket_id,
        child.status.in_(UNFINISHED),
        child.folder == Folder.INBOX,
    )


def tell_parents(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
    """Note on the parent of a ticket that was finished that it was the last one, if it was; and
    have its assignee learn of it. The parent's readers need not know the customer of the child.
    """
    if ticket.folder != Folder.INBOX:
        return
    session.flush()
    for parent_id in parents_of(session, ticket.id):
        # Locked, so that of two who finish the last two children at once one sees it.
        parent = session.get_one(Ticket, parent_id, with_for_update=True)
        if parent.status not in UNFINISHED:
            continue
        if not session.execute(_open_children(parent_id).limit(1)).first():
            _tell(session, parent, ticket, actor if actor.is_staff else SYSTEM, now)


def _tell(session: Session, parent: Ticket, ticket: Ticket, by: Actor, now: datetime) -> None:
    named = OldRow("", ticket.id)
    record_change(session, parent, by, HistoryField.CHILDREN_DONE, named, ticket.number, now)
    if parent.assignee_id is not None:
        note_concern(
            session,
            ConcernKind.CHILDREN_DONE,
            parent.assignee_id,
            parent.id,
            by_id=by.person_id,
            now=now,
        )


def _open_children(ticket_id: int) -> Select[str, int | None]:
    return (
        select(Ticket.number, Ticket.mailbox_id)
        .join(TicketLink, TicketLink.ticket_id == Ticket.id)
        .where(
            TicketLink.other_id == ticket_id,
            _IS_CHILD,
            Ticket.status.in_(UNFINISHED),
            Ticket.folder == Folder.INBOX,
        )
        .order_by(Ticket.id)
    )
