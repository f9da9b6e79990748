"""A mail before it stands in the outbox: made whole in one place, then put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.db import secret_of
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import Mailbox, Person


@dataclass(frozen=True)
class Recipient:
    """Who gets a mail."""

    address: str
    name: str = ""
    person_id: int | None = None

    @classmethod
    def of(cls, person: Person) -> Recipient:
        """The person, at the address that they are written to."""
        return cls(person.address, person.name_in_mails, person.id)


@dataclass(frozen=True)
class OutgoingMail:
    """One mail to one recipient. Message-IDs stand without angle brackets."""

    template: TemplateName
    values: Mapping[str, Any]
    recipient: Recipient
    subject: str
    message_id: str
    mailbox_id: int | None
    """The mailbox that it leaves from; the first one where there is none."""
    ticket_id: int | None = None
    comment_id: int | None = None
    in_reply_to: str = ""
    references: Sequence[str] = ()
    reply_to: str = ""


def own_message_id(session: Session, mailbox: Mailbox, ticket_id: int, person_id: int) -> str:
    """Mint the Message-ID of a mail of this mailbox; an answer to it shows who was written to.

    :param ticket_id: the ticket's; 0 for none, and ``person_id`` 0 for nobody we know.
    """
    domain = mailbox.address.rpartition("@")[2]
    return links.mint_message_id(secret_of(session), ticket_id, person_id, domain)


def unthreaded_mail(
    session: Session,
    mailbox: Mailbox,
    recipient: Recipient,
    *,
    template: TemplateName,
    subject: str,
    values: Mapping[str, Any],
    ticket_id: int | None = None,
    comment_id: int | None = None,
) -> OutgoingMail:
    """Make a mail of Postdesk itself: part of no thread, and without a reply address.

    :param ticket_id, comment_id: what it tells of, if it tells of one ticket or comment.
    """
    return OutgoingMail(
        template=template,
        values=values,
        recipient=recipient,
        subject=subject,
        message_id=own_message_id(session, mailbox, ticket_id or 0, recipient.person_id or 0),
        mailbox_id=mailbox.id,
        ticket_id=ticket_id,
        comment_id=comment_id,
    )
