"""People whom staff may mean by what they type: for completing an address."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Participant, Person, PersonAddress
from helpdesk.queries.people import PEOPLE, PersonView, person_of_row
from helpdesk.text import clean_line
from helpdesk.tickets.access import check_staff
from helpdesk.vocabulary import STAFF_ROLES

MOST_OFFERED = 12
LEAST_TYPED = 2
"""Characters: fewer say nothing."""


def known_people(session: Session, actor: Actor, typed: str) -> tuple[PersonView, ...]:
    """People whose address or name begins so, or has a word that does: staff first, then whoever
    came last.

    :raises NotAllowed:
    """
    check_staff(actor, "Only staff may look people up.")
    wanted = clean_line(typed, 100).casefold()
    if len(wanted) < LEAST_TYPED:
        return ()
    at_address = select(PersonAddress.person_id).where(
        PersonAddress.address.startswith(wanted, autoescape=True)
    )
    lower = func.lower(Person.name)
    found = PEOPLE.where(
        Person.active.is_(True),
        PersonAddress.address.is_not(None),
        or_(
            Person.id.in_(at_address),
            lower.startswith(wanted, autoescape=True),
            lower.contains(f" {wanted}", autoescape=True),
        ),
    )
    rows = session.execute(
        found.order_by(Person.role.in_(STAFF_ROLES).desc(), Person.id.desc()).limit(MOST_OFFERED)
    )
    return tuple(map(person_of_row, rows))


def likely_people(session: Session, actor: Actor, requester_id: int) -> tuple[PersonView, ...]:
    """People who are on other tickets of this requester, the last first: offered before anything
    is typed.

    :raises NotAllowed:
    """
    check_staff(actor, "Only staff may look people up.")
    theirs = select(Participant.ticket_id).where(Participant.person_id == requester_id)
    beside = (
        select(Participant.person_id)
        .where(
            Participant.ticket_id.in_(theirs.order_by(Participant.id.desc()).limit(50)),
            Participant.person_id != requester_id,
        )
        .order_by(Participant.id.desc())
    )
    rows = session.execute(
        PEOPLE.where(Person.id.in_(beside), Person.active.is_(True), PersonAddress.id.is_not(None))
        .order_by(Person.id.desc())
        .limit(MOST_OFFERED)
    )
    return tuple(map(person_of_row, rows))
