"""Save an order, as the shop's programs tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.addr_spec import strict_address
from helpdesk.errors import InvalidInput
from helpdesk.models import Order
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets.access import check_staff
from helpdesk.tickets.order_numbers import NUMBER
from helpdesk.tickets.people import person_for


def save_order(
    session: Session,
    actor: Actor,
    number: str,
    *,
    customer: str,
    customer_name: str = "",
    placed_at: datetime | None = None,
    status: str = "",
    total: str = "",
    currency: str = "",
    items: Sequence[dict[str, Any]] = (),
    now: datetime,
) -> tuple[Order, bool]:
    """The order of this number, made or replaced as a whole, and whether it is new.

    :param customer: the address of whose order it is; a person nobody knows yet is added.
    :param customer_name: taken over where no name of theirs was known.
    :raises NotAllowed: the actor is not staff.
    :raises InvalidInput: a field does not hold.
    """
    check_staff(actor, "Only staff may save orders.")
    check_order(number, customer=customer, total=total, currency=currency, items=items)
    person = person_for(session, customer, customer_name, now)
    order = session.scalar(select(Order).where(Order.number == number).with_for_update())
    is_new = order is None
    if order is None:
        order = Order(number=number, created_at=now)
        session.add(order)
    order.person = person
    order.placed_at = placed_at
    order.status = clean_line(status, 80)
    order.total = total
    order.currency = currency
    order.items = list(items)
    session.flush()
    return order, is_new


def check_order(
    number: str, *, customer: str, total: str, currency: str, items: Sequence[dict[str, Any]]
) -> None:
    """Whether an order could be saved.

    :raises InvalidInput: naming the field that does not hold.
    """
    if not NUMBER.fullmatch(number):
        raise InvalidInput(
            "number", "An order number has 1 to 64 letters, digits and the signs . _ # -"
        )
    validation.amount(total, "total")
    validation.currency(currency, "currency")
    for item in items:
        validation.amount(str(item.get("price", "")), "price")
    strict_address(fold_address(customer), field="customer")
