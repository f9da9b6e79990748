"""Finding the order that somebody means, among those of one customer and no other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.models import Order
from helpdesk.rows import ask
from helpdesk.tickets.order_numbers import spellings
from helpdesk.vocabulary import mark

NOT_FOUND = mark("We don't find this order for your address.")
"""The same words for another's order and for none at all."""


@dataclass(frozen=True)
class OrderDetails:
    """All that is kept of an order, but its number."""

    customer: str
    """The address of whose order it is; a person nobody knows yet is added."""
    customer_name: str = ""
    """Taken over where no name of theirs was known."""
    placed_at: datetime | None = None
    status: str = ""
    total: str = ""
    currency: str = ""
    items: Sequence[dict[str, Any]] = ()


def order_of(session: Session, person_id: int, numbers: Iterable[str]) -> Order | None:
    """The first of these numbers that is an order of this person, in whatever way it is spelled."""
    spelled = {
        spelling: rank for rank, number in enumerate(numbers) for spelling in spellings(number)
    }
    if not spelled:
        return None
    # Two columns, not the order: every mail that has a number in it asks, and few name one.
    found = ask(session, _NUMBERED, numbers=list(spelled), person_id=person_id).all()
    if not found:
        return None
    return session.get_one(Order, min(found, key=lambda order: spelled[order.number]).id)


_NUMBERED = select(Order.id, Order.number).where(
    Order.number.in_(bindparam("numbers", expanding=True, type_=Order.number.type)),
    Order.person_id == bindparam("person_id", type_=Order.person_id.type),
)
