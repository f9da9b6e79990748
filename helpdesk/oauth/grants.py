"""Have somebody grant us the right to open a mailbox, and get tokens for it.

By the browser (RFC 6749 4.1, with RFC 7636), by a code that is typed on another device (RFC 8628),
and anew by a refresh token (RFC 6749 6). Google and Microsoft differ in nothing here.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from helpdesk.oauth.asking import ask
from helpdesk.oauth.providers import LOOPBACK, ProviderClient
from helpdesk.oauth.trouble import OAuthRefused, StillWaiting, TokenTrouble
from helpdesk.text import bounded_int, clean_line

_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]{1,16000}=*")
"""RFC 6750 2.1: nothing that could end the line in which it is shown to a server."""
_OPAQUE = re.compile(r"[\x21-\x7e]{1,16000}")
_SHORT_LIFE = 600
"""Seconds that an access token is taken to hold where nothing is said of it."""
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True)
class GrantedTokens:
    """What a provider gave."""

    access_token: str = field(repr=False)
    lasts: int
    """Seconds, from when it was asked."""
    refresh_token: str = field(default="", repr=False)
    """Empty: the one before goes on."""
    scopes: str = ""
    """What was granted; empty where that is what was asked for."""
    account: str = ""
    """Whose it is, as the provider says; empty where it says nothing."""


@dataclass(frozen=True)
class DeviceCode:
    """What is typed on another device, and where."""

    device_code: str = field(repr=False)
    user_code: str
    url: str
    lasts: int
    """Seconds."""
    asked_every: int
    """Seconds between two questions whether it was typed."""


def new_verifier() -> str:
    """Make a code verifier (RFC 7636 4.1)."""
    return secrets.token_urlsafe(48)


def sign_in_url(
    client: ProviderClient, *, back: str, state: str, verifier: str, login: str = ""
) -> str:
    """Where a browser goes to sign in (RFC 6749 4.1.1).

    :param back: our address that it comes back to.
    :param verifier: its hash alone goes along (RFC 7636 4.2).
    """
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": back,
        "scope": " ".join(client.facts.scopes),
        "state": state,
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"),
        "code_challenge_method": "S256",
        **dict(client.facts.asked_along),
    }
    if login:
        asked["login_hint"] = login
    return f"{client.authorize_url}?{urlencode(asked)}"


def tokens_for_code(
    client: ProviderClient, code: str, *, back: str, verifier: str
) -> GrantedTokens:
    """Exchange the code that a browser came back with (RFC 6749 4.1.3).

    :raises OAuthRefused, TokenTrouble:
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    return _tokens(client, form)


def tokens_anew(client: ProviderClient, refresh_token: str) -> GrantedTokens:
    """Get another access token (RFC 6749 6); the refresh token may be another one, too.

    :raises OAuthRefused, TokenTrouble:
    """
    return _tokens(client, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def begin_device(client: ProviderClient) -> DeviceCode:
    """Ask for a code that somebody types on another device (RFC 8628 3.1).

    :raises OAuthRefused, TokenTrouble:
    """
    form = {"client_id": client.client_id, "scope": " ".join(client.facts.scopes)}
    said = ask(client.device_url, form)
    url = _text(said, "verification_uri") or _text(said, "verification_url")
    code, user_code = _text(said, "device_code"), clean_line(_text(said, "user_code"), 40)
    if not _OPAQUE.fullmatch(code) or not user_code or not _is_web(url):
        raise TokenTrouble("it gave no code that can be typed")
    return DeviceCode(
        code, user_code, url,
        lasts=_seconds(said, "expires_in", 900), asked_every=_seconds(said, "interval", 5),
    )  # fmt: skip


def tokens_for_device(client: ProviderClient, device_code: str) -> GrantedTokens:
    """Ask whether the code was typed (RFC 8628 3.4).

    :raises StillWaiting: not yet.
    :raises OAuthRefused, TokenTrouble:
    """
    try:
        return _tokens(client, {"grant_type": _DEVICE_GRANT, "device_code": device_code})
    except OAuthRefused as refused:
        if refused.code in ("authorization_pending", "slow_down"):
            raise StillWaiting(slower=refused.code == "slow_down") from None
        raise


def _tokens(client: ProviderClient, form: dict[str, str]) -> GrantedTokens:
    form = {**form, "client_id": client.client_id}
    if client.client_secret:
        form["client_secret"] = client.client_secret
    said = ask(client.token_url, form)
    access, refresh = _text(said, "access_token"), _text(said, "refresh_token")
    if not _TOKEN.fullmatch(access) or _text(said, "token_type").lower() != "bearer":
        raise TokenTrouble("it gave no access token that can be used")
    if refresh and not _OPAQUE.fullmatch(refresh):
        raise TokenTrouble("it gave no refresh token that can be used")
    return GrantedTokens(
        access,
        _seconds(said, "expires_in", _SHORT_LIFE),
        refresh,
        clean_line(_text(said, "scope"), 2000),
        _account(client, _text(said, "id_token")),
    )


def _account(client: ProviderClient, id_token: str) -> str:
    """Whose token it is. Its signature need not be checked: it comes from the provider itself, over
    a connection that is (OpenID Connect Core 3.1.3.7, 6)."""
    try:
        payload = id_token.split(".")[1]
        said = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (LookupError, ValueError):
        return ""
    if not isinstance(said, dict) or said.get("aud") != client.client_id:
        return ""
    named = _text(said, "preferred_username") or _text(said, "email")
    return clean_line(named, 200) if "@" in named else ""


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _seconds(said: dict[str, Any], name: str, usual: int) -> int:
    """A number of seconds: some write it as text."""
    number = bounded_int(str(said.get(name, "")), least=1, most=366 * 86_400)
    return usual if number is None else number


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
