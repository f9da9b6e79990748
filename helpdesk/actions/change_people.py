"""Change who is on a ticket: add someone, take someone off, change the requester; include those who
are pending.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import (
    Change,
    Comment,
    HistoryField,
    Participant,
    ParticipantRole,
    Person,
    Ticket,
)
from helpdesk.queries.known_people import may_know
from helpdesk.tickets import search
from helpdesk.tickets.access import (
    TicketRef,
    check_staff,
    is_participant,
    known_id,
    ticket_for_change,
)
from helpdesk.tickets.address_owners import check_nobody_is_ours
from helpdesk.tickets.asked_addresses import reopen_taken
from helpdesk.tickets.history import OldRow, record_change
from helpdesk.tickets.participants import add_participant
from helpdesk.tickets.people import person_for
from helpdesk.tickets.queue_row import note_someone_else
from helpdesk.tickets.side_people import check_not_aside

PersonRef = int | Person
"""How an action is told who it is: an id, of which a form may name any; or the person, if somebody
typed their address, or they were on the ticket before."""
INCLUDED, LEFT_OUT = "with the reply", "left out"
DECISIONS = (INCLUDED, LEFT_OUT)
"""The reasons in the history of what an answer's writer decided about pending people."""
_STAFF_ONLY = "Only staff may change who is on a ticket."
_LEAVE_OUT = (
    "{address} is in a side conversation of this ticket, and would read what the customer reads. "
    "Send this without them."
)
_IS_REQUESTER = "They are the requester: make somebody else that first."


def person_named(
    session: Session, actor: Actor, address: str, name: str = "", *, now: datetime
) -> Person:
    """The person at an address that staff typed; a new customer where nobody has it.

    :raises NotAllowed:
    :raises InvalidInput: (``person``) it is no address that mail can go to, or one of ours.
    """
    check_staff(actor, _STAFF_ONLY)
    try:
        return person_for(session, address, name, now)
    except InvalidInput as problem:
        raise InvalidInput("person", problem.message) from None


def add_person_to(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    person: PersonRef,
    *,
    now: datetime,
    reason: str = "",
) -> Person:
    """Put someone onto a ticket, in copy: they get every answer from then on, and may write.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: there is no such person, or not for this actor; or mail cannot reach
        them, or comes to us.
    """
    ticket = ticket_for_change(session, actor, ticket, staff_only=_STAFF_ONLY)
    person = _known(session, actor, ticket, person)
    if not is_participant(session, ticket.id, person.id):
        check_not_aside(session, ticket, [person], "person")
        add_participant(session, ticket, person.id, ParticipantRole.COPY, now)
        before, name = OldRow("", person.id), person.shown_name
        record_change(session, ticket, actor, HistoryField.IN_COPY, before, name, now, reason)
        session.flush()
        note_someone_else(session, ticket)
    return person


def take_person_off(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    person_id: int,
    *,
    now: datetime,
    reason: str = "",
) -> None:
    """Take someone in copy off a ticket: they get no more answers, and their link shows nothing.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: they are the requester, whom a ticket always has.
    """
    ticket = ticket_for_change(session, actor, ticket, staff_only=_STAFF_ONLY)
    rows = {row.person_id: row for row in _participants(session, ticket)}
    row = rows.get(known_id(person_id))
    if row is None:
        return
    if row.role == ParticipantRole.REQUESTER:
        raise InvalidInput("person", _IS_REQUESTER)
    # That a pending person was left out is no step that could be undone: nobody let them in.
    before = OldRow(row.person.shown_name, None if row.pending else row.person_id)
    session.delete(row)
    record_change(session, ticket, actor, HistoryField.IN_COPY, before, "", now, reason)
    session.flush()
    note_someone_else(session, ticket)


def change_requester(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    person: PersonRef,
    *,
    keep_old: bool = True,
    now: datetime,
) -> Person:
    """Make someone else the one who asks.

    :param keep_old: the one who was stays in copy; else they leave the ticket.
    :raises NotFound, NotAllowed:
    :raises InvalidInput: there is no such person, or not for this actor; or mail cannot reach
        them, or comes to us.
    """
    ticket = ticket_for_change(session, actor, ticket, staff_only=_STAFF_ONLY)
    person = _known(session, actor, ticket, person)
    if not keep_old and person.id != ticket.requester_id:
        # Links that went out to them show the ticket no more.
        ticket.link_generation += 1
    make_requester(session, ticket, actor, person, keep_old=keep_old, now=now)
    return person


def restore_requester(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    person_id: int,
    changed_at: datetime,
    *,
    now: datetime,
    reason: str,
) -> None:
    """Make the one who was the requester that again. Whoever came by the change leaves.

    Their links work again, unless the change revoked those of everybody.

    :param changed_at: when they ceased to be.
    :raises InvalidInput: mail cannot reach them any more.
    """
    person, leaves = _reachable(session, session.get(Person, person_id)), ticket.requester
    came = session.scalar(
        select(Participant.added_at).where(
            Participant.ticket_id == ticket.id, Participant.person_id == ticket.requester_id
        )
    )
    make_requester(
        session, ticket, actor, person, keep_old=came != changed_at, now=now, reason=reason
    )
    claimed = session.scalar(
        select(Comment.claimed_name).where(
            Comment.ticket_id == ticket.id,
            Comment.opening.is_(True),
            Comment.author_id == person.id,
        )
    )
    ticket.claimed_name = claimed or ""
    reopen_taken(ticket, [one.address for one in leaves.addresses])


