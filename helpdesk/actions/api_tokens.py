"""API tokens: issue one, revoke one, and find out whose one is."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import ApiToken, AuditKind
from helpdesk.text import clean_line
from helpdesk.tickets import audit
from helpdesk.tickets.access import actor_of, known_id
from helpdesk.tickets.people import person_at
from helpdesk.vocabulary import SCOPES, USUAL_SCOPES

TOKEN_PREFIX = "pd_"  # noqa: S105 (marks our tokens for secret scanners)
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class TokenRight:
    """What a token gives its bearer: to act as somebody, for some purposes."""

    token_id: int
    actor: Actor
    scopes: frozenset[str]
    use_is_noted: bool
    """Whether it was used, and noted so, within the last hour."""


def issue_token(
    session: Session,
    actor: Actor,
    address: str,
    now: datetime,
    *,
    scopes: Collection[str] = USUAL_SCOPES,
    label: str = "",
) -> str:
    """A new API token for a person: shown once, only its hash is kept.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: there is no such scope, or none was asked for.
    """
    _check_admin(actor)
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        wrong = f"There is no scope “{clean_line(unknown[0], 40)}”" if unknown else "Name a scope"
        raise InvalidInput("scopes", f"{wrong}; there are: {', '.join(SCOPES)}.")
    person = person_at(session, address)
    if person is None or not person.active:
        raise NotFound(f"Nobody here has the address {address}.")
    granted = ", ".join(name for name in SCOPES if name in scopes)
    audit.record(
        session, actor, AuditKind.PERSON, person.address, "token issued", new=granted, now=now
    )
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            person_id=person.id,
            token_hash=_hash(token),
            label=clean_line(label, 80),
            scopes=[name for name in SCOPES if name in scopes],
            created_at=now,
        )
    )
    return token


def revoke_token(session: Session, actor: Actor, token_id: int, *, now: datetime) -> ApiToken:
    """End a token at once; one that was revoked before stays as it is.

    :raises NotAllowed, NotFound:
    """
    _check_admin(actor)
    token = session.get(ApiToken, known_id(token_id), with_for_update=True)
    if token is None:
        raise NotFound(f"There is no token {token_id}.")
    if token.revoked_at is None:
        token.revoked_at = now
        whose, which = token.person.address, token.label or f"number {token.id}"
        audit.record(session, actor, AuditKind.PERSON, whose, "token revoked", old=which, now=now)
    return token


def right_of_token(session: Session, token: str, *, now: datetime) -> TokenRight | None:
    """What this API token gives, or None where it gives nothing (any more)."""
    found = session.scalar(
        select(ApiToken).where(ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None))
    )
    if found is None or not found.person.active:
        return None
    return TokenRight(
        found.id,
        actor_of(found.person),
        frozenset(found.scopes),
        found.last_used_at is not None and found.last_used_at > now - _NOTED_EVERY,
    )


def note_use(session: Session, token_id: int, *, now: datetime) -> None:
    """Note that a token is in use; of many requests at once one writes."""
    session.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - _NOTED_EVERY),
        )
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )


def _check_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("Only an admin may issue and revoke tokens.")


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
