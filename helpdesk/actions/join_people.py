"""Give an address to a person who has proven it, with all that stands under that address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.absent import is_there_now
from helpdesk.errors import NotAllowed
from helpdesk.models import (
    Comment,
    Order,
    OutboundMail,
    Participant,
    Person,
    PersonAddress,
    SidePerson,
    ThreadId,
    Ticket,
)
from helpdesk.tickets.address_owners import check_not_ours
from helpdesk.tickets.people import NOBODY, person_at
from helpdesk.vocabulary import Role, mark


def give_address(session: Session, address: str, person: Person, now: datetime) -> None:
    """Add a proven address to a person. Whoever had it alone becomes one with them.

    :param address: folded; the caller has seen the proof.
    :raises InvalidInput: it is a mailbox's.
    :raises NotAllowed: it belongs to staff, or to somebody who has other addresses too.
    """
    check_not_ours(session, address, "email")
    owner = person_at(session, address)
    if owner is None:
        session.add(PersonAddress(address=address, person_id=person.id, created_at=now))
        is_there_now(session, NOBODY, address)
        return
    if owner.id == person.id:
        return
    if owner.role != Role.CUSTOMER or not owner.active or len(owner.addresses) > 1:
        raise NotAllowed(mark("This address belongs to somebody else here. Please write to us."))
    _move(session, owner, person)


def _move(session: Session, owner: Person, person: Person) -> None:
    """All that one person has, to another. The first stays, without an address, for the history."""
    already = select(Participant.ticket_id).where(Participant.person_id == person.id)
    session.execute(
        delete(Participant)
        .where(Participant.person_id == owner.id, Participant.ticket_id.in_(already))
        .execution_options(synchronize_session=False)
    )
    with_both = select(SidePerson.side_conversation_id).where(SidePerson.person_id == person.id)
    session.execute(
        delete(SidePerson)
        .where(SidePerson.person_id == owner.id, SidePerson.side_conversation_id.in_(with_both))
        .execution_options(synchronize_session=False)
    )
    for column in (
        PersonAddress.person_id,
        Participant.person_id,
        SidePerson.person_id,
        Ticket.requester_id,
        Comment.author_id,
        Order.person_id,
        ThreadId.minted_for_id,
        OutboundMail.person_id,
    ):
        session.execute(
            update(column.class_)
            .where(column == owner.id)
            .values({column.key: person.id})
            .execution_options(synchronize_session=False)
        )
    # What was mailed to the first goes on: a link that names them leads who they are now.
    session.execute(
        update(Person)
        .where(Person.id == owner.id)
        .values(joined_into_id=person.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
