"""Deactivate somebody, and let them in again. Admins only; logged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk.actions.browser_sessions import end_all_sessions
from helpdesk.actions.edit_person import check_not_the_last_admin, person_for_change
from helpdesk.actions.end_links import end_links_to
from helpdesk.actions.hand_over_tickets import check_heir, hand_over
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import ApiToken, AuditKind, Person, Ticket
from helpdesk.tickets import audit
from helpdesk.vocabulary import Status

_STATES = ("deactivated", "active")


def open_tickets_of(session: Session, person_id: int) -> int:
    """How many tickets somebody has that are not closed."""
    mine = (Ticket.assignee_id == person_id, Ticket.status != Status.CLOSED)
    return session.scalar(select(func.count()).select_from(Ticket).where(*mine)) or 0


def deactivate_person(
    session: Session,
    actor: Actor,
    person_id: int,
    *,
    heir_id: int | None,
    also_oneself: bool = False,
    now: datetime,
) -> int:
    """Deactivate somebody; their tickets go to somebody else, or to nobody.

    Their sessions, the tokens of the API and the links that were mailed to them end at once, and
    for good. What they wrote stays. Returns how many tickets went.

    :param heir_id: who gets the tickets that are not closed; None: nobody.
    :param also_oneself: the actor knows that they deactivate themselves.
    :raises NotAllowed, NotFound:
    :raises InvalidInput: nobody would be left to administer (``active``); it is oneself, unawares
        (``oneself``); or the tickets cannot go there (``to``).
    """
    person = person_for_change(session, actor, person_id)
    check_not_the_last_admin(session, person, "active")
    if person.id == actor.person_id and not also_oneself:
        raise InvalidInput("oneself", "This is you: say that you know it.")
    heir = check_heir(session, person, heir_id)
    name = person.address or person.shown_name
    if person.active:
        _record_state(session, actor, name, active=False, now=now)
    person.active = False
    count = hand_over(session, actor, person, heir, f"{person.shown_name} left", now)
    if count:
        new = f"{count} to {heir.shown_name if heir else 'nobody'}"
        audit.record(session, actor, AuditKind.PERSON, name, "tickets", new=new, now=now)
    end_all_sessions(session, person)
    end_links_to(session, [one.address for one in person.addresses])
    session.execute(
        update(ApiToken)
        .where(ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return count


def reactivate_person(session: Session, actor: Actor, person_id: int, *, now: datetime) -> Person:
    """Let somebody in again, with the role and the password that they had.

    :raises NotAllowed, NotFound:
    """
    person = person_for_change(session, actor, person_id)
    if not person.active:
        name = person.address or person.shown_name
        _record_state(session, actor, name, active=True, now=now)
        person.active = True
    return person


def _record_state(
    session: Session, actor: Actor, name: str, *, active: bool, now: datetime
) -> None:
    old, new = _STATES[not active], _STATES[active]
    audit.record(session, actor, AuditKind.PERSON, name, "state", old=old, new=new, now=now)