def make_requester(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    person: Person,
    *,
    keep_old: bool,
    now: datetime,
    reason: str = "",
) -> None:
    """Make a person the requester of a ticket that is locked.

    :param keep_old: the one who was stays in copy; else they leave the ticket.
    :raises InvalidInput: (``person``) they are in a side conversation of it.
    """
    old = ticket.requester
    if person.id == old.id:
        return
    check_not_aside(session, ticket, [person], "person")
    rows = {row.person_id: row for row in _participants(session, ticket)}
    if keep_old:
        rows[old.id].role = ParticipantRole.COPY
    else:
        session.delete(rows[old.id])
    add_participant(session, ticket, person.id, ParticipantRole.REQUESTER, now)
    if person.id in rows:
        rows[person.id].role = ParticipantRole.REQUESTER
    ticket.requester, ticket.claimed_name = person, ""
    before, name = OldRow(old.shown_name, old.id), person.shown_name
    record_change(session, ticket, actor, HistoryField.REQUESTER, before, name, now, reason)
    session.flush()
    note_someone_else(session, ticket)
    # It is found by its requester's name and addresses.
    search.index_ticket(session.connection(), ticket.id)


def decide_pending(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    *,
    include: Collection[int],
    leave_out: Collection[int],
    now: datetime,
) -> None:
    """What an answer's writer decided about the people whom a mail named in copy.

    Those who came onto the ticket since they looked are in neither set, and stay pending.

    :raises InvalidInput: (``cc``) one who is included is in a side conversation of it.
    """
    if not include and not leave_out:
        return
    rows = _participants(session, ticket)
    coming = [row.person for row in rows if row.pending and row.person_id in include]
    check_not_aside(session, ticket, coming, "cc", _LEAVE_OUT)
    for row in rows:
        if not row.pending:
            continue
        name, field = row.person.shown_name, HistoryField.IN_COPY
        if row.person_id in include:
            row.pending = False
            before = OldRow("", row.person_id)
            record_change(session, ticket, actor, field, before, name, now, INCLUDED)
        elif row.person_id in leave_out:
            session.delete(row)
            before = OldRow(name, row.person_id)
            record_change(session, ticket, actor, field, before, "", now, LEFT_OUT)
    session.flush()


def decided_with(session: Session, ticket: Ticket, comment: Comment) -> list[Change]:
    """What an answer decided about pending people, as far as nobody changed it since."""
    decided = select(Change).where(
        Change.ticket_id == ticket.id,
        Change.field == HistoryField.IN_COPY,
        Change.old_id.is_not(None),
        Change.created_at >= comment.created_at,
    )
    newest = {one.old_id: one for one in session.scalars(decided.order_by(Change.id))}
    return [
        one
        for one in newest.values()
        if one.created_at == comment.created_at
        and one.changed_by_id == comment.author_id
        and one.reason in DECISIONS
        and one.old_id != ticket.requester_id
    ]


def restore_pending(
    session: Session, ticket: Ticket, actor: Actor, decided: Change, *, now: datetime, reason: str
) -> None:
    """Have someone be pending again whom an answer included, or left out.

    :raises InvalidInput: they are the requester now.
    """
    assert decided.old_id is not None
    rows = {row.person_id: row for row in _participants(session, ticket)}
    row = rows.get(decided.old_id)
    if row is None:
        copy = ParticipantRole.COPY
        add_participant(session, ticket, decided.old_id, copy, now, pending=True)
    elif row.role == ParticipantRole.REQUESTER:
        raise InvalidInput("person", _IS_REQUESTER)
    else:
        row.pending = True
    before = OldRow(decided.new_value, decided.old_id)
    record_change(
        session, ticket, actor, HistoryField.IN_COPY, before, decided.old_value, now, reason
    )
    session.flush()


def _participants(session: Session, ticket: Ticket) -> list[Participant]:
    chosen = select(Participant).where(Participant.ticket_id == ticket.id).order_by(Participant.id)
    return list(session.scalars(chosen))


def _known(session: Session, actor: Actor, ticket: Ticket, person: PersonRef) -> Person:
    if isinstance(person, Person):
        return _reachable(session, person)
    found = session.get(Person, known_id(person))
    if found and not may_know(session, actor, found.id, on=ticket):
        found = None
    return _reachable(session, found)


def _reachable(session: Session, person: Person | None) -> Person:
    if person is None or not person.active or not person.address:
        raise InvalidInput("person", "There is nobody with a mail address like that.")
    check_nobody_is_ours(session, [person], "person")
    return person
