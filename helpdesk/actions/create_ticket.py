"""Create a ticket: a customer's own (web, API), a visitor's, what staff open for somebody, or one
that they begin by writing to a customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from helpdesk import validation
from helpdesk.actions.assign_team import begin_in_team
from helpdesk.actions.change_folder import put_in
from helpdesk.actions.change_ticket import give_to
from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import SYSTEM, VISITOR, Actor
from helpdesk.detected_language import detected_language
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.languages import translated
from helpdesk.mail_out import ticket_mails
from helpdesk.mail_out.answer_mails import send_answer
from helpdesk.mail_out.notifications import notify
from helpdesk.models import (
    Comment,
    HistoryField,
    Mailbox,
    NotificationKind,
    Participant,
    ParticipantRole,
    Person,
    Ticket,
)
from helpdesk.rows import add_now, insert_row
from helpdesk.text import clean_line, preview
from helpdesk.tickets.access import check_staff
from helpdesk.tickets.acts import BEGUN
from helpdesk.tickets.categories import check_category
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import StoredFile, plain_body
from helpdesk.tickets.custom_fields import (
    FieldValue,
    FieldView,
    fields_on,
    put_value,
    read_values,
)
from helpdesk.tickets.desk_settings import desk_settings
from helpdesk.tickets.folders import is_blocked
from helpdesk.tickets.history import record_change
from helpdesk.tickets.mailboxes import all_mailboxes, first_mailbox, is_ours
from helpdesk.tickets.numbers import next_number
from helpdesk.tickets.orders import NOT_FOUND, order_of
from helpdesk.tickets.people import person_for
from helpdesk.vocabulary import (
    PRIORITIES,
    Folder,
    MailboxRight,
    Priority,
    Role,
    Source,
    Status,
    mark,
)


@dataclass(frozen=True)
class TicketDraft:
    """A ticket as somebody asks for it: nothing of it is checked yet."""

    subject: str
    description: str
    category: str = "other"
    priority: str = Priority.MEDIUM
    order_number: str = ""
    customer: str = ""
    """The requester's address, if not the actor's own; a visitor's is not proven."""
    customer_name: str = ""
    mailbox_id: int | None = None
    """The mailbox that it is for; None for the first one that the actor may write to."""
    files: Iterable[StoredFile] = ()
    source: Source = Source.WEB
    write_to: bool = False
    """The description is a message of staff to the requester, and is mailed to them."""
    may_undo: bool = False
    """That message leaves after the writer's own time to undo it
    (:mod:`helpdesk.actions.take_back`); customers see nothing of it before."""
    language: str = ""
    """What the requester reads, where it can be told; kept if we did not know."""
    custom: Mapping[str, str] = field(default_factory=dict)
    """What stands in the fields that the team has made: by the name of its input in a form, or by
    its key."""


@dataclass(frozen=True)
class TicketStart:
    """What a ticket begins with, all of it checked."""

    requester: Person
    subject: str
    mailbox_id: int | None
    category: str = "other"
    priority: str = Priority.MEDIUM
    order_id: int | None = None
    claimed_name: str = ""
    written_from: str = ""
    """The address that its mail came from, which may be another than the requester's."""
    """What the requester calls themselves, where nothing proves it."""
    opening: str | None = None
    """What the queue shows of the comment that is written next: empty where customers do not see
    that; None where no such comment is written. Whoever writes it, it is no answer: staff open
    tickets for people on the phone."""
    language: str = ""
    """That its requester writes, where that is known already."""
    custom: tuple[tuple[FieldView, FieldValue], ...] = ()
    """What stands in the fields that the team has made."""
    hand_out: bool = True
    """Whether its team hands it out, where it does; False where it is known whose it is."""
    team_id: int | None = None
    """The team that it begins in; None for that of its mailbox, if it has one."""


