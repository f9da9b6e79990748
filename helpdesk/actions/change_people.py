"""Change who is on a ticket: include those who are pending, add someone, change the requester."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import HistoryField, Participant, ParticipantRole, Person, Ticket
from helpdesk.tickets.access import TicketRef, is_participant, known_id, ticket_for_change
from helpdesk.tickets.address_owners import check_nobody_is_ours
from helpdesk.tickets.history import record_change
from helpdesk.tickets.participants import add_participant
from helpdesk.tickets.queue_row import note_someone_else

_STAFF_ONLY = "Only staff may change who is on a ticket."


def add_person_to(
    session: Session, actor: Actor, ticket: TicketRef, person_id: int, *, now: datetime
) -> Person:
    """Put someone onto a ticket, in copy: they get every answer from then on, and may write.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: there is no such person, or mail cannot reach them, or comes to us.
    """
    ticket = ticket_for_change(session, actor, ticket, staff_only=_STAFF_ONLY)
    person = _someone(session, person_id)
    if not is_participant(session, ticket.id, person.id):
        add_participant(session, ticket, person.id, ParticipantRole.COPY, now)
        record_change(session, ticket, actor, HistoryField.IN_COPY, "", person.shown_name, now)
        note_someone_else(session, ticket)
    return person


def change_requester(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    person_id: int,
    *,
    keep_old: bool = True,
    now: datetime,
) -> Person:
    """Make someone else the one who asks.

    :param keep_old: the one who was stays in copy; else they leave the ticket.
    :raises NotFound, NotAllowed:
    :raises InvalidInput: there is no such person, or mail cannot reach them, or comes to us.
    """
    ticket = ticket_for_change(session, actor, ticket, staff_only=_STAFF_ONLY)
    person = _someone(session, person_id)
    if not keep_old and person.id != ticket.requester_id:
        # Links that went out to them show the ticket no more.
        ticket.link_generation += 1
    make_requester(session, ticket, actor, person, keep_old=keep_old, now=now)
    return person


def make_requester(
    session: Session, ticket: Ticket, actor: Actor, person: Person, *, keep_old: bool, now: datetime
) -> None:
    """Make a person the requester of a ticket that is locked.

    :param keep_old: the one who was stays in copy; else they leave the ticket.
    """
    old = ticket.requester
    if person.id == old.id:
        return
    rows = {row.person_id: row for row in _participants(session, ticket)}
    if keep_old:
        rows[old.id].role = ParticipantRole.COPY
    else:
        session.delete(rows[old.id])
    add_participant(session, ticket, person.id, ParticipantRole.REQUESTER, now)
    if person.id in rows:
        rows[person.id].role = ParticipantRole.REQUESTER
    ticket.requester, ticket.claimed_name = person, ""
    record_change(
        session, ticket, actor, HistoryField.REQUESTER, old.shown_name, person.shown_name, now
    )
    session.flush()
    note_someone_else(session, ticket)


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
    """
    if not include and not leave_out:
        return
    for row in _participants(session, ticket):
        if not row.pending:
            continue
        name = row.person.shown_name
        if row.person_id in include:
            row.pending = False
            record_change(session, ticket, actor, HistoryField.IN_COPY, "", name, now)
        elif row.person_id in leave_out:
            session.delete(row)
            record_change(session, ticket, actor, HistoryField.IN_COPY, name, "", now, "left out")
    session.flush()


def _participants(session: Session, ticket: Ticket) -> list[Participant]:
    chosen = select(Participant).where(Participant.ticket_id == ticket.id).order_by(Participant.id)
    return list(session.scalars(chosen))


def _someone(session: Session, person_id: int) -> Person:
    person = session.get(Person, known_id(person_id))
    if person is None or not person.active or not person.address:
        raise InvalidInput("person", "There is nobody with a mail address like that.")
    check_nobody_is_ours(session, [person], "person")
    return person
