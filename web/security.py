"""Headers on every answer, hosts we answer for, and where a redirect may lead.

Pages carry no inline script and no inline style, so the policy allows neither. The one page with
another policy is the frame that shows a mail (:mod:`web.mail_frame`).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode, int_to_bytes, want_bytes

from helpdesk import shop_clock
from helpdesk.settings import Settings
from web.store import store

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
DOWNLOAD_POLICY = "sandbox; default-src 'none'"
_UNUSED_POWERS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
_CLOCKS_APART = 3
"""Seconds by which the clocks of two machines may differ, each near enough to the shop's."""
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def init_app(app: Flask) -> None:
    """Put the headers on every answer, and turn away what another site sends in our name."""
    app.session_interface = SessionCookie()
    app.before_request(_refuse_other_sites)
    app.after_request(_add_headers)


class ShopTimeSigner(TimestampSigner):
    """Signs with the shop's time, and as if a little earlier: what one machine signed must not be
    of another's future, where it would count as expired.
    """

    def get_timestamp(self) -> int:
        """Return the moment, in seconds since the epoch."""
        return int(shop_clock.seconds())

    def sign(self, value: str | bytes) -> bytes:
        """Return the value with its time and signature."""
        moment = base64_encode(int_to_bytes(self.get_timestamp() - _CLOCKS_APART))
        timed = want_bytes(value) + want_bytes(self.sep) + moment
        return timed + want_bytes(self.sep) + self.get_signature(timed)


def timed_serializer(purpose: str) -> URLSafeTimedSerializer:
    """What signs values of ours that lie with browsers, and knows how old they are.

    :param purpose: what one signs for it is good for nothing else.
    """
    return URLSafeTimedSerializer(store().settings.secret_key, salt=purpose, signer=ShopTimeSigner)


class SessionCookie(SecureCookieSessionInterface):
    """The session's cookie, for https alone as soon as it is set over https."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs it, by the shop's time."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = ShopTimeSigner
        return serializer

    def get_cookie_secure(self, app: Flask) -> bool:
        """Say whether it is for https alone."""
        return cookies_are_secure()


def cookies_are_secure() -> bool:
    """Whether cookies are for https alone: by the public address, or by how this request came."""
    return store().settings.secure_cookies or request.is_secure


def trusted_hosts(settings: Settings) -> list[str]:
    """The names we answer to: the public one, the one listened on, and loopback."""
    listen = settings.web_listen.host
    own = {settings.public_host, "localhost", "127.0.0.1", "[::1]"}
    if listen not in ("", "0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
        own.add(f"[{listen}]" if ":" in listen else listen)
    return sorted(own)


def own_path(target: str | None) -> str | None:
    """``target`` if it is a path of ours, else None: nobody is redirected to another site.

    Browsers drop tabs and line ends, and read a backslash as a slash, so both are refused.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(character) < 0x21 for character in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def _refuse_other_sites() -> None:
    """The browser itself says where a form was sent from; the token (Flask-WTF) is checked too."""
    site = request.headers.get("Sec-Fetch-Site", "none")
    if request.path.startswith("/api/"):
        return  # its tokens are sent by programs, never by a browser on its own
    if request.method not in _SAFE_METHODS and site not in ("same-origin", "none"):
        abort(400)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers["Permissions-Policy"] = _UNUSED_POWERS
    headers.setdefault("X-Robots-Tag", "noindex")
    # What somebody may see is theirs: no shared cache, no copy after signing out.
    headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:  # over plain HTTP a browser ignores it (RFC 6797 7.2)
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
