"""Relate two tickets: they belong together, or one is a part of the other; and undo it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.db import take_turns
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import Change, HistoryField, Ticket, TicketLink, TicketLinkKind
from helpdesk.text import clean_line
from helpdesk.tickets.access import STAFF_ONLY, check_staff, find_ticket, open_ticket_for_change
from helpdesk.tickets.history import OldRow, record_change
from helpdesk.tickets.links import child_first, is_part_of, parents_of
from helpdesk.tickets.participants import link_tickets


class Relation(StrEnum):
    """What another ticket is to this one."""

    RELATED = "related"
    PARENT = "parent"
    """It stays open for this one."""
    CHILD = "child"


_OPPOSITE = {Relation.PARENT: Relation.CHILD, Relation.CHILD: Relation.PARENT}
_FIELDS = {
    Relation.RELATED: HistoryField.LINK,
    Relation.PARENT: HistoryField.PARENT,
    Relation.CHILD: HistoryField.CHILD,
}
_RELATIONS = {str(field): relation for relation, field in _FIELDS.items()}


def relate_tickets(
    session: Session,
    actor: Actor,
    ticket: int | str,
    other: int | str,
    relation: str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Have two tickets name each other. What is so already stays so.

    :param ticket: its id or number, as ``other``.
    :param relation: what the other one is to it (:class:`Relation`).
    :returns: the ticket.
    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``other``) there is no such ticket, it is this one, or a ticket would
        be a part of itself or of two; (``relation``) there is none such.
    """
    wanted = _relation(relation)
    if wanted != Relation.RELATED:
        take_turns(session)  # two at once could close a loop, each of which alone does not
    one, other_one = _both(session, actor, ticket, other)
    if session.scalar(select(TicketLink.id).where(_between(one, other_one, wanted))):
        return one
    first, second = (other_one, one) if wanted == Relation.CHILD else (one, other_one)
    if wanted != Relation.RELATED:
        _check_may_be_part(session, first, second)
    kind = TicketLinkKind.RELATED if wanted == Relation.RELATED else TicketLinkKind.CHILD
    link_tickets(session, first, second.id, kind, now)
    _record(session, actor, one, other_one, wanted, now, reason, is_related=True)
    return one


def unrelate_tickets(
    session: Session,
    actor: Actor,
    ticket: int | str,
    other: int | str,
    relation: str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Have two tickets not name each other so any more.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``other``) they do not.
    """
    wanted = _relation(relation)
    one, other_one = _both(session, actor, ticket, other)
    found = session.scalars(select(TicketLink.id).where(_between(one, other_one, wanted))).all()
    if not found:
        raise InvalidInput("other", f"{other_one.number} is not linked so any more.")
    session.execute(delete(TicketLink).where(TicketLink.id.in_(found)))
    _record(session, actor, one, other_one, wanted, now, reason, is_related=False)
    return one


def undo_relation(
    session: Session, actor: Actor, ticket: Ticket, row: Change, *, now: datetime, reason: str
) -> None:
    """Undo what a row of a ticket's history says of it and another one.

    :param ticket: not locked: both are, in the order in which whoever relates them locks them.
    :raises NotFound, NotAllowed, TicketMerged, InvalidInput:
    """
    act = unrelate_tickets if row.new_value else relate_tickets
    other_id, relation = row.old_id or 0, _RELATIONS[row.field]
    act(session, actor, ticket.id, other_id, relation, now=now, reason=reason)


def _relation(wanted: str) -> Relation:
    try:
        return Relation(wanted)
    except ValueError:
        raise InvalidInput("relation", "It is related, a parent or a child.") from None


def _both(
    session: Session, actor: Actor, ticket: int | str, other: int | str
) -> tuple[Ticket, Ticket]:
    """The two tickets, locked."""
    check_staff(actor, STAFF_ONLY)
    one = find_ticket(session, actor, ticket)
    named = clean_line(other, 40).strip("[]# ") if isinstance(other, str) else other
    try:
        other_one = find_ticket(session, actor, named)
    except NotFound:
        words = f"There is no ticket “{named}”. Give its number."
        raise InvalidInput("other", words) from None
    if one is other_one:
        raise InvalidInput("other", "That is this very ticket. Give the number of another one.")
    locked = {
        found: open_ticket_for_change(session, actor, found)
        for found in child_first(session, (one.id, other_one.id))
    }
    return locked[one.id], locked[other_one.id]


def _between(one: Ticket, other: Ticket, relation: Relation) -> ColumnElement[bool]:
    """Return that a link says this of the other ticket."""
    outgoing = (TicketLink.ticket_id == one.id) & (TicketLink.other_id == other.id)
    incoming = (TicketLink.ticket_id == other.id) & (TicketLink.other_id == one.id)
    if relation == Relation.RELATED:
        return or_(outgoing, incoming) & (TicketLink.kind == TicketLinkKind.RELATED)
    way = outgoing if relation == Relation.PARENT else incoming
    return way & (TicketLink.kind == TicketLinkKind.CHILD)


def _check_may_be_part(session: Session, child: Ticket, parent: Ticket) -> None:
    """See that a ticket has one parent, and is no part of itself.

    :raises InvalidInput:
    """
    if parents_of(session, child.id):
        words = f"{child.number} is a child of another ticket already: unlink it there first."
        raise InvalidInput("other", words)
    if is_part_of(session, parent.id, child.id):
        words = f"{parent.number} is itself a part of {child.number}."
        raise InvalidInput("other", words)


def _record(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    other: Ticket,
    relation: Relation,
    now: datetime,
    reason: str,
    *,
    is_related: bool,
) -> None:
    """Write it into both histories."""
    opposite = _OPPOSITE.get(relation, relation)
    for one, named, seen in ((ticket, other, relation), (other, ticket, opposite)):
        old, new = ("", named.number) if is_related else (named.number, "")
        record_change(session, one, actor, _FIELDS[seen], OldRow(old, named.id), new, now, reason)
