"""How often the API may be asked: counted in Redis, over all web processes together.

A program works through thousands of tickets with one token, so what is asked with a token is
limited only to keep one runaway program from taking everything. Passwords are another matter:
each try costs a slow hash, and guessing must not pay.

While Redis is away each process counts for itself, and asks it again only after a while: a stopped
one holds up one request for a moment, and then none.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

import structlog
from flask import request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError
from werkzeug.exceptions import TooManyRequests

BY_TOKEN = parse("6000 per minute")
"""At least 3,000 are promised."""
STRANGERS = parse("600 per minute")
"""Requests with no token, or one that is not ours, by address."""
TRIES_BY_ACCOUNT = parse("10 per 5 minutes")
"""Refused passwords; who signs in rightly is never kept out by their own number."""
TRIES_BY_ADDRESS = parse("60 per 5 minutes")
ANSWERS_WITHIN = 0.1
"""Seconds that Redis has to answer, or to take a connection."""
ASKED_AGAIN_AFTER = 5.0
"""Seconds that Redis is left alone, once it did not answer."""

Told = TypeVar("Told")
log = structlog.get_logger("web.api")


class Limits:
    """The counts of one application."""

    def __init__(self, redis_url: str) -> None:
        url = f"redis+{redis_url}" if redis_url.startswith("unix:") else redis_url
        redis = RedisStorage(
            url,
            key_prefix="postdesk:api",
            socket_timeout=ANSWERS_WITHIN,
            socket_connect_timeout=ANSWERS_WITHIN,
            retry=None,  # type: ignore[arg-type]
        )
        self._everywhere = FixedWindowRateLimiter(redis)
        self._here = FixedWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0

    def count(self, limit: RateLimitItem, who: str) -> None:
        """Count one request of ``who``.

        :raises TooManyRequests: it is one too many.
        """
        if not self._ask(lambda counter: counter.hit(limit, _key(who))):
            raise self._too_many(limit, who)

    def check(self, limit: RateLimitItem, who: str) -> None:
        """Look, without counting.

        :raises TooManyRequests: the next would be one too many.
        """
        if not self._ask(lambda counter: counter.test(limit, _key(who))):
            raise self._too_many(limit, who)

    def note(self, limit: RateLimitItem, who: str) -> None:
        """Count one, whatever the count is."""
        self._ask(lambda counter: counter.hit(limit, _key(who)))

    def _ask(self, question: Callable[[FixedWindowRateLimiter], Told]) -> Told:
        if time.monotonic() >= self._away_until:
            try:
                return question(self._everywhere)
            except RedisError:
                self._away_until = time.monotonic() + ASKED_AGAIN_AFTER
                log.warning("redis_away", counted="by each process")
        return question(self._here)

    def _too_many(self, limit: RateLimitItem, who: str) -> TooManyRequests:
        reset = self._ask(lambda counter: counter.get_window_stats(limit, _key(who))).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        return TooManyRequests(
            f"That was too often; try again in {seconds} s.", retry_after=seconds
        )


def remote_address() -> str:
    """Who asks, where there is nothing better to count by."""
    return request.remote_addr or "unknown"


def _key(who: str) -> str:
    """Neither tokens nor addresses are kept as they are."""
    return sha256(who.encode("utf-8", "replace")).hexdigest()
