"""The mails that staff write: of an answer one to each on the ticket, and one to each in copy; of a
message that is forwarded, one to each who gets it.

Who is in copy of one answer is on the ticket no more than before. They get what it says and its
files; no earlier message, and no link to the rest. What they answer only staff see, as of anybody
who holds a reply address and is not on the ticket: it tells nobody that they were in copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.mail_in.thread_index import Thread, thread_to
from helpdesk.mail_out.answer_values import answer_values, attached_file
from helpdesk.mail_out.template_values import ForwardedMessage, NamedRecipient
from helpdesk.mail_out.templates import TemplateName
from helpdesk.mail_out.ticket_mails import (
    MailContent,
    answer_subject,
    put_on_ticket,
    recipients_of,
)
from helpdesk.models import Comment, OutboundMail, Person, Ticket
from helpdesk.tickets.typed_people import Copies
from helpdesk.tickets.written_to import NamedPair, WrittenTo


def send_answer(
    session: Session,
    ticket: Ticket,
    comment: Comment,
    author: Person,
    now: datetime,
    *,
    not_before: datetime | None = None,
    copies: Copies | None = None,
) -> list[OutboundMail]:
    """Put a staff answer into the outbox: one mail a recipient, each with an ID of its own. The
    comment keeps to whom it was written.

    :param not_before: when they may leave, for undo and "send later"; at once if not given.
    :param copies: who gets this answer in copy.
    """
    copies = copies or Copies()
    people = [one for one in recipients_of(session, ticket) if one.id != author.id]
    values = answer_values(
        session,
        ticket,
        text=comment.reply_text or comment.text,
        author_name=author.name_for_customers,
        files=comment.attachments,
        before_id=comment.id,
    )
    if copies.cc:
        values["cc"] = [_named(person) for person in copies.cc]
    comment.written_to = WrittenTo(
        pairs_of(people), pairs_of(copies.cc), pairs_of(copies.bcc)
    ).as_dict()
    answers = [_answer(session, ticket, comment, person, values) for person in people]
    in_copy = _copy_values(values, people)
    answers += [
        replace(_answer(session, ticket, comment, person, in_copy), is_aside=True)
        for person in copies.everybody
    ]
    recipients = (*people, *copies.everybody)
    return [
        put_on_ticket(session, ticket, person, content, now=now, not_before=not_before)
        for person, content in zip(recipients, answers, strict=True)
    ]


def send_forward(
    session: Session,
    ticket: Ticket,
    comment: Comment,
    author: Person,
    people: Iterable[Person],
    forwarded: ForwardedMessage,
    now: datetime,
) -> list[OutboundMail]:
    """Put a message that is forwarded into the outbox, a mail to each.

    Staff are sent no reply address: theirs would have their answer go to the customer.

    :param comment: how it stands on the ticket: its note, the files that go along, and when it
        may leave.
    """
    values = {
        "text": comment.reply_text,
        "author_name": author.name_for_customers,
        "attachments": [attached_file(file) for file in comment.attachments],
        "forwarded": forwarded,
        "in_copy": True,
    }
    return [
        put_on_ticket(
            session,
            ticket,
            person,
            MailContent(
                TemplateName.MESSAGE_FORWARDED_OUTSIDE,
                ticket.subject,
                values,
                Thread("", []),
                comment=comment,
                private_to=comment if person.is_staff else None,
                is_aside=True,
            ),
            now=now,
            not_before=comment.leaves_at,
        )
        for person in people
    ]


def _answer(
    session: Session, ticket: Ticket, comment: Comment, person: Person, values: dict[str, Any]
) -> MailContent:
    return MailContent(
        TemplateName.COMMENT_ADDED_CUSTOMER,
        # What a conversation begins with answers nothing.
        ticket.subject if comment.opening else answer_subject(ticket.subject),
        values,
        thread_to(session, ticket, person),
        comment=comment,
    )


def _copy_values(values: dict[str, Any], people: list[Person]) -> dict[str, Any]:
    """What somebody in copy gets of an answer."""
    given = {name: value for name, value in values.items() if name != "quoted"}
    if people:
        given["to"] = _named(people[0])
    return {**given, "in_copy": True}


def _named(person: Person) -> NamedRecipient:
    """Name and address as the others' mails show them: of staff the first name alone."""
    name = person.name_for_customers if person.is_staff else person.name_in_mails
    return {"name": name, "address": person.address}


def pairs_of(people: Iterable[Person]) -> tuple[NamedPair, ...]:
    """Name and address of each."""
    return tuple((person.name, person.address) for person in people)
