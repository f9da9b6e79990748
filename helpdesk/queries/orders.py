"""Orders, for whom they concern."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotFound
from helpdesk.models import Order
from helpdesk.text import clean_line


def find_order(session: Session, actor: Actor, number: str) -> Order:
    """The order of this number: staff see all, customers their own.

    :raises NotFound: there is none, or not for this actor.
    """
    order = session.scalar(select(Order).where(Order.number == clean_line(number)))
    if order is None or not (actor.is_staff or order.person_id == actor.person_id):
        raise NotFound("There is no such order.")
    return order
