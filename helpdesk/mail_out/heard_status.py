"""Which status the customers of a ticket last heard of, where a change of it is undone.

A change that is undone before its mail was made, or that none is made for, is nobody's news; nor
is that it was undone.
"""

from __future__ import annotations

from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import Change, HistoryField, OutboundMail, OutboundState, Ticket
from helpdesk.models.ticket import shown_to_customers
from helpdesk.tickets.acts import BEGUN, UNDONE, WITH_REPLY
from helpdesk.vocabulary import Status

_MOST_UNDONE = 50
"""Rows of the history that are looked at: nobody undoes, and undoes that, more often than this."""


def last_heard_of(session: Session, ticket: Ticket, old: str) -> str | None:
    """What they were told last, if the ticket's newest change of status undoes one; None where
    they were told of neither what was undone nor what stands now, and are not to be. For any other
    change the status before it.

    :param old: the status before it.
    """
    newest_first = (
        select(Change)
        .where(Change.ticket_id == ticket.id, Change.field == HistoryField.STATUS)
        .order_by(Change.id.desc())
    )
    if session.scalar(newest_first.with_only_columns(Change.reason).limit(1)) != UNDONE:
        return old
    changes = session.scalars(newest_first.limit(_MOST_UNDONE)).all()
    undone = list(takewhile(lambda row: row.reason == UNDONE, changes))
    if len(undone) == len(changes):
        return old
    # What was undone, undone again and so on: each but the first only gives back.
    origin, first = changes[len(undone)], undone[-1]
    before_it = [row.old_value for row in changes if row.created_at == origin.created_at]
    if first.new_value not in before_it:
        return old  # somebody gave this word as the reason of a change of their own
    told = session.scalars(
        select(OutboundMail.values)
        .where(
            OutboundMail.ticket_id == ticket.id,
            OutboundMail.template == TemplateName.STATUS_CHANGED_CUSTOMER,
            OutboundMail.state != OutboundState.CANCELLED,
            OutboundMail.created_at >= origin.created_at,
        )
        .order_by(OutboundMail.id.desc())
        .limit(1)
    ).first()
    if told is not None:
        return str(told["status"])
    # With an answer no mail of its own tells of the status.
    if origin.reason in (WITH_REPLY, BEGUN):
        return None
    return shown_to_customers(Status(first.new_value), ticket.owes_answer)
