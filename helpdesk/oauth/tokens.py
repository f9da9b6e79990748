"""The access token that a mailbox signs in with: the one that is kept, or a new one.

A provider may give another refresh token with each access token, and take the one before for
stolen. So of all processes one asks at a time: it writes into the grant's row that it does, asks
with no transaction open, and writes down what it got only where the row still has the refresh token
that it asked with. The others wait for what it gets.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db import Database, keys_of, secret_of
from helpdesk.models import GrantProvider, MailboxGrant
from helpdesk.oauth.asking import IN_ALL
from helpdesk.oauth.grants import GrantedTokens, tokens_anew
from helpdesk.oauth.providers import client_of, setting_names
from helpdesk.oauth.trouble import ConsentGone, OAuthRefused, TokenTrouble
from helpdesk.queries.database_clock import database_time
from helpdesk.sealing import CannotOpen, seal, unseal
from helpdesk.settings import Settings

log = structlog.get_logger(__name__)

SEALED_FOR = "mailbox grant"
"""What tokens are sealed for: see :mod:`helpdesk.sealing`."""
CONSENT = "consent"
"""The one trouble that is written down: it stays until somebody signs in again."""
EARLY = timedelta(minutes=5)
"""So long before its end a token is not used any more."""
LEASE = timedelta(seconds=3 * IN_ALL)
"""For so long one that asks has the others wait: it may have died."""
_LOOK_EVERY = 0.2
_GONE = ("invalid_grant", "interaction_required", "consent_required", "login_required")


@dataclass(frozen=True)
class _Turn:
    """Ours is the turn to ask, with this refresh token."""

    grant_id: int
    name: str
    provider: GrantProvider
    login: str
    sealed: str = field(repr=False)
    refresh_token: str = field(repr=False)


def access_token(
    database: Database, settings: Settings, mailbox_id: int, *, refused: str = ""
) -> tuple[str, str]:
    """Return who signs in, and the access token. No transaction may be open.

    :param refused: the token that a server has just refused: there is to be another one.
    :raises ConsentGone: somebody has to sign in again.
    :raises TokenTrouble: none can be had just now.
    """
    until = time.monotonic() + LEASE.total_seconds()
    while True:
        with database.reading() as session:
            kept = _usable(session, _grant(session, mailbox_id), refused)
        if kept is not None:
            return kept
        with database.transaction() as session:
            turn = _turn(session, mailbox_id, refused)
        if isinstance(turn, tuple):
            return turn
        if turn is not None and (got := _ask(database, settings, turn)) is not None:
            return got
        if time.monotonic() > until:
            raise TokenTrouble("another process asks for one, and does not end")
        time.sleep(_LOOK_EVERY)


def _grant(session: Session, mailbox_id: int, *, lock: bool = False) -> MailboxGrant:
    chosen = select(MailboxGrant).where(MailboxGrant.mailbox_id == mailbox_id)
    found = session.scalars(chosen.with_for_update() if lock else chosen).one_or_none()
    if found is None:
        raise ConsentGone(sentence="Nobody has signed in for this mailbox: do that.")
    if found.trouble:
        raise ConsentGone(found.words)
    return found


def _usable(session: Session, grant: MailboxGrant, refused: str) -> tuple[str, str] | None:
    """The token that is kept, if it is still good."""
    if grant.access_expires_at - database_time(session) <= EARLY:
        return None
    token = _opened(session, grant.sealed_access_token)
    return None if token == refused else (grant.login, token)


def _turn(session: Session, mailbox_id: int, refused: str) -> _Turn | tuple[str, str] | None:
    """Take the turn to ask; or the token that somebody got meanwhile; None where they still ask."""
    grant = _grant(session, mailbox_id, lock=True)
    kept = _usable(session, grant, refused)
    if kept is not None:
        return kept
    now = database_time(session)
    if grant.asked_until is not None and grant.asked_until > now:
        return None
    refresh_token = _opened(session, grant.sealed_refresh_token)
    grant.asked_by, grant.asked_until = secrets.token_hex(8), now + LEASE
    return _Turn(
        grant.id, grant.asked_by, grant.provider, grant.login,
        grant.sealed_refresh_token, refresh_token,
    )  # fmt: skip


def _ask(database: Database, settings: Settings, turn: _Turn) -> tuple[str, str] | None:
    """Ask for another token and keep it; None where the grant became another one meanwhile."""
    try:
        client = client_of(settings, turn.provider)
        if client is None:
            raise TokenTrouble(f"{' and '.join(setting_names(turn.provider))} are not set")
        got = tokens_anew(client, turn.refresh_token)
        # The one before is sealed anew, by the present secret, where it goes on.
        got = replace(got, refresh_token=got.refresh_token or turn.refresh_token)
    except OAuthRefused as refused:
        with database.transaction() as session:
            ours = _end_turn(session, turn)
            if ours is not None and refused.code in _GONE:
                _note_gone(ours, refused, database_time(session))
        if ours is None:
            return None
        log.warning("token_refused", grant=turn.grant_id, error=refused.code[:40])
        if refused.code in _GONE:
            raise ConsentGone(refused.words) from None
        raise TokenTrouble(refused.words) from None
    except BaseException:
        with database.transaction() as session:
            _end_turn(session, turn)
        raise
    with database.transaction() as session:
        ours = _end_turn(session, turn)
        if ours is None:
            return None
        keep_tokens(session, ours, got, now=database_time(session))
    log.info("token_refreshed", grant=turn.grant_id)
    return turn.login, got.access_token


def keep_tokens(
    session: Session, grant: MailboxGrant, got: GrantedTokens, *, now: datetime
) -> None:
    """Write down what a provider gave, the refresh token among it.

    :param now: by the database's clock.
    """
    secret = secret_of(session)
    grant.sealed_access_token = seal(got.access_token, secret, SEALED_FOR)
    grant.access_expires_at = now + timedelta(seconds=got.lasts)
    grant.sealed_refresh_token = seal(got.refresh_token, secret, SEALED_FOR)
    grant.trouble = grant.words = ""
    grant.trouble_since = None


def _end_turn(session: Session, turn: _Turn) -> MailboxGrant | None:
    """Let others ask again; returns the grant, where it is still the one that was asked with."""
    grant = session.get(MailboxGrant, turn.grant_id, with_for_update=True)
    if grant is None:
        return None
    if grant.asked_by == turn.name:
        grant.asked_by, grant.asked_until = "", None
    # Each sealing makes another text: the same text is the same token, and no newer one.
    return grant if grant.sealed_refresh_token == turn.sealed else None


def _note_gone(grant: MailboxGrant, refused: OAuthRefused, now: datetime) -> None:
    grant.trouble, grant.words, grant.trouble_since = CONSENT, refused.words, now


def _opened(session: Session, sealed: str) -> str:
    try:
        return unseal(sealed, keys_of(session), SEALED_FOR)
    except CannotOpen:
        words = "The sign-in can no longer be opened (POSTDESK_SECRET_KEY): sign in again."
        raise ConsentGone(sentence=words) from None
