"""How often the pages and the API may be asked: counted in Redis, over all web processes together.

While Redis is away each process counts for itself, and asks it again only after a while: a stopped
one holds up one request for a moment, and then none.

A program works through thousands of tickets with one token, so what is asked with a token is
limited only to keep one runaway program from taking everything. Passwords are another matter:
each try costs a slow hash, and guessing must not pay.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import cached_property, wraps
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Concatenate, ParamSpec, TypeVar

from flask import Flask, Response, current_app, make_response, request, session
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.outages import outage
from helpdesk.settings import Settings
from helpdesk.tickets.content import StoredFile
from jobs.queue import redis_url
from web.languages import ngettext
from web.uploads import kept_files, stored_files

BY_TOKEN = parse("6000 per minute")
"""At least 3,000 are promised."""
STRANGERS = parse("600 per minute")
"""Requests to the API with no token, or one that is not ours, by address."""
TRIES_BY_SESSION = parse("10 per 5 minutes")
"""Of somebody signed in, to type their own password."""
LINK_TRIES = parse("60 per 5 minutes")
"""Links to sign in that do not hold, by address."""
CUSTOMER_ANSWERS = parse("30 per 10 minutes")
# By who asks, and in all: nobody uses us to send mail to strangers by the thousand.
NEW_REQUESTS = parse("20 per hour")
ALL_NEW_REQUESTS = parse("600 per hour")
MAILED_LINKS = parse("20 per hour")
ALL_MAILED_LINKS = parse("1000 per hour")
KEPT_UPLOADS = parse("20 per hour")
"""Forms that are refused by a limit, and whose files are kept all the same, by address."""

ANSWERS_WITHIN = 0.1
"""Seconds that Redis has to answer, or to take a connection."""
ASKED_AGAIN_AFTER = 5.0
"""Seconds that Redis is left alone, once it did not answer."""

_KEY = "postdesk.limits"

P = ParamSpec("P")
R = TypeVar("R")
Told = TypeVar("Told")


class RateLimits:
    """The counts of one application."""

    def __init__(self, redis_url: str) -> None:
        url = f"redis+{redis_url}" if redis_url.startswith("unix:") else redis_url
        redis = RedisStorage(
            url,
            key_prefix="postdesk:limits",
            socket_timeout=ANSWERS_WITHIN,
            socket_connect_timeout=ANSWERS_WITHIN,
            retry=None,  # type: ignore[arg-type]
        )
        self._everywhere = FixedWindowRateLimiter(redis)
        self._away_until = 0.0

    @cached_property
    def _here(self) -> FixedWindowRateLimiter:
        # Once it is needed: its storage begins a thread, which no fork of ours would have.
        return FixedWindowRateLimiter(MemoryStorage())

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
        if self.reached(limit, who):
            raise self._too_many(limit, who)

    def note(self, limit: RateLimitItem, who: str) -> None:
        """Count one, whatever the count is."""
        self._ask(lambda counter: counter.hit(limit, _key(who)))

    def _ask(self, question: Callable[[FixedWindowRateLimiter], Told]) -> Told:
        if time.monotonic() >= self._away_until:
            try:
                told = question(self._everywhere)
                outage("redis").worked()
                return told
            except RedisError as problem:
                self._away_until = time.monotonic() + ASKED_AGAIN_AFTER
                outage("redis").failed(type(problem).__name__)
        return question(self._here)

    def _too_many(self, limit: RateLimitItem, who: str) -> TooManyRequests:
        reset = self._ask(lambda counter: counter.get_window_stats(limit, _key(who))).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        return TooManyRequests(
            f"That was too often; try again in {seconds} s.", retry_after=seconds
        )

    def reached(self, limit: RateLimitItem, who: str) -> bool:
        """Say whether the next would be one too many."""
        return not self._ask(lambda counter: counter.test(limit, _key(who)))


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its counts."""
    app.extensions[_KEY] = RateLimits(redis_url(settings))


def rate_limits() -> RateLimits:
    """Return the counts of the application that serves this request."""
    found: RateLimits = current_app.extensions[_KEY]
    return found


