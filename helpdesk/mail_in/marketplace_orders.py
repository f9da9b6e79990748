"""Orders of marketplaces in the mails that were filed: kept, and found again by later mails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.marketplaces import RelayedOrder, named_orders, relayed_order
from helpdesk.models import Comment, MarketplaceOrder, Person
from helpdesk.rows import ask, insert_row
from helpdesk.vocabulary import MACHINE_KINDS, Role, Verdict

MOST_TICKETS = 5
_MOST_ROWS = 50


@dataclass(frozen=True)
class NamedOrder:
    """A ticket on which a mail is that the relay says is about an order."""

    ticket_id: int
    number: str
    same_buyer: bool
    """That mail, and the one that names the order now, come from one buyer's aliases and have the
    order where the relay puts it; of that mail it is proven."""


_ROWS = (
    select(
        Comment.ticket_id,
        MarketplaceOrder.marketplace,
        MarketplaceOrder.number,
        MarketplaceOrder.alias,
        MarketplaceOrder.proven,
    )
    .join(Comment, Comment.id == MarketplaceOrder.comment_id)
    .where(
        MarketplaceOrder.number.in_(
            bindparam("numbers", expanding=True, type_=MarketplaceOrder.number.type)
        )
    )
    .order_by(MarketplaceOrder.id.desc())
    .limit(_MOST_ROWS)
)
_BUYER = (
    select(Person)
    .join(Comment, Comment.author_id == Person.id)
    .join(MarketplaceOrder, MarketplaceOrder.comment_id == Comment.id)
    .where(
        MarketplaceOrder.alias == bindparam("alias", type_=MarketplaceOrder.alias.type),
        MarketplaceOrder.proven.is_(True),
        Person.role == Role.CUSTOMER,
        Person.active.is_(True),
    )
    .order_by(MarketplaceOrder.id.desc())
    .limit(1)
)


def orders_named(session: Session, mail: Incoming) -> Iterable[NamedOrder]:
    """The tickets that concern an order that this mail names, those of its own buyer first, then
    the newest; a few."""
    if mail.kind in MACHINE_KINDS:
        return ()
    own = relayed_order(mail)
    numbers = named_orders((mail.subject, mail.body.text))
    if own is not None:
        numbers = (own.number, *numbers)
    if not numbers:
        return ()
    found: dict[int, NamedOrder] = {}
    for row in ask(session, _ROWS, numbers=list(dict.fromkeys(numbers))).all():
        same = row.proven and own == RelayedOrder(row.marketplace, row.number, row.alias)
        if row.ticket_id not in found or (same and not found[row.ticket_id].same_buyer):
            found[row.ticket_id] = NamedOrder(row.ticket_id, row.number, same)
    return sorted(found.values(), key=lambda one: not one.same_buyer)[:MOST_TICKETS]


def note_order(session: Session, mail: Incoming, comment: Comment) -> None:
    """Keep with a mail's comment which order its relay says that it is about."""
    order = None if mail.kind in MACHINE_KINDS else relayed_order(mail)
    if order is not None:
        insert_row(
            session,
            MarketplaceOrder,
            comment_id=comment.id,
            marketplace=order.marketplace,
            number=order.number,
            alias=order.alias,
            proven=mail.verdict == Verdict.PASS and not comment.internal,
        )


def buyer_behind(session: Session, order: RelayedOrder) -> Person | None:
    """Who is known by another alias of the same buyer, from a mail that was proven."""
    return session.scalars(_BUYER, {"alias": order.alias}).one_or_none()
