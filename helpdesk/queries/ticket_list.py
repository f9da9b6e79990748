"""The API's list of tickets: filters, newest first, pages by number as its contract has them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.models import Comment, Participant, Person, PersonAddress, Ticket
from helpdesk.queries.offset_page import count_of, offset_page
from helpdesk.queries.ticket import TicketView, view_ticket
from helpdesk.text import clean_line
from helpdesk.tickets.categories import labels


@dataclass(frozen=True)
class TicketFilter:
    """What to list; empty means any."""

    status: str = ""
    priority: str = ""
    category: str = ""
    search: str = ""
    order_id: int | None = None


@dataclass(frozen=True)
class ListedTicket:
    """A ticket and the text that it began with."""

    ticket: TicketView
    description: str


@dataclass(frozen=True)
class TicketList:
    """One page of a list, and how many there are in all."""

    count: int
    tickets: tuple[ListedTicket, ...]


def ticket_list(
    session: Session, actor: Actor, wanted: TicketFilter, *, page: int = 1, page_size: int = 20
) -> TicketList:
    """One page of the tickets that the actor may see, newest first.

    :raises InvalidInput: there is no such category, in use or not.
    """
    if wanted.category:
        validation.one_of(wanted.category, labels(session), "category")
    where = [*_visible(actor), *_wanted(wanted)]
    count = count_of(session, where)
    chosen = select(Ticket).options(
        selectinload(Ticket.requester).selectinload(Person.addresses),
        selectinload(Ticket.assignee).selectinload(Person.addresses),
        selectinload(Ticket.mailbox),
        selectinload(Ticket.order),
    )
    tickets = session.scalars(offset_page(chosen, where, page, page_size)).all()
    described = descriptions(session, [ticket.id for ticket in tickets])
    return TicketList(
        count,
        tuple(ListedTicket(view_ticket(t), described.get(t.id, "")) for t in tickets),
    )


def descriptions(session: Session, ticket_ids: list[int]) -> dict[int, str]:
    """The text that each ticket began with."""
    rows = session.execute(
        select(Comment.ticket_id, Comment.text).where(
            Comment.ticket_id.in_(ticket_ids), Comment.opening.is_(True)
        )
    )
    return dict(rows.all())


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.is_staff:
        return []
    on_it = exists().where(
        Participant.ticket_id == Ticket.id,
        Participant.person_id == actor.person_id,
        Participant.pending.is_(False),
    )
    return [or_(Ticket.requester_id == actor.person_id, on_it)]


def _wanted(wanted: TicketFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status:
        conditions.append(Ticket.status == wanted.status)
    if wanted.priority:
        conditions.append(Ticket.priority == wanted.priority)
    if wanted.category:
        conditions.append(Ticket.category == wanted.category)
    if wanted.order_id is not None:
        conditions.append(Ticket.order_id == wanted.order_id)
    for word in clean_line(wanted.search, 200).split():
        requester = exists().where(
            PersonAddress.person_id == Ticket.requester_id,
            PersonAddress.address.icontains(word, autoescape=True),
        )
        conditions.append(
            or_(
                Ticket.subject.icontains(word, autoescape=True),
                Ticket.number.icontains(word, autoescape=True),
                requester,
            )
        )
    return conditions
