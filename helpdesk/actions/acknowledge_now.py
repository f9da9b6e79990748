"""Send an acknowledgement that a limit withheld, because a person says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.addr_spec import can_be_answered
from helpdesk.errors import InvalidInput
from helpdesk.mail_out.ticket_mails import send_acknowledgement
from helpdesk.models import Comment, HistoryField, InboundMail, Ticket
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, open_ticket_for_change
from helpdesk.tickets.history import record_change
from helpdesk.tickets.withheld import is_withheld
from helpdesk.vocabulary import Verdict


def acknowledge_now(session: Session, actor: Actor, ticket: TicketRef, *, now: datetime) -> Ticket:
    """Tell the requester that their message is here, whatever the limits say; it counts for them.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: no limit withheld it, or the customer was answered meanwhile.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    if not is_withheld(ticket) or not can_be_answered(ticket.requester.address):
        raise InvalidInput("acknowledgement", "There is nothing to acknowledge any more.")
    opening = session.scalar(
        select(Comment).where(Comment.ticket_id == ticket.id, Comment.opening.is_(True)).limit(1)
    )
    mail = session.scalar(
        select(InboundMail).where(InboundMail.comment_id == (opening.id if opening else 0)).limit(1)
    )
    send_acknowledgement(
        session,
        ticket,
        verified=_is_proven(opening, mail),
        message_id=mail.message_id if mail else None,
        now=now,
    )
    ticket.not_acknowledged = None
    record_change(session, ticket, actor, HistoryField.ACKNOWLEDGEMENT, "", "sent", now, "by hand")
    return ticket


def _is_proven(opening: Comment | None, mail: InboundMail | None) -> bool:
    """Whether the sender is: to any other address the mail carries no words of theirs."""
    if mail is not None:
        checked = mail.decision.get("authentication") or {}
        return bool(checked.get("verdict") == Verdict.PASS)
    return opening is not None and not opening.unverified
