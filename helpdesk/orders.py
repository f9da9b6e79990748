"""Finding the order that somebody means, among those of one customer and no other."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Order
from helpdesk.order_numbers import spellings
from helpdesk.vocabulary import mark

NOT_FOUND = mark("We don't find this order for your address.")
"""The same words for another's order and for none at all."""


def order_of(session: Session, person_id: int, numbers: Iterable[str]) -> Order | None:
    """The first of these numbers that is an order of this person, in whatever way it is spelled."""
    spelled = {
        spelling: rank for rank, number in enumerate(numbers) for spelling in spellings(number)
    }
    if not spelled:
        return None
    # Two columns, not the order: every mail that has a number in it asks, and few name one.
    found = session.execute(
        select(Order.id, Order.number).where(
            Order.number.in_(spelled), Order.person_id == person_id
        )
    ).all()
    if not found:
        return None
    return session.get_one(Order, min(found, key=lambda order: spelled[order.number]).id)
