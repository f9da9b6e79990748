"""Sessions of browsers: begin one, end one or all, and note that one is in use."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import AuditKind, BrowserSession, Person
from helpdesk.text import clean_line
from helpdesk.tickets import audit
from helpdesk.tickets.access import actor_of, known_id

LASTS = timedelta(days=14)
"""So long a session lives that nobody uses."""
NOTED_EVERY = timedelta(minutes=10)
_LONGEST_WORDS = 80


@dataclass(frozen=True)
class Visit:
    """With what, and from where, somebody comes; in plain words."""

    browser: str = ""
    network: str = ""

    @property
    def words(self) -> str:
        """Both in one line, for the log."""
        return clean_line(", ".join(filter(None, (self.browser, self.network))), 170)


def begin_session(
    session: Session, person_id: int, generation: int, visit: Visit, *, now: datetime
) -> str:
    """Begin a session; returns its key, which stands in the browser's cookie and nowhere else.

    :param generation: the person's, as it was when they proved who they are.
    :raises NotAllowed: their password was changed since, or they were deactivated.
    """
    person = session.get(Person, known_id(person_id), with_for_update=True)
    if person is None or not person.active or person.session_generation != generation:
        raise NotAllowed("Sign in again, please.")
    session.execute(delete(BrowserSession).where(BrowserSession.seen_at < now - LASTS))
    _log(session, actor_of(person), person, "signed in", now, new=visit.words)
    return _add(session, person, visit, now)


def renew_session(session: Session, person: Person, visit: Visit, *, now: datetime) -> str:
    """Begin a session in the place of those that a person has just ended by a change of their own.

    Returns its key. Nothing is logged: what they did is.
    """
    return _add(session, person, visit, now)


def end_session(session: Session, session_id: int, *, now: datetime) -> None:
    """Sign a browser out. Nothing happens where its session has ended before."""
    found = session.get(BrowserSession, known_id(session_id))
    if found is None:
        return
    person = session.get_one(Person, found.person_id)
    if _delete(session, found):
        _log(session, actor_of(person), person, "signed out", now, old=found.browser)


def end_own_session(session: Session, actor: Actor, session_id: int, *, now: datetime) -> None:
    """End one of one's own sessions, wherever that browser is.

    :raises NotFound: it is somebody else's, or has ended.
    """
    found = session.get(BrowserSession, known_id(session_id))
    if found is None or found.person_id != actor.person_id or not _delete(session, found):
        raise NotFound("There is no such session (any more).")
    person = session.get_one(Person, found.person_id)
    words = Visit(found.browser, found.network).words
    _log(session, actor, person, "session ended", now, old=words)


def end_own_sessions(session: Session, actor: Actor, *, now: datetime) -> None:
    """Sign out everywhere: every browser, and what a password was exchanged for.

    :raises NotAllowed: nobody is signed in.
    """
    if actor.person_id is None:
        raise NotAllowed("Sign in first.")
    person = session.get_one(Person, actor.person_id, with_for_update=True)
    end_all_sessions(session, person)
    _log(session, actor, person, "signed out everywhere", now)


def end_all_sessions(session: Session, person: Person) -> None:
    """End whatever this person began by signing in. Tokens of the API are no sessions."""
    person.session_generation += 1
    session.execute(
        delete(BrowserSession)
        .where(BrowserSession.person_id == person.id)
        .execution_options(synchronize_session=False)
    )


def note_seen(session: Session, session_id: int, *, now: datetime) -> None:
    """Note that a session is in use; of many requests at once one writes."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.id == session_id, BrowserSession.seen_at <= now - NOTED_EVERY)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def hashed_key(key: str) -> str:
    """What is kept of a session's key."""
    return sha256(key.encode("utf-8", "replace")).hexdigest()


def _add(session: Session, person: Person, visit: Visit, now: datetime) -> str:
    key = secrets.token_urlsafe(32)
    session.add(
        BrowserSession(
            person_id=person.id,
            key_hash=hashed_key(key),
            generation=person.session_generation,
            browser=clean_line(visit.browser, _LONGEST_WORDS),
            network=clean_line(visit.network, _LONGEST_WORDS),
            began_at=now,
            seen_at=now,
        )
    )
    return key


def _delete(session: Session, found: BrowserSession) -> bool:
    """Whether it was there: of two who end it at once one did."""
    deleted = session.execute(
        delete(BrowserSession)
        .where(BrowserSession.id == found.id)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(deleted, CursorResult)
    session.expunge(found)
    return deleted.rowcount == 1


def _log(
    session: Session, actor: Actor, person: Person, field: str, now: datetime, **values: str
) -> None:
    # What customers do is no business of the admins' log.
    if person.is_staff:
        audit.record(session, actor, AuditKind.SIGN_IN, person.address, field, now=now, **values)
