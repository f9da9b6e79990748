"""The mails that a ticket causes: their recipients, Message-IDs and threads.

Puts rows into the outbox, in the transaction of the action that caused them; jobs send them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.addr_spec import can_be_answered
from helpdesk.db import secret_of
from helpdesk.mail_in.acknowledgement import why_not_acknowledged
from helpdesk.mail_in.acknowledgement_limits import count_acknowledgement
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.thread_index import Thread, note_mail, thread_of, thread_to
from helpdesk.mail_out import outbox
from helpdesk.mail_out.outgoing import OutgoingMail, Recipient, own_message_id
from helpdesk.mail_out.subjects import subject_with_number
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import (
    Comment,
    NotificationKind,
    OutboundMail,
    Participant,
    Person,
    Refusal,
    Ticket,
)
from helpdesk.tickets.folders import check_is_mailed, is_told
from helpdesk.tickets.mailboxes import mailbox_for
from helpdesk.tickets.preferences import is_notified_of

MOST_FRESH_LINKS = 3
"""Fresh tracking links that an address is mailed in an hour."""


@dataclass(frozen=True)
class MailContent:
    """What a mail on a ticket says, and on what it threads."""

    template: TemplateName
    subject: str
    values: dict[str, Any]
    thread: Thread
    comment: Comment | None = None
    """The answer that it carries."""
    private_to: Comment | None = None
    """The internal note that it tells of: it carries no right to answer."""
    is_aside: bool = False
    """Its recipient stands apart from the conversation: what they answer, only staff see."""


def acknowledge(
    session: Session,
    ticket: Ticket,
    *,
    verified: bool,
    now: datetime,
    mail: Incoming | None = None,
    forwarded: bool = False,
) -> Refusal | None:
    """Tell the requester that their message is here; return why not, where it may not be told.

    The reason is kept on the ticket, too. To an address that is not proven the acknowledgement
    carries none of the sender's own words: else anybody could have us mail their text to anybody.

    :param mail: the mail that began the ticket, if a mail did.
    :param forwarded: staff forwarded that mail.
    """
    refusal = why_not_acknowledged(
        session, ticket, mail, verified=verified, forwarded=forwarded, now=now
    )
    if refusal is not None:
        ticket.not_acknowledged = refusal
        return refusal
    send_acknowledgement(
        session, ticket, verified=verified, message_id=mail.message_id if mail else None, now=now
    )
    return None


def send_acknowledgement(
    session: Session, ticket: Ticket, *, verified: bool, message_id: str | None, now: datetime
) -> None:
    """Tell the requester that their message is here, and count it; whether it may be told:
    :func:`acknowledge`.

    :param message_id: of the mail that began the ticket, if a mail did.
    """
    person = ticket.requester
    count_acknowledgement(session, ticket.id, person.address, verified=verified, now=now)
    content = MailContent(
        TemplateName.TICKET_CREATED_CUSTOMER,
        ticket.subject if verified else "We have your message",
        {"verified": verified},
        thread_of(message_id),
    )
    mail = _mail_on_ticket(session, ticket, person, content)
    outbox.post(session, mail, now=now)
    _index(session, ticket, mail)


def send_in_place_of(
    session: Session,
    ticket: Ticket,
    old: OutboundMail,
    recipient: str,
    text: str,
    now: datetime,
) -> OutboundMail:
    """Put a corrected copy of an answer into the outbox, with a Message-ID of its own.

    It is for the same person, threads on the same mails, and carries the same files.
    """
    mailbox = mailbox_for(session, ticket)
    person_id = old.person_id or ticket.requester_id
    mail = OutgoingMail(
        template=TemplateName(old.template),
        values={**old.values, "text": text},
        recipient=Recipient(recipient, old.recipient_name, old.person_id),
        subject=old.subject,
        message_id=own_message_id(session, mailbox, ticket.id, person_id),
        mailbox_id=mailbox.id,
        ticket_id=ticket.id,
        comment_id=old.comment_id,
        in_reply_to=old.in_reply_to,
        references=old.references,
        reply_to=old.reply_to,
    )
    row = outbox.put(session, mail, now=now)
    comment = session.get(Comment, old.comment_id) if old.comment_id else None
    private_to = None if old.reply_to else comment
    _index(session, ticket, mail, private_to, is_aside=bool(old.values.get("in_copy")))
    return row


def tell_status(session: Session, ticket: Ticket, person: Person, now: datetime) -> OutboundMail:
    """Tell a customer how their request stands now, and what that means."""
    return put_on_ticket(
        session,
        ticket,
        person,
        MailContent(
            TemplateName.STATUS_CHANGED_CUSTOMER,
            answer_subject(ticket.subject),
            {"status": ticket.status_for_customers},
            thread_to(session, ticket, person),
        ),
        now=now,
    )


def tell_staff(
    session: Session,
    ticket: Ticket,
    person: Person,
    *,
    template: TemplateName,
    values: dict[str, Any],
    now: datetime,
    private_to: Comment | None = None,
) -> OutboundMail:
    """Tell a member of staff of something on a ticket. Their answer goes to the customer.

    :param private_to: the internal note that the mail tells of. Then it carries neither a reply
        address nor an ID that would count as one: what is answered to it stays an internal note.
    """
    return put_on_ticket(
        session,
        ticket,
        person,
        MailContent(
            template,
            ticket.subject,
            values,
            thread_to(session, ticket, person),
            private_to=private_to,
        ),
        now=now,
    )


def send_survey(
    session: Session, ticket: Ticket, now: datetime, *, not_before: datetime
) -> OutboundMail:
    """Ask the requester how it was, at ``not_before``; whether at all:
    :mod:`helpdesk.mail_out.surveys`."""
    return put_on_ticket(
        session,
        ticket,
        ticket.requester,
        MailContent(
            TemplateName.SURVEY_CUSTOMER,
            ticket.subject,
            {},
            thread_to(session, ticket, ticket.requester),
        ),
        now=now,
        not_before=not_before,
    )


def send_tracking_link(
    session: Session, ticket: Ticket, person: Person, now: datetime, *, verified: bool = True
) -> OutboundMail | None:
    """Mail somebody on the ticket their link that works now; None where they had enough of them.

    :param verified: False where who asks has proven nothing: then it carries no words of theirs.
    """
    sent_lately = session.scalar(
        select(func.count())
        .select_from(OutboundMail)
        .where(
            OutboundMail.recipient == person.address,
            OutboundMail.template == TemplateName.TRACKING_LINK,
            OutboundMail.created_at > now - timedelta(hours=1),
        )
    )
    if (
        not can_be_answered(person.address)
        or not person.active
        or not is_told(session, ticket, person)
        or (sent_lately or 0) >= MOST_FRESH_LINKS
    ):
        return None
    return put_on_ticket(
        session,
        ticket,
        person,
        MailContent(
            TemplateName.TRACKING_LINK,
            ticket.subject if verified else "Your link",
            {"verified": verified},
            thread_to(session, ticket, person),
        ),
        now=now,
    )


def recipients_of(
    session: Session, ticket: Ticket, kind: NotificationKind = NotificationKind.COMMENT
) -> Sequence[Person]:
    """Who gets a public answer: the requester first, then those in copy who are not pending.

    :param kind: a name of ``notification_kinds.CUSTOMER_KINDS``; who has switched it off gets none.
    """
    people = session.scalars(
        select(Person)
        .join(Participant, Participant.person_id == Person.id)
        .where(
            Participant.ticket_id == ticket.id,
            Participant.pending.is_(False),
            Person.active.is_(True),
        )
        .order_by(Participant.id)
    ).all()
    return [
        person
        for person in people
        if can_be_answered(person.address) and is_notified_of(kind, person, ticket.mailbox)
    ]


def put_on_ticket(
    session: Session,
    ticket: Ticket,
    person: Person,
    content: MailContent,
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> OutboundMail:
    """Put a mail on a ticket into the outbox, with a Message-ID and a reply address of its own.

    :raises InvalidInput: (``folder``) the ticket is in spam, and they are not staff.
    """
    mail = _mail_on_ticket(session, ticket, person, content)
    row = outbox.put(session, mail, now=now, not_before=not_before)
    _index(session, ticket, mail, content.private_to, is_aside=content.is_aside)
    return row


def _mail_on_ticket(
    session: Session, ticket: Ticket, person: Person, content: MailContent
) -> OutgoingMail:
    check_is_mailed(ticket, person)
    mailbox = mailbox_for(session, ticket)
    token = links.reply_token(secret_of(session), ticket.id, person.id, ticket.link_generation)
    return OutgoingMail(
        template=content.template,
        values={"ticket_number": ticket.number, **content.values},
        recipient=Recipient.of(person),
        subject=subject_with_number(content.subject, ticket.number),
        message_id=own_message_id(session, mailbox, ticket.id, person.id),
        mailbox_id=mailbox.id,
        ticket_id=ticket.id,
        comment_id=content.comment.id if content.comment else None,
        in_reply_to=content.thread.in_reply_to,
        references=content.thread.references,
        reply_to="" if content.private_to else links.reply_address(mailbox.address, token),
    )


def _index(
    session: Session,
    ticket: Ticket,
    mail: OutgoingMail,
    private_to: Comment | None = None,
    *,
    is_aside: bool = False,
) -> None:
    """Enter the mail into the thread index: an answer to it leads to the ticket.

    Who stands apart is no recipient of the conversation's thread: as a stranger with a reply
    address they write to staff alone.
    """
    note_mail(
        session,
        ticket,
        mail.message_id,
        comment_id=private_to.id if private_to else mail.comment_id,
        recipients=[] if is_aside else [mail.recipient.address],
        minted_for_id=None if private_to else mail.recipient.person_id,
        may_be_known=False,
    )


def answer_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
