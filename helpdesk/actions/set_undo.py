"""Set for how long one's own answers may be taken back before they leave."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import Person

MOST = 30


def set_undo(session: Session, actor: Actor, seconds: int) -> Person:
    """The actor's own time to undo an answer, in seconds.

    :raises NotAllowed: the actor is not staff.
    :raises InvalidInput: where it is not 0 (answers leave at once) to 30.
    """
    if not actor.is_staff or actor.person_id is None:
        raise NotAllowed("Only staff have answers to undo.")
    if not 0 <= seconds <= MOST:
        raise InvalidInput("undo_seconds", f"Choose 0 to {MOST} seconds.")
    person = session.get_one(Person, actor.person_id)
    person.undo_seconds = seconds
    return person
