"""Sign in: an address and a password."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import passwords
from helpdesk.actions.browser_sessions import Visit, end_all_sessions
from helpdesk.actions.end_links import end_links_to
from helpdesk.actor import VISITOR, Actor
from helpdesk.errors import NotAllowed
from helpdesk.models import AuditEntry, AuditKind, LinkPurpose, Person
from helpdesk.text import fold_address
from helpdesk.tickets import audit
from helpdesk.tickets.people import person_at
from helpdesk.vocabulary import STAFF_ROLES

UNKNOWN = "with an address that no colleague has"
MOST_REFUSALS = 20
"""So many an hour are written into the log of one address, and of all unknown ones together."""
NOT_WRITTEN = "more within the hour are not written down"
_COUNTED_FOR = timedelta(hours=1)


def check_password(session: Session, address: str, password: str) -> Person:
    """The active person with this address and password.

    :raises NotAllowed: with the same words, after the same time, whatever was wrong.
    """
    person = person_at(session, address)
    right = passwords.matches(password, person.password_hash if person else None)
    if not right or person is None or not person.active:
        raise NotAllowed("That address and password do not match.")
    return person


def note_refusal(session: Session, address: str, visit: Visit, *, now: datetime) -> None:
    """Write into the log that somebody was refused.

    What was typed is kept only where it is a colleague's address: else it may be anybody's, or a
    password in the wrong field. One who tries again and again does not fill the log.
    """
    person = person_at(session, address)
    known = person is not None and person.role in STAFF_ROLES
    subject = fold_address(address) if known else UNKNOWN
    entry = AuditEntry
    written = session.scalars(
        select(entry.id)
        .where(
            entry.kind == AuditKind.SIGN_IN,
            entry.subject == subject,
            entry.field == "refused",
            entry.created_at > now - _COUNTED_FOR,
        )
        .limit(MOST_REFUSALS)
    ).all()
    if len(written) < MOST_REFUSALS:
        is_last = len(written) == MOST_REFUSALS - 1
        words = "; ".join(filter(None, (visit.words, NOT_WRITTEN if is_last else "")))
        audit.record(session, VISITOR, AuditKind.SIGN_IN, subject, "refused", new=words, now=now)


def note_token_given(session: Session, person: Person, visit: Visit, *, now: datetime) -> None:
    """Write into the log that a colleague's password was exchanged for a token of the API."""
    address = session.get_one(Person, person.id).address
    actor, kind = Actor(person.id, person.role), AuditKind.SIGN_IN
    audit.record(session, actor, kind, address, "signed in", new=visit.words, now=now)


def set_password(session: Session, person: Person, password: str) -> None:
    """Give a person a new password; sessions begun, and links mailed to set one, end.

    :raises InvalidInput: it is too short.
    """
    person.password_hash = passwords.hash_password(password)
    end_all_sessions(session, person)
    addresses = [one.address for one in person.addresses]
    end_links_to(session, addresses, LinkPurpose.SET_PASSWORD)
