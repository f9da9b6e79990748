"""What staff change about themselves: their name, their password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import passwords
from helpdesk.actions.browser_sessions import Visit, renew_session
from helpdesk.actions.sign_in import set_password
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import AuditKind, Person
from helpdesk.text import clean_line
from helpdesk.tickets import audit
from helpdesk.tickets.access import check_staff

LONGEST_NAME = 120


def rename_myself(session: Session, actor: Actor, name: str, *, now: datetime) -> Person:
    """Take another name: customers see it under answers.

    :raises NotAllowed: nobody of staff is signed in.
    :raises InvalidInput: it is empty.
    """
    person = _myself(session, actor)
    new = clean_line(name, LONGEST_NAME)
    if not new:
        raise InvalidInput("name", "Colleagues and customers need a name to call you by.")
    if new != person.name:
        audit.record(
            session, actor, AuditKind.PERSON, person.address, "name", old=person.name, new=new,
            now=now,
        )  # fmt: skip
        person.name = new
    return person


def check_own_password(session: Session, actor: Actor, password: str) -> int:
    """Check that somebody knows their own password; returns the generation of their sessions.

    It takes its time, so it is asked before the transaction that changes something.

    :raises NotAllowed: nobody of staff is signed in.
    :raises InvalidInput: it is another one.
    """
    person = _myself(session, actor)
    if not passwords.matches(password, person.password_hash):
        raise InvalidInput("current_password", "This is not your password now.")
    return person.session_generation


def change_own_password(
    session: Session, actor: Actor, password: str, generation: int, visit: Visit, *, now: datetime
) -> str:
    """Set one's own password. Every session ends; returns the key of the one that goes on.

    :param generation: what :func:`check_own_password` returned.
    :raises NotAllowed: it was changed by somebody else meanwhile.
    :raises InvalidInput: it is too short or too long.
    """
    person = _myself(session, actor, lock=True)
    if person.session_generation != generation:
        raise NotAllowed("Your password was changed a moment ago. Sign in again, please.")
    set_password(session, person, password)
    audit.record(session, actor, AuditKind.SIGN_IN, person.address, "password changed", now=now)
    return renew_session(session, person, visit, now=now)


def _myself(session: Session, actor: Actor, *, lock: bool = False) -> Person:
    check_staff(actor, "Sign in first.")
    return session.get_one(Person, actor.person_id, with_for_update=lock or None)
