"""Sessions of browsers, as each request asks for one, and as a person sees their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import BrowserSession, Person
from helpdesk.queries.people import PEOPLE, PersonView, person_of_row
from helpdesk.rows import ask


@dataclass(frozen=True)
class SessionOwner:
    """Who is signed in by a session."""

    person: PersonView
    session_id: int
    seen_at: datetime


@dataclass(frozen=True)
class SessionRow:
    """One of somebody's sessions."""

    id: int
    browser: str
    network: str
    began_at: datetime
    seen_at: datetime
    is_this_one: bool


def session_owner(session: Session, key_hash: str, *, since: datetime) -> SessionOwner | None:
    """Whose session has a key with this hash; None where it has ended, or they are deactivated.

    :param since: sessions that nobody used since then have ended.
    """
    row = ask(session, _OWNER, key_hash=key_hash, since=since).one_or_none()
    if row is None or not row.active or row.generation != row.session_generation:
        return None
    return SessionOwner(person_of_row(row), row.session_id, row.seen_at)


_OWNER = (
    PEOPLE.join(BrowserSession, BrowserSession.person_id == Person.id)
    .add_columns(
        BrowserSession.id.label("session_id"), BrowserSession.generation, BrowserSession.seen_at
    )
    .where(
        BrowserSession.key_hash == bindparam("key_hash", type_=BrowserSession.key_hash.type),
        BrowserSession.seen_at > bindparam("since", type_=BrowserSession.seen_at.type),
    )
)


def own_sessions(
    session: Session, actor: Actor, this_id: int, *, since: datetime
) -> tuple[SessionRow, ...]:
    """One's own sessions, this one first, then those used last.

    :param this_id: the session that asks.
    """
    found = session.scalars(
        select(BrowserSession)
        .join(Person, Person.id == BrowserSession.person_id)
        .where(
            BrowserSession.person_id == actor.person_id,
            BrowserSession.generation == Person.session_generation,
            BrowserSession.seen_at > since,
        )
        .order_by(BrowserSession.seen_at.desc(), BrowserSession.id.desc())
    )
    rows = [
        SessionRow(one.id, one.browser, one.network, one.began_at, one.seen_at, one.id == this_id)
        for one in found
    ]
    return tuple(sorted(rows, key=lambda row: not row.is_this_one))
