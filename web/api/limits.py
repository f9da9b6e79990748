"""How often the API may be asked: counted in the memory of each web process.

A program works through thousands of tickets with one token, so what is asked with a token is
limited only to keep one runaway program from taking everything. Passwords are another matter:
each try costs a slow hash, and guessing must not pay.
"""

from __future__ import annotations

import math
import time
from hashlib import sha256

from flask import request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

BY_TOKEN = parse("6000 per minute")
"""At least 3,000 are promised."""
STRANGERS = parse("600 per minute")
"""Requests with no token, or one that is not ours, by address."""
TRIES_BY_ACCOUNT = parse("10 per 5 minutes")
"""Refused passwords; who signs in rightly is never kept out by their own number."""
TRIES_BY_ADDRESS = parse("60 per 5 minutes")


class Limits:
    """The counts of one application."""

    def __init__(self) -> None:
        self._counter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, limit: RateLimitItem, who: str) -> None:
        """Count one request of ``who``.

        :raises TooManyRequests: it is one too many.
        """
        if not self._counter.hit(limit, _key(who)):
            raise self._too_many(limit, who)

    def check(self, limit: RateLimitItem, who: str) -> None:
        """Look, without counting.

        :raises TooManyRequests: the next would be one too many.
        """
        if not self._counter.test(limit, _key(who)):
            raise self._too_many(limit, who)

    def note(self, limit: RateLimitItem, who: str) -> None:
        """Count one, whatever the count is."""
        self._counter.hit(limit, _key(who))

    def _too_many(self, limit: RateLimitItem, who: str) -> TooManyRequests:
        reset = self._counter.get_window_stats(limit, _key(who)).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        return TooManyRequests(
            f"That was too often; try again in {seconds} s.", retry_after=seconds
        )


def remote_address() -> str:
    """Who asks, where there is nothing better to count by."""
    return request.remote_addr or "unknown"


def _key(who: str) -> str:
    """Neither tokens nor addresses stay in memory as they are."""
    return sha256(who.encode("utf-8", "replace")).hexdigest()
