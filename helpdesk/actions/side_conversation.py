"""Ask somebody outside from within a ticket: a supplier, a carrier. Neither they nor the customer
ever see the other's words, address or files, unless staff send these on by hand.

On the ticket each message is one that only staff see. What is answered comes by the side
conversation's own reply addresses (:mod:`helpdesk.actions.file_side_mail`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.mail_out.answer_mails import pairs_of
from helpdesk.mail_out.side_mails import send_in_side
from helpdesk.models import Attachment, Comment, Person, SideConversation, SidePerson, Ticket
from helpdesk.tickets import search
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, known_id, open_ticket_for_change
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import StoredFile, plain_body
from helpdesk.tickets.queue_row import note_someone_else
from helpdesk.tickets.side_people import check_stands_apart, people_in
from helpdesk.tickets.typed_people import typed_people
from helpdesk.tickets.written_to import WrittenTo
from helpdesk.vocabulary import MessageKind, Source


@dataclass(frozen=True)
class SideMessage:
    """What somebody of staff writes in a side conversation."""

    text: str
    _: KW_ONLY
    to: str = ""
    """Addresses, as they are typed. In one that goes on nothing stands for everybody in it."""
    subject: str = ""
    """Of one that begins."""
    files: Iterable[StoredFile] = ()
    file_ids: Collection[int] = ()
    """The files of the ticket that were chosen to go along."""
    source: Source = Source.WEB
    longest: int = validation.ANSWER_LENGTH
    may_undo: bool = False
    """It leaves after the writer's own time to undo it (:mod:`helpdesk.actions.take_back`)."""
    known_customers: Collection[str] | None = None
    """The addresses of customers of ours among its people that its writer was asked about; None
    where nobody is to be asked."""


def start_side_conversation(
    session: Session, actor: Actor, ticket: TicketRef, message: SideMessage, *, now: datetime
) -> Comment:
    """Begin a side conversation with one or several people outside.

    :returns: its first message.
    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: naming each field that does not hold (``to``, ``subject``, ``comment``);
        ``to`` also where a customer is among them who was not asked about.
    """
    ticket = _ticket(session, actor, ticket)
    people, subject = [], ""
    fields = validation.Fields()
    with fields:
        people = _typed(session, actor, ticket, message, now)
        if not people:
            raise InvalidInput("to", "Say who gets it: a mail address.")
    with fields:
        subject = validation.subject(message.subject)
    with fields:
        _text(message)
    fields.check()
    side = SideConversation(
        ticket_id=ticket.id, subject=subject, started_by_id=actor.person_id, created_at=now
    )
    session.add(side)
    session.flush()
    search.add_to_ticket(session, ticket, [subject], first=False)
    return _write(session, actor, ticket, side, people, message, now)


def write_in_side_conversation(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    side_id: int,
    message: SideMessage,
    *,
    now: datetime,
) -> Comment:
    """Write in a side conversation of a ticket; who is named for the first time is in it then.

    :raises NotFound: there is none on this ticket.
    :raises NotAllowed, TicketMerged:
    :raises InvalidInput: as :func:`start_side_conversation`.
    """
    ticket = _ticket(session, actor, ticket)
    side = session.get(SideConversation, known_id(side_id))
    if side is None or side.ticket_id != ticket.id:
        raise NotFound("There is no such side conversation.")
    people: list[Person] = []
    fields = validation.Fields()
    with fields:
        people = _typed(session, actor, ticket, message, now, people_in(session, side.id))
    with fields:
        _text(message)
    fields.check()
    return _write(session, actor, ticket, side, people, message, now)


def _ticket(session: Session, actor: Actor, ticket: TicketRef) -> Ticket:
    found = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    if actor.person_id is None:
        raise NotAllowed("Only a person may write in a side conversation.")
    return found


def _typed(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    message: SideMessage,
    now: datetime,
    already: Collection[Person] = (),
) -> list[Person]:
    """Who gets it: those who are typed, else all who are in it."""
    typed = typed_people(session, message.to, "to", now)
    new = [person for person in typed if person not in already]
    people = typed or list(already)
    check_stands_apart(session, actor, ticket, people, new, message.known_customers)
    return people


def _text(message: SideMessage) -> str:
    return validation.message(message.text, "comment", message.longest)


def _write(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    side: SideConversation,
    people: list[Person],
    message: SideMessage,
    now: datetime,
) -> Comment:
    known = {person.id for person in people_in(session, side.id)}
    for person in people:
        if person.id not in known:
            session.add(SidePerson(side_conversation_id=side.id, person_id=person.id, added_at=now))
    author = session.get_one(Person, actor.person_id)
    undo = timedelta(seconds=author.undo_seconds if message.may_undo else 0)
    draft = CommentDraft(
        actor.person_id,
        plain_body(_text(message)),
        message.source,
        from_staff=True,
        internal=True,
        side_id=side.id,
        files=[*message.files, *_of_ticket(session, ticket, message.file_ids)],
        copied=pairs_of(people),
        written_to=WrittenTo(pairs_of(people)),
        leaves_at=now + undo if undo else None,
    )
    comment = add_comment(session, ticket, draft, now)
    send_in_side(session, ticket, side, comment, author, people, now)
    session.flush()
    note_someone_else(session, ticket)
    return comment


def _of_ticket(session: Session, ticket: Ticket, file_ids: Collection[int]) -> list[StoredFile]:
    """The chosen ones of the files that stand on the ticket; others are nobody's to choose."""
    if not file_ids:
        return []
    chosen = session.scalars(
        select(Attachment)
        .join(Comment, Comment.id == Attachment.comment_id)
        .where(
            Comment.ticket_id == ticket.id,
            Comment.kind != MessageKind.TAKEN_BACK,
            Attachment.id.in_([known_id(one) for one in file_ids]),
        )
        .order_by(Attachment.id)
    )
    return [StoredFile(one.filename, one.content_type, one.size, one.sha256) for one in chosen]
