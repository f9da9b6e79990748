"""Save an order, as the shop's programs tell of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.addr_spec import strict_address
from helpdesk.errors import InvalidInput
from helpdesk.models import Order
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets.access import check_staff
from helpdesk.tickets.address_owners import check_not_ours
from helpdesk.tickets.order_numbers import NUMBER
from helpdesk.tickets.orders import OrderDetails
from helpdesk.tickets.people import person_for


def save_order(
    session: Session,
    actor: Actor,
    number: str,
    details: OrderDetails,
    *,
    now: datetime,
) -> tuple[Order, bool]:
    """Return the order of this number, made or replaced as a whole, and whether it is new.

    :raises NotAllowed: the actor is not staff.
    :raises InvalidInput: a field does not hold.
    """
    check_staff(actor, "Only staff may save orders.", or_system=True)
    check_order(number, details)
    check_customer(session, details)
    person = person_for(session, details.customer, details.customer_name, now)
    order = session.scalar(select(Order).where(Order.number == number).with_for_update())
    is_new = order is None
    if order is None:
        order = Order(number=number, created_at=now)
        session.add(order)
    order.person = person
    order.placed_at = details.placed_at
    order.status = clean_line(details.status, 80)
    order.total = details.total
    order.currency = details.currency
    order.items = list(details.items)
    session.flush()
    return order, is_new


def check_order(number: str, details: OrderDetails) -> None:
    """Check that an order could be saved.

    :raises InvalidInput: naming the field that does not hold.
    """
    if not NUMBER.fullmatch(number):
        raise InvalidInput(
            "number", "An order number has 1 to 64 letters, digits and the signs . _ # -"
        )
    validation.amount(details.total, "total")
    validation.currency(details.currency, "currency")
    for item in details.items:
        validation.amount(str(item.get("price", "")), "price")
    strict_address(fold_address(details.customer), field="customer")


def check_customer(session: Session, details: OrderDetails) -> None:
    """Check that its customer is no mailbox of ours.

    :raises InvalidInput: naming ``customer`` and the mailbox.
    """
    check_not_ours(session, details.customer, "customer")
