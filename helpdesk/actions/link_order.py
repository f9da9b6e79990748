"""Link a ticket with an order: by the number in its customer's mail, or by hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from helpdesk.actor import SYSTEM, Actor
from helpdesk.errors import InvalidInput
from helpdesk.mail_in.incoming import Incoming
from helpdesk.models import Change, Comment, HistoryField, Order, Ticket
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, open_ticket_for_change
from helpdesk.tickets.history import OldRow, check_reason, record_change
from helpdesk.tickets.order_numbers import order_numbers
from helpdesk.tickets.orders import order_of
from helpdesk.vocabulary import MessageKind, Verdict


def link_named_order(
    session: Session, mail: Incoming, ticket: Ticket, comment: Comment, now: datetime
) -> None:
    """Link the order that a mail names, if its writer is the ticket's customer and has such a one.

    A ticket keeps the order it has; and what staff once changed by hand stays as they left it.
    """
    if (
        ticket.order_id is not None
        or mail.verdict == Verdict.FAIL
        or comment.kind != MessageKind.MESSAGE
    ):
        return
    if comment.internal or comment.author_id != ticket.requester_id:
        return
    # What begins a ticket often answers the shop's own mail: the number then stands in the quote.
    text = mail.body.text if comment.opening else mail.body.reply
    order = order_of(session, ticket.requester_id, order_numbers((mail.subject, text)))
    if order is None or (not comment.opening and _was_changed(session, ticket)):
        return
    _set(session, ticket, SYSTEM, "", order, now, "named in the customer's mail")


def change_order(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    number: str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Set the order that a ticket concerns, or none (an empty number). Staff only.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: its requester has no such order.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    order = order_of(session, ticket.requester_id, [number]) if number.strip() else None
    if number.strip() and order is None:
        raise InvalidInput("order", "This customer has no such order.")
    if ticket.order_id != (order.id if order else None):
        check_reason(ticket, actor, reason)
        before = session.get_one(Order, ticket.order_id).number if ticket.order_id else ""
        _set(session, ticket, actor, before, order, now, reason)
    return ticket


def _set(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    before: str,
    order: Order | None,
    now: datetime,
    reason: str,
) -> None:
    new = order.number if order else ""
    old = OldRow(before, ticket.order_id)
    record_change(session, ticket, actor, HistoryField.ORDER, old, new, now, reason)
    ticket.order = order


def _was_changed(session: Session, ticket: Ticket) -> bool:
    changed = exists().where(Change.ticket_id == ticket.id, Change.field == HistoryField.ORDER)
    return bool(session.scalar(select(changed)))
