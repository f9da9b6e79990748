"""Clear the flags of an address: it works again, or its reader wants our mail after all."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import Person
from helpdesk.queries.known_people import may_know
from helpdesk.tickets.access import known_id
from helpdesk.vocabulary import MailboxRight


def clear_bounce(session: Session, actor: Actor, person_id: int) -> Person:
    """Forget that mail to this person's addresses came back, or that they complained of it.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such person, or none on a ticket of theirs to answer.
    """
    if not actor.is_staff:
        raise NotAllowed("Only staff may clear it.")
    person = session.get(Person, known_id(person_id))
    if person is None or not may_know(session, actor, person.id, MailboxRight.ANSWER):
        raise NotFound("There is no such person.")
    for address in person.addresses:
        address.bounced_at, address.bounce_words = None, ""
        address.complained_at = None
    return person
