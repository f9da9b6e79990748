"""Sign in: an address and a password for staff, a token for programs."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import passwords
from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import ApiToken, Person
from helpdesk.people import person_at

TOKEN_PREFIX = "pd_"  # noqa: S105 (marks our tokens for secret scanners)


def check_password(session: Session, address: str, password: str) -> Person:
    """The active person with this address and password.

    :raises NotAllowed: with the same words, after the same time, whatever was wrong.
    """
    person = person_at(session, address)
    right = passwords.matches(password, person.password_hash if person else None)
    if not right or person is None or not person.active:
        raise NotAllowed("That address and password do not match.")
    return person


def set_password(session: Session, person: Person, password: str) -> None:
    """Give a person a new password; every session begun before ends.

    :raises InvalidInput: it is too short.
    """
    person.password_hash = passwords.hash_password(password)
    person.session_generation += 1


def issue_token(session: Session, actor: Actor, address: str, now: datetime) -> str:
    """A new API token for a person: shown once, only its hash is kept.

    :raises NotAllowed, NotFound:
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may issue tokens.")
    person = person_at(session, address)
    if person is None or not person.active:
        raise NotFound(f"Nobody here has the address {address}.")
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.add(ApiToken(person_id=person.id, token_hash=_hash(token), created_at=now))
    return token


def person_with_token(session: Session, token: str) -> Person | None:
    """The person whose API token this is, or None."""
    found = session.scalar(
        select(ApiToken).where(ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None))
    )
    return found.person if found and found.person.active else None


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