def create_ticket(
    session: Session,
    actor: Actor,
    draft: TicketDraft,
    *,
    acknowledge: bool = True,
    now: datetime,
) -> Ticket:
    """Create a ticket, acknowledged to its requester by mail.

    :param acknowledge: False where staff would rather not mail the requester of it.
    :raises InvalidInput: fields do not hold; ``each`` names them as the API does.
    :raises NotAllowed: the actor may not create tickets, or not for others.
    """
    start, text = _checked(session, actor, draft, now)
    leaves_at = _time_to_leave(session, actor, draft, now)
    if leaves_at:
        start = replace(start, opening="")
    requester = start.requester
    requester.language = requester.language or draft.language
    is_visitor = actor == VISITOR
    actor = Actor(requester.id, Role.CUSTOMER) if is_visitor else actor
    ticket = begin_ticket(session, actor, start, now)
    opening = CommentDraft(
        actor.person_id,
        plain_body(text),
        draft.source,
        opening=True,
        from_staff=actor.is_staff and requester.id != actor.person_id,
        unverified=is_visitor,
        claimed_name=start.claimed_name,
        files=draft.files,
        leaves_at=leaves_at,
    )
    comment = add_comment(session, ticket, opening, now)
    if draft.write_to:
        _write_to(session, actor, ticket, comment, now)
        return ticket
    if acknowledge or not actor.is_staff:
        ticket_mails.acknowledge(session, ticket, verified=not is_visitor, now=now)
    event = NotificationKind.NEW_TICKET
    notify(session, event, ticket, by_id=actor.person_id, comment_id=comment.id, now=now)
    return ticket


def _write_to(
    session: Session, actor: Actor, ticket: Ticket, comment: Comment, now: datetime
) -> None:
    """Mail the opening message to the requester: it is their turn, and nobody was kept waiting.

    :raises InvalidInput: (``customer``) no mail can go to them.
    """
    author = session.get_one(Person, actor.person_id)
    if not [one for one in ticket_mails.recipients_of(session, ticket) if one.id != author.id]:
        raise InvalidInput("customer", "No mail goes to this person. Name another address.")
    ticket.answered, ticket.first_response_at = True, now
    walk_status(session, ticket, actor, Status.WAITING, now, BEGUN)
    if desk_settings(session).answering_takes:
        give_to(session, actor, ticket, author, BEGUN, now)
    send_answer(session, ticket, comment, author, now, not_before=comment.leaves_at)


def _time_to_leave(
    session: Session, actor: Actor, draft: TicketDraft, now: datetime
) -> datetime | None:
    """When the message of staff leaves that it begins with; None for at once."""
    if not (draft.write_to and draft.may_undo):
        return None
    seconds = session.get_one(Person, actor.person_id).undo_seconds
    return now + timedelta(seconds=seconds) if seconds else None


def begin_ticket(session: Session, actor: Actor, start: TicketStart, now: datetime) -> Ticket:
    """Add the row, its number, its requester and the first line of its history; no comment yet."""
    ticket = Ticket(
        number=next_number(session, now),
        subject=start.subject,
        category=start.category,
        priority=start.priority,
        order_id=start.order_id,
        mailbox_id=start.mailbox_id,
        requester_id=start.requester.id,
        claimed_name=start.claimed_name,
        language=start.language,
        preview=preview(start.opening or ""),
        comment_count=0 if start.opening is None else 1,
        waiting_since=now,
        created_at=now,
        updated_at=now,
    )
    add_now(session, ticket)
    set_committed_value(ticket, "requester", start.requester)
    insert_row(
        session,
        Participant,
        ticket_id=ticket.id,
        person_id=start.requester.id,
        role=ParticipantRole.REQUESTER,
        added_at=now,
    )
    for own, value in start.custom:
        put_value(session, ticket.id, own, value)
    record_change(session, ticket, actor, HistoryField.STATUS, "", Status.OPEN, now)
    senders = {start.requester.address, start.written_from or start.requester.address}
    if not actor.is_staff and any(is_blocked(session, sender) for sender in senders):
        put_in(session, SYSTEM, ticket, Folder.SPAM, now, "the sender is blocked")
    mailbox = session.get(Mailbox, ticket.mailbox_id) if ticket.mailbox_id else None
    team_id = start.team_id or (mailbox.team_id if mailbox else None)
    if team_id is not None:
        begin_in_team(session, ticket, team_id, now, start.hand_out)
    return ticket


