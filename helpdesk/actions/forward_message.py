"""Forward a message of a ticket to somebody outside, with its files and a covering note.

On the ticket it is a message of staff that customers do not see. Who gets it stands apart: what
they answer comes to the ticket as of a stranger with a reply address, for staff alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.mail_out.answer_mails import pairs_of, send_forward
from helpdesk.mail_out.template_values import ForwardedMessage
from helpdesk.models import Attachment, Comment, Person
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, known_id, open_ticket_for_change
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import Body, StoredFile
from helpdesk.tickets.secrets import without_secrets
from helpdesk.tickets.typed_people import typed_people
from helpdesk.tickets.written_to import WrittenTo
from helpdesk.vocabulary import MessageKind, Source


@dataclass(frozen=True)
class Forward:
    """What is to be forwarded, as somebody asks for it."""

    comment_id: int
    to: str
    """Addresses, as they are typed."""
    note: str = ""
    file_ids: Collection[int] | None = None
    """Those of its files that go along; None for all."""
    may_undo: bool = False
    """It leaves after the writer's own time to undo it (:mod:`helpdesk.actions.take_back`)."""


def forward_message(
    session: Session, actor: Actor, ticket: TicketRef, forward: Forward, *, now: datetime
) -> Comment:
    """Mail a message to each of these people, and record it on the ticket.

    :raises NotFound: there is no such message on this ticket.
    :raises NotAllowed, TicketMerged:
    :raises InvalidInput: (``to``, ``note``, ``message``)
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    if actor.person_id is None:
        raise NotAllowed("Only a person may forward a message.")
    message = forwardable(session, ticket.id, forward.comment_id)
    people, note = _checked(session, forward, now)
    forwarded = forwarded_of(message)
    files = [
        file
        for file in message.attachments
        if forward.file_ids is None or file.id in forward.file_ids
    ]
    block = as_text(forwarded)
    author = session.get_one(Person, actor.person_id)
    undo = timedelta(seconds=author.undo_seconds if forward.may_undo else 0)
    draft = CommentDraft(
        actor.person_id,
        Body(text=f"{note}\n\n{block}".strip(), reply=note, quoted=block),
        Source.WEB,
        from_staff=True,
        internal=True,
        staff_annotation="The customer sees neither this nor the answer to it.",
        files=[_copied(file) for file in files],
        copied=pairs_of(people),
        written_to=WrittenTo(pairs_of(people)),
        leaves_at=now + undo if undo else None,
    )
    comment = add_comment(session, ticket, draft, now)
    send_forward(session, ticket, comment, author, people, forwarded, now)
    return comment


def _checked(session: Session, forward: Forward, now: datetime) -> tuple[list[Person], str]:
    """Who gets it, and the note.

    :raises InvalidInput: naming each field that does not hold.
    """
    fields = validation.Fields()
    people, note = [], forward.note.strip()
    with fields:
        people = typed_people(session, forward.to, "to", now)
        if not people:
            raise InvalidInput("to", "Say who gets it: a mail address.")
    with fields:
        note = validation.message(note, "note") if note else ""
    fields.check()
    return people, note


def forwardable(session: Session, ticket_id: int, comment_id: int) -> Comment:
    """The message of this ticket, if it may be forwarded.

    :raises NotFound: there is none.
    :raises InvalidInput: (``message``) it is a note of staff, or has not left yet.
    """
    message = session.get(Comment, known_id(comment_id))
    if message is None or message.ticket_id != ticket_id or message.kind == MessageKind.TAKEN_BACK:
        raise NotFound("There is no such message.")
    if message.from_staff and message.internal:
        raise InvalidInput("message", "Internal notes stay inside: copy what others may read.")
    if message.leaves_at is not None:
        raise InvalidInput("message", "This answer has not left yet.")
    return message


def forwarded_of(message: Comment) -> ForwardedMessage:
    """What of a message goes along: who wrote it, when, and what is new in it.

    Not what it quotes, which may be a mail of ours, with the customer's own link in it.
    """
    said = message.reply_text.strip() or message.text.strip()
    text = without_secrets("\n\n".join(filter(None, (said, message.signature_text.strip()))))
    author = message.author
    name = address = ""  # no mail of ours carries a name that nothing proves
    if author is not None:
        name = author.name_for_customers if message.from_staff else author.name
        address = "" if message.from_staff else author.address
    return {
        "author_name": name,
        "author_address": address,
        "at": message.created_at.isoformat(),
        "text": text,
    }


def as_text(forwarded: ForwardedMessage) -> str:
    """The message as it stands under the covering note on the desk."""
    who = " ".join(filter(None, (forwarded["author_name"], forwarded["author_address"]))) or "us"
    at = datetime.fromisoformat(forwarded["at"])
    return f"From: {who}\nDate: {at:%d %b %Y, %H:%M} UTC\n\n{forwarded['text']}"


def _copied(file: Attachment) -> StoredFile:
    return StoredFile(file.filename, file.content_type, file.size, file.sha256)
