"""Decide where a ticket's answers go, where one of its mails asks for them elsewhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.change_people import make_requester
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import AuditKind, Comment, Mailbox, ThreadId, Ticket
from helpdesk.tickets import audit
from helpdesk.tickets.access import TicketRef, open_ticket_for_change
from helpdesk.tickets.asked_addresses import (
    AskedAddress,
    AskedState,
    asked_addresses,
    decide_asked,
    open_question,
)
from helpdesk.tickets.mailboxes import forget_mailboxes, is_ours, mailbox_for
from helpdesk.tickets.people import person_for
from helpdesk.tickets.side_people import check_not_aside

USE, SENDER, ALWAYS = "use", "sender", "always"
"""What may be decided: use the address, answer the sender, or use it now and for all later mail of
that sender."""
MOST_FORMS = 200
_STAFF_ONLY = "Only staff decide where answers go."


def take_asked_address(
    session: Session, actor: Actor, ticket: TicketRef, address: str, choice: str, *, now: datetime
) -> Ticket:
    """Do as was decided about an address that a mail of the ticket asks to answer.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: no mail of the ticket asks for it, or nobody can be answered there.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=_STAFF_ONLY)
    asked = next((one for one in asked_addresses(ticket) if one.address == address), None)
    if asked is None:
        raise InvalidInput("reply_to", "No mail on this ticket asks for answers there.")
    _decide(session, actor, ticket, asked, choice, now)
    return ticket


def settle_question(
    session: Session, actor: Actor, ticket: Ticket, choice: str, now: datetime
) -> None:
    """Do as the writer of an answer decided about the address that a mail asks to answer.

    :raises InvalidInput: there is one, and nothing was decided.
    """
    asked = open_question(asked_addresses(ticket))
    if asked is None:
        return
    if not choice:
        raise InvalidInput(
            "reply_to", f"This mail asks for answers at {asked.address}: say where yours goes."
        )
    _decide(session, actor, ticket, asked, choice, now)


def _decide(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    asked: AskedAddress,
    choice: str,
    now: datetime,
) -> None:
    if choice == SENDER:
        decide_asked(ticket, asked.address, AskedState.DECLINED)
        return
    if choice not in (USE, ALWAYS):
        raise InvalidInput("reply_to", "Choose where the answer goes.")
    if is_ours(session, asked.address):
        raise InvalidInput("reply_to", "That is our own address.")
    person = person_for(session, asked.address, "", now)
    check_not_aside(session, ticket, [person], "reply_to")
    make_requester(session, ticket, actor, person, keep_old=False, now=now)
    decide_asked(ticket, asked.address, AskedState.TAKEN)
    _let_answer(session, asked)
    if choice == ALWAYS and not asked.is_forwarded:
        _list_form(session, actor, mailbox_for(session, ticket), asked.sender, now)


def _let_answer(session: Session, asked: AskedAddress) -> None:
    """Let the sender, if the mail was proven to be theirs, answer it: they left the ticket."""
    for row in session.scalars(select(ThreadId).where(ThreadId.comment_id == asked.comment_id)):
        comment = session.get_one(Comment, asked.comment_id)
        if not comment.unverified and asked.sender not in row.recipients:
            row.recipients = [*row.recipients, asked.sender]


def _list_form(
    session: Session, actor: Actor, mailbox: Mailbox, sender: str, now: datetime
) -> None:
    """Have the sender speak for others on this mailbox, from its next mail on."""
    session.refresh(mailbox, with_for_update=True)
    if sender in mailbox.forms or len(mailbox.forms) >= MOST_FORMS:
        return
    old = ", ".join(mailbox.forms)
    mailbox.forms = [*mailbox.forms, sender]
    audit.record(
        session, actor, AuditKind.MAILBOX, mailbox.address, "forms", old=old,
        new=", ".join(mailbox.forms), now=now,
    )  # fmt: skip
    forget_mailboxes(session)