def remote_address() -> str:
    """Return who asks, where there is nothing better to count by.

    Whoever has an address of IPv6 has a whole network of them, so that is what counts.
    """
    text = request.remote_addr or "unknown"
    try:
        address = ip_address(text)
    except ValueError:
        return text
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else text


def _session() -> str:
    return str(session.get("_user_id", "")) or remote_address()


def _everybody() -> str:
    return "everybody"


def _limited(
    limit: RateLimitItem, who: Callable[[], str] = remote_address
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Limit how often a page's form may be sent; each form has a count of its own."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def limited(*args: P.args, **kwargs: P.kwargs) -> R:
            if request.method == "POST":
                rate_limits().count(limit, f"{request.endpoint} {who()}")
            return view(*args, **kwargs)

        return limited

    return decorate


def _limited_if_refused(
    limit: RateLimitItem, who: Callable[[], str]
) -> Callable[[Callable[P, R]], Callable[P, R | AnyResponse]]:
    """Limit how often a form may be sent in vain: one that leads on to a page does not count."""

    def decorate(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
        @wraps(view)
        def limited(*args: P.args, **kwargs: P.kwargs) -> R | AnyResponse:
            if request.method != "POST":
                return view(*args, **kwargs)
            counted, refused = f"{request.endpoint} {who()}", True
            rate_limits().check(limit, counted)
            try:
                answer = make_response(view(*args, **kwargs))
                refused = answer.status_code != 303
                return answer
            finally:
                if refused:
                    rate_limits().note(limit, counted)

        return limited

    return decorate


def _key(who: str) -> str:
    """Neither tokens nor addresses are stored as they are."""
    return sha256(who.encode("utf-8", "replace")).hexdigest()


def links_followed(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
    """A form that a mailed link leads to, by the address that asks."""
    return _limited_if_refused(LINK_TRIES, remote_address)(view)


def own_password(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
    """The form that asks somebody signed in for their own password: a borrowed browser guesses."""
    return _limited_if_refused(TRIES_BY_SESSION, _session)(view)


def customer_answers(view: Callable[P, R]) -> Callable[P, R]:
    """What a customer does on a ticket."""
    return _limited(CUSTOMER_ANSWERS)(view)


def new_requests(view: Callable[P, R]) -> Callable[P, R]:
    """The form by which anybody may write to us."""
    return _limited(NEW_REQUESTS)(_limited(ALL_NEW_REQUESTS, _everybody)(view))


def mailed_links(view: Callable[P, R]) -> Callable[P, R]:
    """What has a link mailed to an address. How many one address gets, the action counts."""
    return _limited(MAILED_LINKS)(_limited(ALL_MAILED_LINKS, _everybody)(view))


def files_of_refused() -> tuple[StoredFile, ...]:
    """The files of a form that a limit refused: they come back with it, within a limit as well."""
    may_be_stored = not rate_limits().reached(KEPT_UPLOADS, remote_address())
    if may_be_stored and request.files:
        rate_limits().note(KEPT_UPLOADS, remote_address())
    return stored_files() if may_be_stored else kept_files()


def form_comes_back(
    show: Callable[Concatenate[str, P], Response],
) -> Callable[[Callable[P, AnyResponse]], Callable[P, AnyResponse]]:
    """Have a form that a limit refuses come back as it was, saying how long to wait.

    :param show: given the words and the view's arguments, returns the page with the form.
    """

    def decorate(view: Callable[P, AnyResponse]) -> Callable[P, AnyResponse]:
        @wraps(view)
        def answered(*args: P.args, **kwargs: P.kwargs) -> AnyResponse:
            try:
                return view(*args, **kwargs)
            except TooManyRequests as problem:
                page = show(wait_words(problem), *args, **kwargs)
                page.status_code = 429
                page.headers["Retry-After"] = str(problem.retry_after)
                return page

        return answered

    return decorate


def wait_words(problem: TooManyRequests) -> str:
    """How long to wait, in the language of this page."""
    seconds = problem.retry_after if isinstance(problem.retry_after, int) else 60
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "That was too often in a short time. Please try again in a minute.",
        "That was too often in a short time. Please try again in %(num)s minutes.",
        minutes,
    ) % {"num": minutes}
