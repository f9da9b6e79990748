"""Who looks at which ticket just now, and who writes on it: in Redis, for some seconds.

Nothing of it is kept: what is not said again is forgotten. With Redis away nobody is seen, and
nothing else is missed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobs.queue import open_redis

if TYPE_CHECKING:
    from redis import Redis

LASTS = 40
"""Seconds after which somebody who says nothing is gone; pages say it every twenty."""
STEP = 0.2
"""Seconds that one exchange with Redis may take."""
REST = 5.0
"""Seconds without asking after it did not answer."""
_KEY = "postdesk:presence"
_LONGEST_NUMBER = 40


@dataclass(frozen=True)
class Present:
    """Somebody at a ticket."""

    number: str
    person_id: int
    writes: bool


class Presence:
    """Who is where. One a process; threads may share it."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._clock = clock
        self._redis: Redis | None = None
        self._silent_until = 0.0

    def say(self, number: str, person_id: int, *, writes: bool, leaves: bool = False) -> None:
        """Note that somebody is at a ticket, or leaves it. Never raises."""
        number, now = number[:_LONGEST_NUMBER], self._clock()
        members = {what: f"{number}|{person_id}|{what}" for what in ("looks", "writes")}
        is_now = members["writes" if writes else "looks"]

        def note() -> None:
            pipe = self._connection().pipeline()
            pipe.zrem(_KEY, *(one for one in members.values() if leaves or one != is_now))
            if not leaves:
                pipe.zadd(_KEY, {is_now: now + LASTS})
            pipe.zremrangebyscore(_KEY, 0, now)
            pipe.expire(_KEY, LASTS)
            pipe.execute()

        self._try(note)

    def everybody(self) -> frozenset[Present]:
        """Who is where just now; nobody where Redis does not answer."""
        found: list[Any] = []

        def read() -> None:
            found.extend(self._connection().zrangebyscore(_KEY, self._clock(), "inf"))

        self._try(read)
        present = set()
        for one in found:
            number, person_id, what, *_ = (*str(one, "utf-8").split("|"), "", "")
            if person_id.isascii() and person_id.isdigit():
                present.add(Present(number, int(person_id), what == "writes"))
        return frozenset(present)

    def _try(self, what: Callable[[], object]) -> None:
        if self._clock() < self._silent_until:
            return
        try:
            what()
        except Exception:
            # The nudger's own attempts say in the log that Redis is away.
            self._silent_until = self._clock() + REST

    def _connection(self) -> Redis:
        if self._redis is None:
            self._redis = open_redis(self._url, timeout=STEP)
        return self._redis
