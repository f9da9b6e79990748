"""How often something may be asked: counted in Redis, in memory while Redis is away.

Redis gets a tenth of a second an exchange, so a stopped one slows no page noticeably.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from helpdesk.settings import Settings
from helpdesk.text import fold_address
from jobs.queue import redis_url

_TIMEOUT = 0.1

P = ParamSpec("P")
R = TypeVar("R")


def init_app(app: Flask, settings: Settings) -> None:
    """Have the limits that views declare counted."""
    app.config.update(
        RATELIMIT_STORAGE_URI=_storage(redis_url(settings)),
        RATELIMIT_STORAGE_OPTIONS={
            "socket_timeout": _TIMEOUT,
            "socket_connect_timeout": _TIMEOUT,
            "retry": None,
        },
        RATELIMIT_KEY_PREFIX="postdesk",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_SWALLOW_ERRORS=True,
    )
    limiter.init_app(app)


def _storage(url: str) -> str:
    return f"redis+{url}" if url.startswith("unix:") else url


def _account() -> str:
    return fold_address(request.form.get("email", ""))[:254] or get_remote_address()


def _refused(response: Response) -> bool:
    return response.status_code != 303


limiter = Limiter(key_func=get_remote_address)

# Only what was refused counts: people who sign in rightly are never kept out by it.
sign_in_by_account = limiter.limit(
    "10 per 5 minutes", key_func=_account, methods=["POST"], deduct_when=_refused
)
sign_in_by_address = limiter.limit("60 per 5 minutes", methods=["POST"], deduct_when=_refused)
customer_answers = limiter.limit("30 per 10 minutes", methods=["POST"])


def _everybody() -> str:
    return "everybody"


# By who asks, and in all: nobody uses us to send mail to strangers by the thousand.
_new_requests = (
    limiter.limit("20 per hour", methods=["POST"]),
    limiter.limit("600 per hour", key_func=_everybody, methods=["POST"]),
)
_mailed_links = (
    limiter.limit("20 per hour", methods=["POST"]),
    limiter.limit("1000 per hour", key_func=_everybody, methods=["POST"]),
)


def new_requests(view: Callable[P, R]) -> Callable[P, R]:
    """The form by which anybody may write to us."""
    limited: Callable[P, R] = _new_requests[0](_new_requests[1](view))
    return limited


def mailed_links(view: Callable[P, R]) -> Callable[P, R]:
    """What has a link mailed to an address. How many one address gets, the action counts."""
    limited: Callable[P, R] = _mailed_links[0](_mailed_links[1](view))
    return limited
