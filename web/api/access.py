"""Who asks: a bearer token, ours or one that a password was exchanged for. No cookies here."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Any

import jwt
from flask import g, request

from helpdesk.actions.api_tokens import TOKEN_PREFIX, TokenRight, note_use, right_of_token
from helpdesk.actor import Actor
from helpdesk.models import Person
from helpdesk.tickets.access import actor_of
from web import limits
from web.api import problems
from web.store import now, store

LIFETIME = timedelta(minutes=30)
_ALGORITHM = "HS256"
_AUDIENCE = "postdesk-api"


def require_actor(scope: str) -> None:
    """Have a request go on only with a good token; :func:`actor` then says whose it is.

    :param scope: what the token must be good for; one that a password was exchanged for is good
        for everything.
    :raises TokenNeeded, ScopeNeeded, TooManyRequests:
    """
    if request.method == "OPTIONS":
        return
    token = bearer()
    if token is None:
        limits.rate_limits().count(limits.STRANGERS, limits.remote_address())
        raise problems.TokenNeeded("Send “Authorization: Bearer TOKEN”.")
    if token.startswith(TOKEN_PREFIX):
        found, scopes = _by_api_token(token)
    else:
        found, scopes = _by_password(token), None
    if found is None:
        limits.rate_limits().count(limits.STRANGERS, limits.remote_address())
        raise problems.TokenNeeded(
            "This token does not hold (any more); get a new one.", token_given=True
        )
    limits.rate_limits().count(limits.BY_TOKEN, token)
    if scopes is not None and scope not in scopes:
        raise problems.ScopeNeeded(scope)
    g.api_actor = found


def actor() -> Actor:
    """Who asks."""
    found: Actor = g.api_actor
    return found


def access_token(person: Person, moment: datetime) -> str:
    """A token that lets its bearer act as this person for :data:`LIFETIME`.

    It names the generation of the person's sessions: a new password ends it, as it ends those.
    """
    claims = {
        "sub": str(person.id),
        "aud": _AUDIENCE,
        "iat": int(moment.timestamp()),
        "exp": int((moment + LIFETIME).timestamp()),
        "generation": person.session_generation,
    }
    return jwt.encode(claims, _signing_key(), algorithm=_ALGORITHM)


def bearer() -> str | None:
    """The token that was sent, whatever it is."""
    kind, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    token = token.strip()
    return token if kind.lower() == "bearer" and token else None


def _by_api_token(token: str) -> tuple[Actor | None, frozenset[str]]:
    moment = now()
    with store().database.reading() as session:
        right: TokenRight | None = right_of_token(session, token, now=moment)
    if right is None:
        return None, frozenset()
    if not right.use_is_noted:
        with store().database.transaction() as session:
            note_use(session, right.token_id, now=moment)
    return right.actor, right.scopes


def _by_password(token: str) -> Actor | None:
    """Whose short-lived token this is."""
    claims = _claims(token)
    if claims is None:
        return None
    with store().database.reading() as session:
        person = session.get(Person, int(claims["sub"]))
    if person is None or not person.active:
        return None
    if person.session_generation != claims.get("generation"):
        return None
    return actor_of(person)


def _claims(token: str) -> dict[str, Any] | None:
    """What a token of ours says, if it holds at this moment (by the clock we were given)."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _signing_key(),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"verify_exp": False, "verify_iat": False, "require": ["sub", "exp"]},
        )
    except (jwt.InvalidTokenError, ValueError):
        return None
    return claims if int(claims["exp"]) > now().timestamp() else None


def _signing_key() -> bytes:
    """A key for this purpose alone: what is signed for the API holds nowhere else."""
    return hmac.digest(store().settings.secret_key.encode(), b"postdesk api access", "sha256")
