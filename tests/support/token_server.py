"""A provider of tokens for the tests: signs people in, gives tokens and takes them back.

It is strict as providers may be: a refresh token is good once, and one that comes again ends all
that came of the same sign-in. Dovecot asks :class:`Introspection`
whether an access token holds.
"""

from __future__ import annotations

import hashlib
import html
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from uuid import uuid4

CLIENT = {"client_id": "postdesk-client", "client_secret": "postdesk-secret"}
LIVE: dict[str, str] = {}
"""Access tokens that hold, and whose mail they open."""


class _HttpServer:
    """Answers on a port of loopback, in threads, until :meth:`close`."""

    def __init__(self) -> None:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                self._say(*owner.get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._say(*owner.post(self.path, dict(parse_qsl(body.decode()))))

            def _say(self, status: int, body: str, kind: str = "application/json") -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                if status in (302, 307):
                    self.send_header("Location", body)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def get(self, path: str) -> tuple[Any, ...]:
        raise NotImplementedError

    def post(self, path: str, form: dict[str, str]) -> tuple[Any, ...]:
        return 404, "{}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class Introspection(_HttpServer):
    """Says of an access token whether it holds, as Dovecot asks (RFC 7662)."""

    def get(self, path: str) -> tuple[Any, ...]:
        (token,) = parse_qs(urlsplit(path).query).get("token", [""])
        user = LIVE.get(token)
        return 200, json.dumps({"active": user is not None, "username": user or ""})


@dataclass
class _Consent:
    """That somebody agreed, and what came of it."""

    account: str
    scope: str
    refresh_tokens: list[str] = field(default_factory=list)
    access_tokens: list[str] = field(default_factory=list)


@dataclass
class _Code:
    consent: _Consent
    back: str
    challenge: str


class TokenServer(_HttpServer):
    """One provider, Google and Microsoft alike: the settings' ``…_URL`` is its :attr:`url`."""

    def __init__(self, account: str = "support@shop.example") -> None:
        self.account = account
        """Who signs in there."""
        self.says_account = True
        self.lasts = 3600
        """Seconds that an access token is said to hold."""
        self.scope = ""
        """What is granted; empty: what was asked for."""
        self.rotates = True
        """Whether each answer has another refresh token."""
        self.opens_mail = True
        """Whether mail servers take its tokens."""
        self.status = 200
        """Another one: all that it answers to programs."""
        self.slow = 0.0
        """Seconds before it answers for a token."""
        self.before_refresh: Callable[[], None] = lambda: None
        self.asked: list[dict[str, str]] = []
        """The forms that were sent for tokens."""
        self.user_code = "WXYZ-1234"
        self.device_says = "authorization_pending"
        """What is answered before the code was typed."""
        self._consents: list[_Consent] = []
        self._codes: dict[str, _Code] = {}
        self._devices: dict[str, str] = {}
        self._lock = threading.Lock()
        super().__init__()

    @property
    def settings(self) -> dict[str, str]:
        """By the names of settings, less ``POSTDESK_``."""
        return {
            f"OAUTH_{name}_{what}": value
            for name in ("GOOGLE", "MICROSOFT")
            for what, value in (
                ("CLIENT_ID", CLIENT["client_id"]),
                ("CLIENT_SECRET", CLIENT["client_secret"]),
                ("URL", self.url),
            )
        }

    def close(self) -> None:
        self.withdraw()
        super().close()

    def agree(self, url: str) -> str:
        """Sign in and agree at the address that a browser was sent to; where it goes then."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = uuid4().hex
        consent = self._consent(asked["scope"])
        with self._lock:
            self._codes[code] = _Code(consent, asked["redirect_uri"], asked["code_challenge"])
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def type_code(self) -> None:
        """Type the code that was given out last."""
        self.device_says = ""

    def grant(self) -> dict[str, Any]:
        """Tokens of a sign-in that happened long ago."""
        return self._tokens(self._consent("https://mail.google.com/"))

    def withdraw(self) -> None:
        """Take back all that was granted: as somebody does there, or a changed password."""
        for consent in self._consents:
            self._end(consent)

    def forget_access(self) -> None:
        """Have no access token hold any more; refresh tokens do."""
        for consent in self._consents:
            for token in consent.access_tokens:
                LIVE.pop(token, None)

    @property
    def tokens(self) -> list[str]:
        """All that were ever given out."""
        found = [t for one in self._consents for t in one.access_tokens + one.refresh_tokens]
        return [*found, *self._codes, *self._devices]

    def get(self, path: str) -> tuple[Any, ...]:
        """The page on which one agrees."""
        link = html.escape(self.agree(path))
        page = f"<!doctype html><title>Provider</title><h1>Sign in</h1><a href='{link}'>Agree</a>"
        return 200, page, "text/html"

    def post(self, path: str, form: dict[str, str]) -> tuple[Any, ...]:
        if self.status != 200:
            return self.status, "http://127.0.0.1:9/elsewhere"
        if form.get("client_id") != CLIENT["client_id"]:
            return self._no("invalid_client", 401)
        if path.endswith("/devicecode"):
            code = uuid4().hex
            self._devices[code] = form["scope"]
            return 200, json.dumps(
                {
                    "device_code": code,
                    "user_code": self.user_code,
                    "verification_uri": f"{self.url}/devicelogin",
                    "expires_in": 900,
                    "interval": 1,
                }
            )
        assert path.endswith("/token"), path
        self.asked.append(form)
        time.sleep(self.slow)
        if form.get("client_secret") != CLIENT["client_secret"]:
            return self._no("invalid_client", 401)
        if form["grant_type"] == "authorization_code":
            return self._for_code(form)
        if form["grant_type"] == "refresh_token":
            self.before_refresh()
            return self._for_refresh(form["refresh_token"])
        return self._for_device(form["device_code"])

    def _for_code(self, form: dict[str, str]) -> tuple[Any, ...]:
        with self._lock:
            found = self._codes.get(form["code"])
            if found is None or found.back != form["redirect_uri"]:
                return self._no("invalid_grant")
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            if urlsafe_b64encode(digest).rstrip(b"=").decode() != found.challenge:
                return self._no("invalid_grant")
            if found.consent.refresh_tokens:  # it comes once more
                self._end(found.consent)
                return self._no("invalid_grant")
        return 200, json.dumps(self._tokens(found.consent))

    def _for_refresh(self, token: str) -> tuple[Any, ...]:
        with self._lock:
            for consent in self._consents:
                if consent.refresh_tokens and consent.refresh_tokens[-1] == token:
                    return 200, json.dumps(self._tokens(consent))
                if token in consent.refresh_tokens:
                    self._end(consent)
        return self._no("invalid_grant")

    def _for_device(self, code: str) -> tuple[Any, ...]:
        if self.device_says:
            return self._no(self.device_says)
        return 200, json.dumps(self._tokens(self._consent(self._devices[code])))

    def _consent(self, scope: str) -> _Consent:
        made = _Consent(self.account, self.scope or scope)
        self._consents.append(made)
        return made

    def _tokens(self, consent: _Consent) -> dict[str, Any]:
        access, refresh = f"access.{uuid4().hex}", f"refresh.{uuid4().hex}"
        consent.access_tokens.append(access)
        if not consent.refresh_tokens or self.rotates:
            consent.refresh_tokens.append(refresh)
        if self.opens_mail:
            LIVE[access] = consent.account
        claims = {"aud": CLIENT["client_id"], "email": consent.account}
        payload = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        said = {
            "access_token": access,
            "refresh_token": refresh,
            "token_type": "Bearer",
            "expires_in": self.lasts,
            "scope": consent.scope,
        }
        if refresh not in consent.refresh_tokens:
            del said["refresh_token"]
        return said | ({"id_token": f"e30.{payload}.x"} if self.says_account else {})

    def _end(self, consent: _Consent) -> None:
        for token in consent.access_tokens:
            LIVE.pop(token, None)
        consent.refresh_tokens.append("")

    def _no(self, error: str, status: int = 400) -> tuple[Any, ...]:
        words = f"It says no: {error}."
        return status, json.dumps({"error": error, "error_description": words})
