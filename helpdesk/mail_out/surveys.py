"""Asking how it was: one mail a ticket, some time after it was resolved.

It stands in the outbox from the moment of resolving, to leave later; opened again before that, the
ticket takes it back. So there is no timer, and nobody is asked about what is not over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from helpdesk.addr_spec import can_be_answered
from helpdesk.mail_out import outbox, ticket_mails
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import OutboundMail, OutboundState, Ticket
from helpdesk.tickets.folders import is_told, rules_for
from helpdesk.tickets.mailboxes import mailbox_for
from helpdesk.tickets.preferences import has_complained


def plan_survey(session: Session, ticket: Ticket, now: datetime) -> None:
    """Have the requester asked later, unless they were asked before.

    Nobody is asked who was never answered: what was resolved without a word was spam, a double, or
    solved by itself.
    """
    if (
        ticket.first_response_at is None
        or ticket.rated_at is not None
        or _was_sent(session, ticket)
    ):
        return
    person = ticket.requester
    minutes = mailbox_for(session, ticket).survey_minutes
    if (
        minutes is None
        or not person.active
        or person.is_staff
        or not can_be_answered(person.address)
    ):
        return
    if has_complained(person) or not is_told(session, ticket, person):
        return
    ticket_mails.send_survey(session, ticket, now, not_before=now + timedelta(minutes=minutes))


def take_back_survey(session: Session, ticket: Ticket, now: datetime) -> None:
    """The ticket is open again: a survey that has not left will not."""
    waiting = session.scalars(
        select(OutboundMail.id).where(
            OutboundMail.ticket_id == ticket.id,
            OutboundMail.template == TemplateName.SURVEY_CUSTOMER,
            OutboundMail.state == OutboundState.QUEUED,
        )
    )
    for mail_id in waiting:
        outbox.cancel(session, mail_id, now=now)


def take_back_surveys_of(session: Session, rule: str, now: datetime) -> None:
    """Whoever a rule blocks (an address, or ``@`` and a domain) is not asked any more."""
    waiting = session.execute(
        select(OutboundMail.id, OutboundMail.recipient).where(
            OutboundMail.state.in_(outbox.UNSENT),
            OutboundMail.template == TemplateName.SURVEY_CUSTOMER,
        )
    )
    for mail_id, recipient in waiting.all():
        if rule in rules_for(recipient):
            outbox.cancel(session, mail_id, now=now)


def _was_sent(session: Session, ticket: Ticket) -> bool:
    sent = exists().where(
        OutboundMail.ticket_id == ticket.id,
        OutboundMail.template == TemplateName.SURVEY_CUSTOMER,
        OutboundMail.state != OutboundState.CANCELLED,
    )
    return bool(session.scalar(select(sent)))
