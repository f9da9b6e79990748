"""The demo's orders, and what its staff do with the sample mails: by the actions of the desk."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.change_ticket import assign, change_category, change_priority
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_order import save_order
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import OutboundMail, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.orders import OrderDetails
from helpdesk.tickets.people import person_at

_ANSWERED = "Remboursement de la commande 10082"

# subject → category, priority, whom it is given to
_SORTED = {
    "Parcel late": ("delivery", "high", "maya@localhost"),
    "Wrong item received": ("order_issue", "medium", "tom@localhost"),
    "Remboursement de la commande 10082": ("refund", "medium", "maya@localhost"),
    "注文10088の件": ("delivery", "medium", None),
    "Größe 42 statt 43 geliefert": ("order_issue", "medium", "tom@localhost"),
    "Invoice for order 10064": ("payment", "low", None),
    "Charged twice!": ("payment", "urgent", "admin@localhost"),
    "Our winter delivery times": ("other", "low", None),
    "Account: cannot change my e-mail address": ("account", "medium", None),
}

# subject → tags
_TAGGED = {
    "Parcel late": ("late parcel", "VIP"),
    "Wrong item received": ("wrong item",),
    "Charged twice!": ("refund", "VIP", "bank"),
    "Remboursement de la commande 10082": ("refund",),
}

# number → customer, days since it was placed, status, what was bought (name, quantity, price)
_ORDERS = {
    "10041": ("ann.lee@example.org", 210, "delivered", (("Tea towel, linen", 4, "8.50"),)),
    "10064": ("omar@example.net", 15, "delivered", (("Desk lamp", 3, "59.00"),)),
    "10077": (
        "ann.lee@example.org",
        9,
        "shipped",
        (("Kettle, 1.2 l", 1, "49.90"), ("Gift wrap", 1, "3.00")),
    ),
    "10082": ("claire.dubois@example.fr", 21, "returned", (("Shoes, size 39", 1, "84.00"),)),
    "10088": ("yamada@example.jp", 4, "packed", (("Teapot, cast iron", 1, "72.00"),)),
    "10091": ("priya@example.in", 2, "paid", (("Blender", 1, "84.50"),)),
}


def add_orders(database: Database, at: datetime) -> None:
    """What the samples' customers bought: a mail that names one of theirs links it."""
    with database.transaction() as session:
        for number, (customer, days, status, bought) in _ORDERS.items():
            save_order(
                session,
                SYSTEM,
                number,
                OrderDetails(
                    customer,
                    placed_at=at - timedelta(days=days),
                    status=status,
                    total=str(sum(quantity * Decimal(price) for _, quantity, price in bought)),
                    currency="EUR",
                    items=[
                        {"name": name, "quantity": quantity, "price": price}
                        for name, quantity, price in bought
                    ],
                ),
                now=at,
            )


def work_the_queue(database: Database, now: Callable[[], datetime]) -> str:
    """Sort the samples, answer two, leave a note; returns the reply address of the first answer."""
    tickets = _wait_for_tickets(database)
    with database.transaction() as session:
        staff = {
            address: person
            for address in ("maya@localhost", "tom@localhost", "admin@localhost")
            if (person := person_at(session, address)) is not None
        }
        maya = actor_of(staff["maya@localhost"])
        for subject, (category, priority, address) in _SORTED.items():
            ticket_id = tickets[subject]
            change_category(session, maya, ticket_id, category, now=now())
            change_priority(session, maya, ticket_id, priority, now=now())
            if address in staff:
                assign(session, maya, ticket_id, staff[address].id, now=now())
        for subject, tags in _TAGGED.items():
            change_tags(session, maya, tickets[subject], add=tags, now=now())
        _write(session, tickets, maya, actor_of(staff["tom@localhost"]), now())
    with database.reading() as session:
        return session.scalars(
            select(OutboundMail.reply_to).where(
                OutboundMail.ticket_id == tickets[_ANSWERED],
                OutboundMail.template == TemplateName.COMMENT_ADDED_CUSTOMER,
            )
        ).one()


def _write(
    session: Session, tickets: dict[str, int], maya: Actor, tom: Actor, now: datetime
) -> None:
    reply(
        session,
        maya,
        tickets[_ANSWERED],
        Answer(
            "Bonjour Claire,\n\nvotre colis est arrivé chez nous hier. Le remboursement part "
            "aujourd’hui, et sera sur votre compte **dans trois jours ouvrés**.\n\nÀ bientôt"
        ),
        now=now,
    )
    reply(
        session,
        tom,
        tickets["Größe 42 statt 43 geliefert"],
        Answer(
            "Guten Tag Herr Groß,\n\nGröße 43 ist heute verschickt. Die 42 holt der Bote bei der "
            "Lieferung ab.\n\nViele Grüße",
            status="resolved",
        ),
        now=now,
    )
    add_note(
        session,
        maya,
        tickets["Wrong item received"],
        text="Shelf 14 has the red ones in the blue box. I asked the warehouse to check the rest.",
        now=now,
    )


def _wait_for_tickets(database: Database) -> dict[str, int]:
    """The sample tickets by subject, once the filer has made them all."""
    for _ in range(100):
        with database.reading() as session:
            rows = session.execute(select(Ticket.subject, Ticket.id)).all()
        tickets = dict(rows)
        if tickets.keys() >= _SORTED.keys():
            break
        time.sleep(0.1)
    return tickets
