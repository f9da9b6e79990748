"""Sign in for a mailbox at Google or Microsoft, or forget that. Admins only; logged, never a token.

In a browser it takes several requests. Between them stands one row a mailbox (``grant_request``):
it is good for the browser that began it, for ten minutes, and once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk.actions.set_fetch import active_fetch, forget_trouble
from helpdesk.actions.set_relay import relay_is_open
from helpdesk.actor import Actor
from helpdesk.db import keys_of, secret_of
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.imap.account import LONGEST_NAME
from helpdesk.models import AuditKind, GrantProvider, GrantRequest, Mailbox, MailboxGrant
from helpdesk.oauth.grants import DeviceCode, GrantedTokens, new_verifier, sign_in_url
from helpdesk.oauth.providers import PROVIDERS, ProviderClient
from helpdesk.oauth.tokens import keep_tokens
from helpdesk.queries.database_clock import database_time
from helpdesk.queries.mailbox_grants import grant_of
from helpdesk.sealing import CannotOpen, seal, unseal
from helpdesk.text import fold_address
from helpdesk.tickets import audit
from helpdesk.tickets.access import known_id

GOOD_FOR = timedelta(minutes=10)
"""So long a sign-in may take that was begun in a browser."""
REQUEST_SEALED_FOR = "grant request"
SLOWER_BY = 5
"""Seconds, where a provider wants to be asked less often (RFC 8628 3.5)."""
_NOT_BEGUN = "This sign-in was not begun in this browser, or it is over: begin it again."


@dataclass(frozen=True)
class GrantWish:
    """What somebody is about to sign in for."""

    provider: GrantProvider
    login: str = ""
    """The account that is to be opened; empty: that of whoever signs in."""
    shared: bool = False
    """Whether whoever signs in is somebody else, who may open ``login`` too."""


@dataclass(frozen=True)
class BegunGrant:
    """What was begun, as it goes on."""

    mailbox_id: int
    wish: GrantWish
    secret: str = field(repr=False)
    """The code verifier, or the device code."""


def checked_grant_wish(provider: str, login: str, *, shared: bool = False) -> GrantWish:
    """Return what was typed.

    :raises NotFound: there is no such provider.
    :raises InvalidInput:
    """
    if provider not in set(GrantProvider):
        raise NotFound("There is no such provider.")
    login = login.strip()
    if len(login) > LONGEST_NAME or not login.isprintable():
        raise InvalidInput("sign_in", "Say the whole address of the account.")
    if shared and not login:
        raise InvalidInput("sign_in", "Say the address of the shared mailbox.")
    may_share = GrantProvider(provider) is GrantProvider.MICROSOFT
    return GrantWish(GrantProvider(provider), login, shared and may_share)


def begin_in_browser(
    session: Session,
    actor: Actor,
    mailbox_id: int,
    wish: GrantWish,
    client: ProviderClient,
    *,
    back: str,
    browser: str,
    now: datetime,
) -> str:
    """Begin a sign-in; returns the address that the browser has to go to.

    :param back: our address that it comes back to.
    :param browser: the hash of its session's key.
    :raises NotAllowed, NotFound:
    :raises InvalidInput: another account is fetched by a token.
    """
    mailbox = _mailbox(session, actor, mailbox_id)
    _check_fetched(session, mailbox, wish)
    state, verifier = secrets.token_urlsafe(32), new_verifier()
    _begin(session, mailbox, wish, state, verifier, browser=browser, ends_at=now + GOOD_FOR)
    who = "" if wish.shared else wish.login  # nobody signs in as a shared mailbox
    return sign_in_url(client, back=back, state=state, verifier=verifier, login=who)


def begin_on_device(
    session: Session,
    actor: Actor,
    mailbox_id: int,
    wish: GrantWish,
    code: DeviceCode,
    *,
    browser: str,
    now: datetime,
) -> None:
    """Begin a sign-in by a code that is typed on another device.

    :param browser: the hash of the session's key of the browser that shows the code.
    :raises NotAllowed, NotFound:
    :raises InvalidInput: another account is fetched by a token.
    """
    mailbox = _mailbox(session, actor, mailbox_id)
    _check_fetched(session, mailbox, wish)
    ends_at = now + min(GOOD_FOR, timedelta(seconds=code.lasts))
    state = secrets.token_urlsafe(32)  # nobody is given it: nothing comes back by the browser
    begun = _begin(
        session, mailbox, wish, state, code.device_code, browser=browser, ends_at=ends_at
    )
    begun.user_code, begun.verification_url = code.user_code, code.url
    begun.asked_every = code.asked_every
    begun.next_ask_at = now + timedelta(seconds=code.asked_every)


def take_request(
    session: Session, actor: Actor, state: str, *, browser: str, now: datetime
) -> BegunGrant:
    """Go on with what this browser began: once, whatever comes of it.

    :param state: what the browser came back with.
    :raises NotAllowed:
    :raises InvalidInput: it began nothing of the kind, or that is over.
    """
    _check_admin(actor)
    found = session.scalars(
        select(GrantRequest).where(GrantRequest.state_hash == _hashed(state)).with_for_update()
    ).one_or_none()
    if found is None or found.browser_hash != browser or found.ends_at <= now or found.user_code:
        raise InvalidInput("sign_in", _NOT_BEGUN)
    _mailbox(session, actor, found.mailbox_id)
    begun = _opened(session, found)
    session.delete(found)
    return begun


def turn_to_ask(
    session: Session, actor: Actor, mailbox_id: int, *, browser: str, now: datetime
) -> BegunGrant | None:
    """What the provider is to be asked for, whether the code was typed; None: it is too early.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: nothing was begun here, or that is over.
    """
    found = _on_device(session, actor, mailbox_id, browser)
    if found is None or found.ends_at <= now:
        raise InvalidInput("sign_in", "The code is not good any more: begin again.")
    if found.next_ask_at is not None and found.next_ask_at > now:
        return None
    found.next_ask_at = now + timedelta(seconds=found.asked_every)
    return _opened(session, found)


def ask_slower(session: Session, actor: Actor, mailbox_id: int, *, browser: str) -> None:
    """Ask less often whether the code was typed.

    :raises NotAllowed, NotFound:
    """
    found = _on_device(session, actor, mailbox_id, browser)
    if found is not None and found.next_ask_at is not None:
        found.asked_every += SLOWER_BY
        found.next_ask_at += timedelta(seconds=SLOWER_BY)


def give_up_request(session: Session, actor: Actor, mailbox_id: int) -> None:
    """Forget what was begun and is not over.

    :raises NotAllowed, NotFound:
    """
    _end_requests(session, _mailbox(session, actor, mailbox_id))


def save_grant(
    session: Session,
    actor: Actor,
    mailbox_id: int,
    wish: GrantWish,
    got: GrantedTokens,
    *,
    now: datetime,
) -> MailboxGrant:
    """Keep what was granted; what is fetched by it goes on at once.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: it is for another account, or for less than it takes.
    """
    mailbox = _mailbox(session, actor, mailbox_id)
    session.refresh(mailbox, with_for_update=True)  # two may sign in at once
    login = checked_login(wish, got)
    _check_fetched(session, mailbox, GrantWish(wish.provider, login))
    grant, moment = grant_of(session, mailbox.id), database_time(session)
    old = _words(grant)
    if grant is None:
        grant = MailboxGrant(mailbox_id=mailbox.id, asked_by="", trouble="", words="")
        session.add(grant)
    facts = PROVIDERS[wish.provider]
    grant.provider, grant.login = wish.provider, login
    grant.scopes = got.scopes or " ".join(facts.scopes)
    grant.granted_at, grant.granted_by_id = now, actor.person_id
    grant.asked_by, grant.asked_until = "", None
    keep_tokens(session, grant, got, now=moment)
    _end_requests(session, mailbox)
    fetch = active_fetch(session, mailbox.id)
    if fetch is not None and fetch.by_token:
        fetch.changed_at = now
        forget_trouble(fetch)
    relay_is_open(session, mailbox, now=now)
    _log(session, actor, mailbox, (old, _words(grant)), now)
    session.flush()
    return grant


def forget_grant(session: Session, actor: Actor, mailbox_id: int, *, now: datetime) -> None:
    """Forget the tokens: what is fetched and sent by them stops, until somebody signs in again.

    :raises NotAllowed, NotFound:
    """
    mailbox = _mailbox(session, actor, mailbox_id)
    grant = grant_of(session, mailbox.id)
    _end_requests(session, mailbox)
    if grant is None:
        return
    fetch = active_fetch(session, mailbox.id)
    if fetch is not None and fetch.by_token:
        fetch.changed_at = now  # the connection that was opened by it ends
    _log(session, actor, mailbox, (_words(grant), ""), now)
    session.delete(grant)


def _begin(
    session: Session,
    mailbox: Mailbox,
    wish: GrantWish,
    state: str,
    secret: str,
    *,
    browser: str,
    ends_at: datetime,
) -> GrantRequest:
    session.refresh(mailbox, with_for_update=True)  # two may begin at once: the later one goes on
    _end_requests(session, mailbox)
    begun = GrantRequest(
        mailbox_id=mailbox.id,
        provider=wish.provider,
        login=wish.login,
        shared=wish.shared,
        browser_hash=browser,
        state_hash=_hashed(state),
        sealed_secret=seal(secret, secret_of(session), REQUEST_SEALED_FOR),
        ends_at=ends_at,
    )
    session.add(begun)
    return begun


def _opened(session: Session, found: GrantRequest) -> BegunGrant:
    try:
        secret = unseal(found.sealed_secret, keys_of(session), REQUEST_SEALED_FOR)
    except CannotOpen:
        raise InvalidInput("sign_in", _NOT_BEGUN) from None
    return BegunGrant(
        found.mailbox_id, GrantWish(found.provider, found.login, found.shared), secret
    )


def _on_device(
    session: Session, actor: Actor, mailbox_id: int, browser: str
) -> GrantRequest | None:
    mailbox = _mailbox(session, actor, mailbox_id)
    chosen = select(GrantRequest).where(
        GrantRequest.mailbox_id == mailbox.id,
        GrantRequest.browser_hash == browser,
        GrantRequest.user_code != "",
    )
    return session.scalars(chosen.with_for_update()).one_or_none()


def checked_login(wish: GrantWish, got: GrantedTokens) -> str:
    """Return the account that the tokens open.

    :raises InvalidInput: they are for another account, or for less than it takes.
    """
    facts = PROVIDERS[wish.provider]
    if got.scopes and facts.right.lower() not in got.scopes.lower().split():
        words = f"The right to read the mail was not given: sign in with {facts.name} again."
        raise InvalidInput("sign_in", f"{words} Leave every box ticked there.")
    if not got.refresh_token:
        raise InvalidInput("sign_in", f"{facts.name} gave no lasting right: sign in again.")
    login = wish.login or got.account
    if not login:
        words = f"{facts.name} does not say whose account it is: type who signs in."
        raise InvalidInput("sign_in", words)
    if got.account and not wish.shared and fold_address(got.account) != fold_address(login):
        words = f"You signed in with {facts.name} as {got.account}, and not as {login}."
        raise InvalidInput("sign_in", f"{words} Nothing is saved.")
    return login


def _check_fetched(session: Session, mailbox: Mailbox, wish: GrantWish) -> None:
    """What is fetched by a token goes on for the same account: its numbers are of that."""
    fetch = active_fetch(session, mailbox.id)
    if fetch is None or not fetch.by_token or not wish.login:
        return
    if fold_address(fetch.login) != fold_address(wish.login):
        words = f"The mail of {fetch.login} is fetched by a sign-in: end that first, to take"
        raise InvalidInput("sign_in", f"{words} that of {wish.login}.")


def _mailbox(session: Session, actor: Actor, mailbox_id: int) -> Mailbox:
    _check_admin(actor)
    mailbox = session.get(Mailbox, known_id(mailbox_id))
    if mailbox is None or mailbox.removed_at is not None:
        raise NotFound("There is no such mailbox.")
    return mailbox


def _check_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise NotAllowed("Only an admin may change mailboxes.")


def _end_requests(session: Session, mailbox: Mailbox) -> None:
    session.execute(delete(GrantRequest).where(GrantRequest.mailbox_id == mailbox.id))


def _words(grant: MailboxGrant | None) -> str:
    return f"{grant.login} with {PROVIDERS[grant.provider].name}" if grant else ""


def _log(
    session: Session, actor: Actor, mailbox: Mailbox, values: tuple[str, str], now: datetime
) -> None:
    old, new = values
    audit.record(
        session, actor, AuditKind.MAILBOX, mailbox.address, "sign-in", old=old, new=new, now=now
    )


def _hashed(state: str) -> str:
    return sha256(state.encode("utf-8", "replace")).hexdigest()
