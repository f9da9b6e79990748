"""Orders, for whom they concern: staff see all, customers their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.actor import Actor
from helpdesk.errors import NotFound
from helpdesk.models import Order, Person
from helpdesk.queries.people import PersonView, view_person
from helpdesk.rows import ask
from helpdesk.text import clean_line
from helpdesk.vocabulary import Role

_BESIDE_A_TICKET = 8
"""Orders shown beside a ticket: the newest; more only crowd it."""


@dataclass(frozen=True)
class OrderItem:
    """A line of an order."""

    name: str
    quantity: int
    price: str


@dataclass(frozen=True)
class OrderView:
    """An order as pages show it."""

    id: int
    number: str
    person: PersonView
    placed_at: datetime | None
    status: str
    total: str
    currency: str
    items: tuple[OrderItem, ...]
    created_at: datetime


@dataclass(frozen=True)
class OrderLine:
    """An order in a list of one person's."""

    number: str
    status: str
    placed_at: datetime | None


def find_order(session: Session, actor: Actor, number: str) -> Order:
    """The order of this number: staff see all, customers their own.

    :raises NotFound: there is none, or not for this actor.
    """
    statement = (
        select(Order)
        .where(Order.number == clean_line(number))
        .options(joinedload(Order.person).selectinload(Person.addresses))
    )
    if not actor.is_staff:
        # Whoever came by a link to one ticket, or is nobody, has no orders here.
        own = actor.person_id if actor.role == Role.CUSTOMER and actor.ticket_id is None else None
        statement = statement.where(Order.person_id == own)
    order = session.scalar(statement)
    if order is None:
        raise NotFound("There is no such order.")
    return order


def order_view(session: Session, actor: Actor, number: str) -> OrderView:
    """An order with what was bought.

    :raises NotFound: there is none, or not for this actor.
    """
    order = find_order(session, actor, number)
    return OrderView(
        order.id,
        order.number,
        view_person(order.person),
        order.placed_at,
        order.status,
        order.total,
        order.currency,
        tuple(map(_item, order.items)),
        order.created_at,
    )


def orders_of_person(session: Session, person_id: int) -> tuple[OrderLine, ...]:
    """The newest orders of a person."""
    return tuple(OrderLine(*row) for row in ask(session, _ORDERS, person_id=person_id))


_ORDERS = (
    select(Order.number, Order.status, Order.placed_at)
    .where(Order.person_id == bindparam("person_id", type_=Order.person_id.type))
    .order_by(Order.id.desc())
    .limit(_BESIDE_A_TICKET)
)


def _item(item: dict[str, Any]) -> OrderItem:
    return OrderItem(
        str(item.get("name", "")), int(item.get("quantity", 1)), str(item.get("price", ""))
    )
