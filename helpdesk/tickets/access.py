"""Who may see a ticket and write on it; and the ticket, fetched and locked for a change."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.actor import Actor, rights_of
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import Comment, InboundMail, OutboundMail, Participant, Person, Ticket
from helpdesk.text import bounded_int
from helpdesk.tickets.merged import check_goes_on_here
from helpdesk.vocabulary import MailboxRight, MessageKind, Role

TicketRef = int | str | Ticket
"""How an action is told which ticket it is about."""
STAFF_ONLY = "Only staff may change this."
LACKS_RIGHT = {
    MailboxRight.SEE: "There is no such ticket.",
    MailboxRight.ANSWER: "You may read the tickets of this mailbox, and not change them.",
    MailboxRight.MANAGE: "You may not decide about the mail of this mailbox.",
}
_Statement = TypeVar("_Statement", bound=Select[*tuple[Any, ...]])


def actor_of(person: Person) -> Actor:
    """The actor that a signed-in person is. Someone deactivated may do nothing."""
    role = person.role if person.active else Role.NOBODY
    return Actor(person.id, role, rights=rights_of(role, person.mailbox_rights))


def visible(
    mailbox_ids: tuple[int, ...] | None, mailbox: Any = None
) -> tuple[ColumnElement[bool], ...]:
    """What a ticket must meet that one of staff may see: nothing more, where they see all.

    The one place that says so: every list, count and search of tickets for staff is narrowed by it,
    and :func:`may_see` says the same of a ticket.

    :param mailbox_ids: ``Actor.mailbox_ids``.
    :param mailbox: the column of the mailbox's id, where it is not the ticket's own.
    """
    column = Ticket.mailbox_id if mailbox is None else mailbox
    return () if mailbox_ids is None else (column.in_(mailbox_ids),)


def mails_of(mailbox_ids: tuple[int, ...] | None) -> tuple[ColumnElement[bool], ...]:
    """What an inbound mail must meet that one of staff may see: it is on a ticket that they see, or
    on none and came to a mailbox of theirs.
    """
    if mailbox_ids is None:
        return ()
    on_ticket = exists().where(Ticket.id == InboundMail.ticket_id, *visible(mailbox_ids))
    on_ticket = on_ticket.correlate(InboundMail)
    to_mailbox = InboundMail.mailbox_id.in_(mailbox_ids)
    return (or_(on_ticket, and_(InboundMail.ticket_id.is_(None), to_mailbox)),)


def mails_from(mailbox_ids: tuple[int, ...] | None) -> tuple[ColumnElement[bool], ...]:
    """What an outbound mail must meet that one of staff may see: as :func:`mails_of`."""
    if mailbox_ids is None:
        return ()
    on_ticket = exists().where(Ticket.id == OutboundMail.ticket_id, *visible(mailbox_ids))
    on_ticket = on_ticket.correlate(OutboundMail)
    from_mailbox = OutboundMail.mailbox_id.in_(mailbox_ids)
    return (or_(on_ticket, and_(OutboundMail.ticket_id.is_(None), from_mailbox)),)


def only_visible(statement: _Statement, actor: Actor) -> _Statement:
    """The statement, which reads tickets, narrowed to those that one of staff may see."""
    narrowed = visible(actor.mailbox_ids)
    return statement.where(*narrowed) if narrowed else statement


def find_inbound(
    session: Session,
    actor: Actor,
    mail_id: int,
    right: MailboxRight = MailboxRight.SEE,
    *,
    lock: bool = False,
) -> InboundMail:
    """The inbound mail of this id, if this one of staff has a right in the mailbox that it, or the
    ticket that it is on, belongs to.

    :param lock: until the transaction ends.
    :raises NotFound: there is none, or not for this actor.
    :raises NotAllowed: they may see it, and no more.
    """
    mail = session.get(InboundMail, known_id(mail_id), with_for_update=lock)
    if mail is None:
        raise NotFound("There is no such mail.")
    _check_mail(session, actor, mail, right, "There is no such mail.")
    return mail


def find_outbound(
    session: Session,
    actor: Actor,
    mail_id: int,
    right: MailboxRight = MailboxRight.SEE,
    *,
    lock: bool = False,
) -> OutboundMail:
    """The mail of the outbox of this id, as :func:`find_inbound`.

    :raises NotFound, NotAllowed:
    """
    missing = "There is no such mail in the outbox."
    mail = session.get(OutboundMail, known_id(mail_id), with_for_update=lock)
    if mail is None:
        raise NotFound(missing)
    _check_mail(session, actor, mail, right, missing)
    return mail


def _check_mail(
    session: Session,
    actor: Actor,
    mail: InboundMail | OutboundMail,
    right: MailboxRight,
    missing: str,
) -> None:
    if actor.sees_all:
        return
    ticket = session.get(Ticket, mail.ticket_id) if mail.ticket_id else None
    mailbox_id = ticket.mailbox_id if ticket else mail.mailbox_id
    if not actor.may(mailbox_id):
        raise NotFound(missing)
    if not actor.may(mailbox_id, right):
        raise NotAllowed(LACKS_RIGHT[right])


def check_staff(actor: Actor, refusal: str, *, or_system: bool = False) -> None:
    """Let staff pass.

    :param or_system: let Postdesk itself pass, too: for what the operator does by a command.
    :raises NotAllowed: with these words, for everybody else.
    """
    if not (actor.is_staff or (or_system and actor.role == Role.SYSTEM)):
        raise NotAllowed(refusal)


def check_decides_about_mail(actor: Actor, refusal: str) -> None:
    """Let Postdesk itself pass, and staff who decide about held mail: what they say of a sender
    counts for all mailboxes.

    :raises NotAllowed: to everybody else; with these words, where they are no staff.
    """
    check_staff(actor, refusal, or_system=True)
    if not actor.decides_about_mail:
        raise NotAllowed("You may not decide about held mail, nor whose mail is accepted.")


def ticket_for_change(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    *,
    staff_only: str = "",
    or_system: bool = False,
) -> Ticket:
    """Return the ticket, locked until the transaction ends, if the actor may write on it.

    Staff may write on the tickets of mailboxes that they may answer in; a customer on those they
    are on, or came to by a tracking link. Anything else does not exist for them.

    :param ticket: its id or its number; or the ticket itself, where another action locked it in
        this transaction, and does this as a part of its own.
    :param staff_only: the words that refuse everybody but staff, who may do this alone.
    :param or_system: Postdesk itself may do what is for staff only, too.
    :raises NotFound: where there is no such ticket for this actor.
    :raises NotAllowed: the actor is not staff, or may only read the mailbox's tickets.
    """
    found = ticket if isinstance(ticket, Ticket) else _locked(session, ticket)
    if found is None or not may_see(session, found, actor):
        raise NotFound("There is no such ticket.")
    if staff_only:
        check_staff(actor, staff_only, or_system=or_system)
    if not actor.may(found.mailbox_id, MailboxRight.ANSWER):
        raise NotAllowed(LACKS_RIGHT[MailboxRight.ANSWER])
    return found


def open_ticket_for_change(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    *,
    staff_only: str = "",
    or_system: bool = False,
) -> Ticket:
    """Return the ticket as :func:`ticket_for_change` does, if its conversation goes on in it.

    :raises NotFound, NotAllowed:
    :raises TicketMerged: it was merged into another one.
    """
    found = ticket_for_change(session, actor, ticket, staff_only=staff_only, or_system=or_system)
    check_goes_on_here(session, found)
    return found


def find_ticket(
    session: Session, actor: Actor, key: int | str, right: MailboxRight = MailboxRight.SEE
) -> Ticket:
    """Return the ticket of this number or id, not locked, if the actor may see it.

    :param right: what one of staff must have in its mailbox, for a form of what that is needed for.
    :raises NotFound: there is none, or not for this actor.
    :raises NotAllowed: they may see it, and no more.
    """
    if isinstance(key, int):
        found = session.get(Ticket, known_id(key))
    else:
        found = session.scalar(select(Ticket).where(_is_named(key)))
    if found is None or not may_see(session, found, actor):
        raise NotFound("There is no such ticket.")
    if not actor.may(found.mailbox_id, right):
        raise NotAllowed(LACKS_RIGHT[right])
    return found


def _locked(session: Session, key: int | str) -> Ticket | None:
    # Read anew under the lock: what the session had loaded before may be out of date by now.
    if isinstance(key, int):
        return session.get(Ticket, known_id(key), with_for_update=True)
    named = select(Ticket).where(_is_named(key)).with_for_update()
    return session.scalar(named.execution_options(populate_existing=True))


def _is_named(key: str) -> ColumnElement[bool]:
    return or_(Ticket.number == key.upper(), Ticket.id == id_written(key))


def known_id(number: int) -> int:
    """An id that a database can look up; others, from an address typed by hand, become 0."""
    return number if 0 < number < 2**63 else 0


def id_written(text: str) -> int:
    """Return the id that a text writes; 0, which no row has, where it writes none."""
    return bounded_int(text, most=2**63 - 1) or 0


def may_be_given(actor: Actor, mailbox_id: int | None) -> bool:
    """Whether a mailbox's tickets can be one of staff's: they may answer there. It is the one rule
    for what menus offer, commands take and actions let pass."""
    return actor.is_staff and actor.may(mailbox_id, MailboxRight.ANSWER)


def may_see(session: Session, ticket: Ticket, actor: Actor) -> bool:
    """Whether the actor may see the ticket and write on it."""
    if actor.is_staff or actor.role == Role.SYSTEM:
        return actor.may(ticket.mailbox_id)
    if actor.ticket_id is not None:
        return actor.ticket_id == ticket.id
    if actor.role != Role.CUSTOMER or actor.person_id is None:
        return False
    return is_open_to(session, ticket, actor.person_id)


def is_open_to(session: Session, ticket: Ticket, person_id: int) -> bool:
    """Whether the ticket is this customer's to see: they are on it, and it has begun for them."""
    on_it = ticket.requester_id == person_id or is_participant(session, ticket.id, person_id)
    return on_it and bool(session.scalar(select(has_begun(ticket.id))))


def has_begun(
    ticket_id: ColumnElement[int] | InstrumentedAttribute[int] | int,
) -> ColumnElement[bool]:
    """Return that a ticket is there for its customers: not one that staff begin by writing to
    them, before that message leaves, or after it was taken back.
    """
    here = Comment.ticket_id == ticket_id
    is_unsaid = or_(Comment.leaves_at.is_not(None), Comment.kind == MessageKind.TAKEN_BACK)
    is_aside = Comment.side_conversation_id.is_not(None)
    is_note = or_(and_(Comment.from_staff.is_(True), Comment.internal.is_(True)), is_aside)
    return or_(exists().where(here, ~is_unsaid, ~is_note), ~exists().where(here, is_unsaid))


def is_participant(session: Session, ticket_id: int, person_id: int) -> bool:
    """Whether the person is on the ticket. Someone pending is not: they see nothing yet."""
    found = session.scalar(
        select(Participant.id).where(
            Participant.ticket_id == ticket_id,
            Participant.person_id == person_id,
            Participant.pending.is_(False),
        )
    )
    return found is not None
