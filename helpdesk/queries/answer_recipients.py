"""Who an answer would go to: looked at before it is sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.mail_out import ticket_mails
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import OutboundMail, OutboundState, Participant, Person, Ticket


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