def _checked(
    session: Session, actor: Actor, draft: TicketDraft, now: datetime
) -> tuple[TicketStart, str]:
    """What the ticket begins with, and the text of its first comment.

    :raises InvalidInput: naming all the fields that do not hold at once.
    """
    if draft.write_to:
        check_staff(actor, "Only staff write to customers.")
    longest = validation.ANSWER_LENGTH if draft.write_to else validation.TEXT_LENGTH[1]
    fields = validation.Fields()
    with fields:
        subject = validation.subject(draft.subject)
    with fields:
        text = validation.message(draft.description, "description", longest)
    with fields:
        check_category(session, draft.category)
    with fields:
        validation.one_of(draft.priority, PRIORITIES, "priority")
    mailbox_id: int | None = None
    custom: tuple[tuple[FieldView, FieldValue], ...] = ()
    with fields:
        mailbox_id = _mailbox_for(session, actor, draft.mailbox_id).id
        custom = _custom(session, actor, draft, mailbox_id, fields)
    with fields:
        requester = _requester(session, actor, draft.customer, draft.customer_name, now)
        order_id = _order_of(session, actor, requester, draft.order_number)
    fields.check()
    if actor == VISITOR:
        text += _named_order(draft)
    start = TicketStart(
        requester,
        subject,
        mailbox_id,
        draft.category,
        draft.priority,
        order_id,
        claimed_name=clean_line(draft.customer_name, 120) if actor == VISITOR else "",
        opening=plain_body(text).listed,
        language="" if actor.is_staff else detected_language(text),
        custom=custom,
    )
    return start, text


def _custom(
    session: Session, actor: Actor, draft: TicketDraft, mailbox_id: int, fields: validation.Fields
) -> tuple[tuple[FieldView, FieldValue], ...]:
    """What stands in the fields that the team has made. Customers fill in those of the form, and
    must some; staff, who may not know yet, none.
    """
    known = fields_on(session, mailbox_id)
    if not actor.is_staff:
        known = tuple(one for one in known if one.on_form)
    asked = not actor.is_staff and draft.source == Source.WEB
    values, wrong = read_values(known, dict(draft.custom), demanded=asked)
    for problem in wrong:
        with fields:
            raise problem
    return tuple((one, values[one.id]) for one in known if one.id in values)


def _mailbox_for(session: Session, actor: Actor, wanted: int | None) -> Mailbox:
    """The mailbox that a ticket is for. Customers write to those whose form is open.

    :raises InvalidInput: there is no such mailbox, or none that they may write to.
    """
    first, boxes = first_mailbox(session), list(all_mailboxes(session).values())
    if actor == VISITOR or actor.role == Role.CUSTOMER:
        boxes = [box for box in boxes if box.has_form]
        if not boxes:
            raise InvalidInput("mailbox", mark("The form is closed. Please write us a mail."))
        first = next((box for box in boxes if box.public), boxes[0])
    if actor.is_staff and not actor.sees_all:
        boxes = [box for box in boxes if actor.may(box.id, MailboxRight.ANSWER)]
        if not boxes:
            raise InvalidInput("mailbox", "You may open tickets in no mailbox.")
        first = boxes[0]
    if wanted is None:
        return first
    for box in boxes:
        if box.id == wanted:
            return box
    raise InvalidInput("mailbox", mark("There is no such mailbox. Choose another one."))


def _requester(
    session: Session, actor: Actor, customer: str, customer_name: str, now: datetime
) -> Person:
    if actor.ticket_id is not None:
        raise NotAllowed(
            "A tracking link is good for its own ticket only. Write us a mail instead."
        )
    if actor == VISITOR and is_ours(session, customer):
        raise InvalidInput("customer", mark("This is our own address. Please type yours."))
    if customer or actor == VISITOR:
        if not actor.is_staff and actor != VISITOR:
            raise NotAllowed("Only staff may create a ticket for someone else.")
        try:
            # What is typed into the form names nobody: it stands on the ticket alone.
            name = "" if actor == VISITOR else customer_name
            return person_for(session, customer, name, now)
        except InvalidInput as problem:
            raise InvalidInput("customer", problem.message) from None
    if actor.is_staff:
        raise InvalidInput("customer", "Name the customer: the address of whom it is for.")
    person = session.get(Person, actor.person_id) if actor.person_id else None
    if person is None or not person.active:
        raise NotAllowed("Sign in first.")
    return person


def _order_of(session: Session, actor: Actor, requester: Person, number: str) -> int | None:
    """The requester's order of this number. Another's and none at all get the same words.

    A visitor, whose address is not proven, gets none: they must not learn whose order it is.

    :raises InvalidInput: the requester has no such order.
    """
    if not number.strip():
        return None
    found = order_of(session, requester.id, [number])
    if found is None and actor != VISITOR:
        raise InvalidInput("order_id", NOT_FOUND)
    return found.id if found else None


def _named_order(draft: TicketDraft) -> str:
    """The order that a visitor named, as a last line of their message: also where we know none."""
    number = clean_line(draft.order_number, 64)
    line = translated(draft.language, mark("Order number: {number}"))
    return f"\n\n{line.replace('{number}', number)}" if number else ""
