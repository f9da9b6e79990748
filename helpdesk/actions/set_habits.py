"""Set how one works at the desk: what one does oneself, and nobody else is concerned by."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import AfterSending, Person

MOST = 30


def set_habits(
    session: Session,
    actor: Actor,
    *,
    undo_seconds: int,
    single_keys: bool = True,
    dense: bool = False,
) -> Person:
    """Set the actor's own habits.

    :param undo_seconds: for how long their answers may be taken back before they leave.
    :param single_keys: whether single letters are keys for what the desk can do.
    :param dense: whether the queue shows more tickets, in lower rows.
    :raises NotAllowed: the actor is not staff.
    :raises InvalidInput: where the time is not 0 (answers leave at once) to 30.
    """
    person = _own(session, actor)
    if not 0 <= undo_seconds <= MOST:
        raise InvalidInput("undo_seconds", f"Choose 0 to {MOST} seconds.")
    person.undo_seconds, person.single_keys, person.dense = undo_seconds, single_keys, dense
    return person


def remember_after_sending(session: Session, actor: Actor, choice: str) -> AfterSending:
    """Remember where the actor went after sending, for the next time.

    :raises NotAllowed: the actor is not staff.
    :raises InvalidInput: (``then_go``) there is no such choice.
    """
    wanted = validation.member_of(AfterSending, choice, "then_go")
    _own(session, actor).after_sending = wanted
    return wanted


def _own(session: Session, actor: Actor) -> Person:
    if not actor.is_staff or actor.person_id is None:
        raise NotAllowed("Only staff work at the desk.")
    return session.get_one(Person, actor.person_id)
