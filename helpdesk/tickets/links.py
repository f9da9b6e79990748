"""What links a ticket to its kin, and how that goes along where it is merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Ticket, TicketLink, TicketLinkKind

_BY_STAFF = (TicketLinkKind.RELATED, TicketLinkKind.CHILD)
_End = Literal["ticket_id", "other_id"]


def parents_of(session: Session, ticket_id: int) -> list[int]:
    """The tickets that it is a part of, the oldest first: one, unless a merge brought another."""
    of_child = (TicketLink.ticket_id == ticket_id, TicketLink.kind == TicketLinkKind.CHILD)
    return list(session.scalars(select(TicketLink.other_id).where(*of_child).order_by("other_id")))


def is_part_of(session: Session, ticket_id: int, whole_id: int) -> bool:
    """Whether a ticket is a part of another one, or of a part of it, and so on; or is it."""
    known: set[int] = set()
    above = {ticket_id}
    while above:
        if whole_id in above:
            return True
        known |= above
        above = {one for below in above for one in parents_of(session, below)} - known
    return False


def child_first(session: Session, ticket_ids: Sequence[int]) -> list[int]:
    """The ids of two tickets, in the order in which whoever changes both locks them: whoever
    finishes a child holds it, and then its parent. By their ids, where neither is a part of the
    other.
    """
    ordered = sorted(ticket_ids)
    if len(ordered) == 2 and ordered[0] in parents_of(session, ordered[1]):
        ordered.reverse()
    return ordered


def carry_links(session: Session, old: Ticket, new: Ticket) -> list[int]:
    """Have what is related to a ticket, its children and its parents be those of another one.

    What would link that one to itself, be said twice, or make it a part of itself stays behind.

    :returns: the ids of the links that went over.
    """
    links = session.scalars(
        select(TicketLink)
        .where(
            or_(TicketLink.ticket_id == old.id, TicketLink.other_id == old.id),
            TicketLink.kind.in_(_BY_STAFF),
        )
        .order_by(TicketLink.id)
        .with_for_update()
    ).all()
    went: list[int] = []
    for link in links:
        end: _End = "ticket_id" if link.ticket_id == old.id else "other_id"
        if _fits(session, link, end, new.id):
            setattr(link, end, new.id)
            session.flush()
            went.append(link.id)
    return went


def give_links_back(session: Session, link_ids: Sequence[int], old: Ticket, new: Ticket) -> None:
    """Bring links that :func:`carry_links` brought to ``old`` back to ``new``, if they are there
    yet.
    """
    links = session.scalars(
        select(TicketLink)
        .where(TicketLink.id.in_(link_ids))
        .order_by(TicketLink.id)
        .with_for_update()
    ).all()
    for link in links:
        for end in ("ticket_id", "other_id"):
            if getattr(link, end) == old.id and _fits(session, link, end, new.id):
                setattr(link, end, new.id)
                session.flush()


def _fits(session: Session, link: TicketLink, end: _End, ticket_id: int) -> bool:
    """Whether a link may have this ticket at one of its ends."""
    ends = {"ticket_id": link.ticket_id, "other_id": link.other_id, end: ticket_id}
    one, other = ends["ticket_id"], ends["other_id"]
    if one == other:
        return False
    same = (TicketLink.ticket_id == one) & (TicketLink.other_id == other)
    if link.kind == TicketLinkKind.RELATED:
        same |= (TicketLink.ticket_id == other) & (TicketLink.other_id == one)
    elif is_part_of(session, other, one):
        return False
    said = select(TicketLink.id).where(same, TicketLink.kind == link.kind)
    return session.scalar(said.limit(1)) is None
