"""Wrong passwords: who guesses is slowed, and nobody pays for the guesses of others.

Refused tries are counted by account, by address, and by both together. An address that guesses at
an account has to wait, whatever it types then. An account that is guessed at from everywhere asks
those addresses, and no other, for more than a password: a mailed link, to set a new one by. A
browser that somebody signed in with before, or set a password by mail with, is known for their
account and counts by itself: guesses from the same office, or the same machine, do not shut its
owner out.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from flask import Response, request
from itsdangerous import BadData, URLSafeTimedSerializer
from limits import parse

from helpdesk.text import fold_address
from web.limits import rate_limits, remote_address
from web.security import cookies_are_secure, timed_serializer

AT_ACCOUNT_FROM_ADDRESS = parse("20 per 5 minutes")
FROM_ADDRESS = parse("60 per 5 minutes")
AT_ACCOUNT = parse("100 per day")
"""After so many, from anywhere, the addresses that took part are asked for a mailed link."""
TAKES_PART = parse("5 per day")

NEEDS_LINK = (
    "Many wrong passwords were tried for this account, some of them from your network. Have a link "
    "mailed (“Forgot your password?”) and set a new one by it."
)

_COOKIE = "known"
_KNOWN_FOR = 180 * 86400


class Guess:
    """One try to sign in to an account: ask :meth:`check` first, and tell how it ended."""

    def __init__(self, account: str) -> None:
        self._account = fold_address(account)[:254]
        self._counts = rate_limits()
        known = _known_browser(self._account)
        self._is_known = known is not None
        self._who = f"browser {known}" if known else f"address {remote_address()}"

    def check(self) -> None:
        """See whether whoever asks may try now; it costs no slow hash.

        :raises TooManyRequests: they guessed too often, and have to wait.
        """
        self._counts.check(AT_ACCOUNT_FROM_ADDRESS, self._both)
        if not self._is_known:
            self._counts.check(FROM_ADDRESS, self._who)

    @property
    def needs_link(self) -> bool:
        """Whether no password is enough: an account that is guessed at again and again, from an
        address that took part. Not even the right one: its answer would tell that it is."""
        return self._counts.reached(AT_ACCOUNT, f"account {self._account}") and (
            self._counts.reached(TAKES_PART, f"part {self._both}")
        )

    def was_wrong(self) -> None:
        """Count it. What was right never counts."""
        self._counts.note(AT_ACCOUNT_FROM_ADDRESS, self._both)
        self._counts.note(TAKES_PART, f"part {self._both}")
        self._counts.note(AT_ACCOUNT, f"account {self._account}")
        if not self._is_known:
            self._counts.note(FROM_ADDRESS, self._who)

    @property
    def _both(self) -> str:
        return f"{self._who} at {self._account}"


def know_browser(response: Response, account: str) -> None:
    """Have this browser known for the account from now on, once it was signed in with."""
    word = _signer().dumps([_marked(fold_address(account)[:254]), secrets.token_urlsafe(12)])
    response.set_cookie(
        _COOKIE, word, max_age=_KNOWN_FOR, path="/desk/login", httponly=True, samesite="Lax",
        secure=cookies_are_secure(),
    )  # fmt: skip


def _known_browser(account: str) -> str | None:
    """The word that names this browser, where it is known for the account."""
    try:
        marked, browser = _signer().loads(request.cookies.get(_COOKIE, ""), max_age=_KNOWN_FOR)
    except (BadData, ValueError, TypeError):
        return None
    return str(browser) if marked == _marked(account) else None


def _marked(account: str) -> str:
    return sha256(account.encode("utf-8", "replace")).hexdigest()


def _signer() -> URLSafeTimedSerializer:
    return timed_serializer("known browser")
