"""A session with a relay, opened: encrypted and signed in as is set, or not at all."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from helpdesk.addr_spec import wire_domain
from helpdesk.imap.account import is_loopback
from helpdesk.settings import Relay
from helpdesk.submission.session import ConnectionLost, RelaySession, RelayUnreachable, Timeouts
from helpdesk.submission.trouble import RelayFault

Tokens = Callable[[str], tuple[str, str]]
"""Gives who signs in and an access token. It is told the token that was refused just now, if any,
and raises :class:`RelayUnreachable`."""
_T = TypeVar("_T")
BEFORE_A_PAGE = Timeouts(connect=8, banner=10, command=10)
"""Somebody waits for the answer."""


def open_session(relay: Relay, session: RelaySession) -> None:
    """Connect, encrypt and sign in as is set: then a mail may be handed over.

    :raises RelayUnreachable: where there is no relay, or none that lets us in.
    """
    context = tls_context(relay.host, relay.authority)
    session.open(relay.host, relay.port, tls=context if relay.scheme == "smtps" else None)
    wanted = relay.tls == "required" or (relay.tls == "offered" and session.offers("starttls"))
    if wanted and not session.tls:
        session.start_tls(context)
    if not relay.user:
        return
    if not session.tls and not is_loopback(relay.host):
        raise RelayUnreachable(
            "it offers no encryption, and the password is not sent without",
            fault=RelayFault.UNTRUSTED,
        )
    if relay.token:
        session.sign_in_by_token(relay.user, relay.token)
    else:
        session.sign_in(relay.user, relay.password)


def by_token(relay: Relay, token: Tokens, attempt: Callable[[Relay], _T]) -> _T:
    """Attempt something with a relay that an access token lets in; one that is refused is renewed
    once.

    :raises RelayUnreachable:
    """
    user, given = token("")
    try:
        return attempt(replace(relay, user=user, token=given))
    except RelayUnreachable as problem:
        if problem.fault is not RelayFault.REFUSED:
            raise
    user, given = token(given)
    try:
        return attempt(replace(relay, user=user, token=given))
    except RelayUnreachable as problem:
        if problem.fault is not RelayFault.REFUSED:
            raise
        raise RelayUnreachable(str(problem), problem.code, RelayFault.CONSENT) from None


def probe(
    relay: Relay,
    own_name: str,
    timeouts: Timeouts,
    *,
    sender: str = "",
    token: Tokens | None = None,
) -> bool:
    """Connect as for a mail, encrypt and sign in as set, and leave. Whether it went over TLS.

    :param own_name: this machine's, for the greeting.
    :param sender: the address that mail is to leave under: whether it may is asked, too.
    :param token: where an access token is given instead of a password.
    :raises RelayUnreachable: where there is no relay, or none that lets us in.
    """

    def attempt(named: Relay) -> bool:
        session = RelaySession(timeouts, helo_name(own_name))
        try:
            open_session(named, session)
            if sender:
                _ask_for_sender(session, sender)
            session.quit()
        finally:
            session.shut_down()
        return session.tls

    return by_token(relay, token, attempt) if token else attempt(relay)


def _ask_for_sender(session: RelaySession, sender: str) -> None:
    try:
        reply = session.begin(f"MAIL FROM:<{wire_address(sender)}>")
        if not reply.positive:
            passing = 400 <= reply.code < 500
            fault = RelayFault.LIMIT if passing else RelayFault.SENDER
            raise RelayUnreachable(reply.text, reply.code, fault)
        session.reset()
    except ConnectionLost as problem:
        raise RelayUnreachable(str(problem)) from None


def wire_address(address: str) -> str:
    """The address with its domain in ASCII (IDNA); the local part goes as it is."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{wire_domain(domain)}"


def tls_context(host: str, authority: Path | None = None) -> ssl.SSLContext:
    """Certificates are checked, but for a relay on this very machine: those sign their own.

    :param authority: a file of certificates that vouch for the relay, instead of the system's.
    """
    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    if authority is None and is_loopback(host):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def helo_name(host: str) -> str:
    """Our name for EHLO; an address stands in brackets (RFC 5321 4.1.3)."""
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"
    return host if re.fullmatch(r"[A-Za-z0-9.-]{1,255}", host) else "localhost"
