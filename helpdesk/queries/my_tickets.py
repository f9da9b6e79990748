"""A customer's own tickets and orders: what they see after signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.actor import Actor
from helpdesk.db import secret_of
from helpdesk.errors import NotFound
from helpdesk.models import Order, PersonAddress, Ticket, TicketMerge
from helpdesk.queries.offset_page import count_of, offset_page
from helpdesk.queries.ticket_conditions import (
    STATUS_FOR_CUSTOMERS,
    TicketFilter,
    has_words,
    is_on,
    is_said,
)
from helpdesk.text import clean_line
from helpdesk.vocabulary import Priority, Status

PAGE_SIZE = 20
_MOST_WORDS = 10
"""Of a search: each is looked for in every message."""


@dataclass(frozen=True)
class MyTicket:
    """A row of the list."""

    number: str
    subject: str
    status: Status
    priority: Priority
    category: str
    preview: str
    created_at: datetime


@dataclass(frozen=True)
class MyTickets:
    """One page of the list: how many there are in all, and where this page stands."""

    count: int
    page: int
    tickets: tuple[MyTicket, ...]

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


def my_tickets(session: Session, actor: Actor, wanted: TicketFilter, page: int = 1) -> MyTickets:
    """The tickets that a customer is on, newest first.

    In the order in which they began: by the last change, staff's own notes would show in it.
    """
    # What was merged goes on in the other ticket, which they are on, too.
    merged = exists().where(TicketMerge.ticket_id == Ticket.id)
    where = [is_on(actor), ~merged, *wanted.field_conditions(for_customers=True)]
    where += has_words(wanted.search, is_said, most=_MOST_WORDS)
    count = count_of(session, Ticket, where)
    page = max(1, min(page, -(-count // PAGE_SIZE) or 1))
    chosen = select(
        Ticket.number,
        Ticket.subject,
        STATUS_FOR_CUSTOMERS,
        Ticket.priority,
        Ticket.category,
        Ticket.preview,
        Ticket.created_at,
    )
    rows = session.execute(offset_page(chosen, Ticket, where, page=page, size=PAGE_SIZE))
    return MyTickets(count, page, tuple(MyTicket(*row) for row in rows))


def my_tracking_token(session: Session, actor: Actor, number: str) -> str:
    """The token of the tracking link of a ticket that this customer is on.

    :raises NotFound: there is none, or not for them.
    """
    ticket = session.scalar(
        select(Ticket).where(Ticket.number == clean_line(number).upper(), is_on(actor))
    )
    if ticket is None:
        raise NotFound("There is no such ticket.")
    secret, person_id = secret_of(session), actor.person_id or ticket.requester_id
    return links.tracking_token(secret, ticket.id, ticket.link_generation, person_id)


def my_orders(session: Session, actor: Actor) -> tuple[str, ...]:
    """The numbers of a customer's orders, the newest first; at most fifty, to pick from."""
    return tuple(
        session.scalars(
            select(Order.number)
            .where(Order.person_id == actor.person_id)
            .order_by(Order.id.desc())
            .limit(50)
        )
    )


def my_addresses(session: Session, actor: Actor) -> tuple[str, ...]:
    """A customer's addresses, the one that we write to first."""
    return tuple(
        session.scalars(
            select(PersonAddress.address)
            .where(PersonAddress.person_id == actor.person_id)
            .order_by(PersonAddress.id)
        )
    )
