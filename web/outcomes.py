"""What came of what a page sent, for the page that takes its place before it was told.

A page gives what it sends a name (``X-Deed``). Whoever reloads it at once, or goes on, asks by that
name. It stands in Redis for some minutes, for the person alone; with Redis away nobody is told, and
nothing else is missed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

from flask import Flask, current_app, g

from jobs.queue import open_redis, redis_url
from web.store import store

if TYPE_CHECKING:
    from redis import Redis

DEED = "X-Deed"
"""Names what is sent: letters and digits that the page made up."""
LASTS = 300
"""Seconds for which it can be asked for."""
LONGEST_NAME = 40
_STEP = 0.2
"""Seconds that one exchange with Redis may take."""
_REST = 5.0
"""Seconds without asking after it did not answer."""
_EXTENSION = "postdesk.outcomes"

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class DeedOutcome:
    """What a page would have been told."""

    status: int
    """As HTTP has it: from 400 on it was refused."""
    leads_to: str = ""
    said: tuple[tuple[str, str], ...] = ()
    """The notices: of what kind each is, and its words."""


class Outcomes:
    """What came of what was sent. One a process; threads may share it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._redis: Redis | None = None
        self._silent_until = 0.0

    def keep(self, person_id: int, name: str, outcome: DeedOutcome) -> None:
        """Keep what came of what somebody sent, by the name it was sent with. Never raises."""
        if key := _key(person_id, name):
            written = json.dumps(asdict(outcome))
            self._try(lambda redis: redis.set(key, written, ex=LASTS))

    def of(self, person_id: int, name: str) -> DeedOutcome | None:
        """Return what came of it; None where that is not known, or not yet. Never raises."""
        key = _key(person_id, name)
        kept = self._try(lambda redis: redis.get(key)) if key else None
        if not isinstance(kept, bytes):
            return None
        values = json.loads(kept)
        said = tuple((str(kind), str(words)) for kind, words in values["said"])
        return DeedOutcome(values["status"], values["leads_to"], said)

    def _try(self, ask: Callable[[Redis], Answer]) -> Answer | None:
        if time.monotonic() < self._silent_until:
            return None
        try:
            if self._redis is None:
                self._redis = open_redis(self._url, timeout=_STEP)
            return ask(self._redis)
        except Exception:
            # The nudger's own attempts say in the log that Redis is away.
            self._silent_until = time.monotonic() + _REST
            return None


def init_app(app: Flask) -> None:
    """Give the application its outcomes."""
    with app.app_context():
        app.extensions[_EXTENSION] = Outcomes(redis_url(store().settings))


def outcomes() -> Outcomes:
    """The outcomes of the application that serves this request."""
    found: Outcomes = current_app.extensions[_EXTENSION]
    return found


def note_said(words: str, kind: str) -> None:
    """Have a notice stand in the outcome that the answer itself has in another shape."""
    g.setdefault("said_in_answer", []).append((kind, words))


def said_in_answer() -> tuple[tuple[str, str], ...]:
    """What :func:`note_said` was given in this request."""
    return tuple(g.get("said_in_answer", ()))


def _key(person_id: int, name: str) -> str:
    """Where it stands; nowhere, for what no page of ours would call it."""
    is_name = name.isascii() and name.isalnum() and len(name) <= LONGEST_NAME
    return f"postdesk:outcome:{person_id}:{name}" if is_name else ""
