"""Who an answer would go to: looked at before it is sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.mail_out import ticket_mails
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import OutboundMail, OutboundState, Participant, Person, Ticket
from helpdesk.queries.known_people import may_know
from helpdesk.tickets.people import person_at
from helpdesk.tickets.typed_people import typed_addresses

_TO_CUSTOMERS = (
    TemplateName.TICKET_CREATED_CUSTOMER,
    TemplateName.COMMENT_ADDED_CUSTOMER,
    TemplateName.STATUS_CHANGED_CUSTOMER,
)
"""Of the customer's conversation, which whoever is asked beside it knows nothing of."""


@dataclass(frozen=True)
class AnswerRecipient:
    """One who gets the answer."""

    person: Person
    is_new: bool
    """No answer on this ticket went to them before."""
    is_outside: bool
    """Their address is of another domain than the requester's."""
    bounced: bool
    """Mail to their address came back."""


@dataclass(frozen=True)
class CopyRecipient:
    """One who gets the answer in copy, and is not on the ticket."""

    name: str
    address: str
    is_new: bool
    """No mail of the customer's conversation went to them before."""
    is_outside: bool
    bounced: bool


def copy_recipients(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    typed: str,
    field: str,
    *,
    besides: Collection[str],
) -> tuple[CopyRecipient, ...]:
    """Everybody whom these addresses put in copy; nobody is made for that who is not known yet. Of
    people whom the actor may not know, nothing is shown but what was typed.

    :param besides: addresses of those who get the answer anyway.
    :raises InvalidInput: (``field``) as :func:`helpdesk.tickets.typed_people.typed_addresses`.
    """
    written_to = set(
        session.scalars(
            select(OutboundMail.recipient).where(
                OutboundMail.ticket_id == ticket.id, OutboundMail.template.in_(_TO_CUSTOMERS)
            )
        )
    )
    found = []
    for name, address in typed_addresses(session, typed, field):
        person = person_at(session, address)
        if person and not may_know(session, actor, person.id, on=ticket):
            person = None
        goes_to = person.address if person else address
        if goes_to in besides:
            continue
        found.append(
            CopyRecipient(
                person.shown_name if person else name or address.partition("@")[0],
                goes_to,
                is_new=goes_to not in written_to,
                is_outside=_domain(goes_to) != _domain(ticket.requester.address),
                bounced=bool(person and person.addresses[0].bounced_at),
            )
        )
    return tuple(found)


def answer_recipients(
    session: Session, ticket: Ticket, *, include: Collection[int] = ()
) -> tuple[AnswerRecipient, ...]:
    """Everybody who would get a public answer now.

    :param include: those of the pending people whom the writer takes in.
    """
    people = list(ticket_mails.recipients_of(session, ticket))
    known = {person.id for person in people}
    pending = session.scalars(
        select(Person)
        .join(Participant, Participant.person_id == Person.id)
        .where(
            Participant.ticket_id == ticket.id,
            Participant.pending.is_(True),
            Person.id.in_([one for one in include if one not in known]),
        )
        .order_by(Participant.id)
    )
    people += [person for person in pending if person.address]
    written_to = set(
        session.scalars(
            select(OutboundMail.recipient).where(
                OutboundMail.ticket_id == ticket.id,
                OutboundMail.template == TemplateName.COMMENT_ADDED_CUSTOMER,
                OutboundMail.state != OutboundState.CANCELLED,
            )
        )
    )
    home = _domain(ticket.requester.address)
    return tuple(
        AnswerRecipient(
            person,
            is_new=person.address not in written_to and person.id != ticket.requester_id,
            is_outside=_domain(person.address) != home,
            bounced=person.addresses[0].bounced_at is not None,
        )
        for person in people
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
