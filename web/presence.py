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

LASTS = 30
"""Seconds after which a tab that says nothing is gone; pages say it every twelve."""
WRITING_LASTS = 15
"""Seconds after which it is not said to write any more; pages say it every five."""
STEP = 0.2
"""Seconds that one exchange with Redis may take."""
REST = 5.0
"""Seconds without asking after it did not answer."""
_KEY = "postdesk:presence"
_LONGEST_NUMBER = 40
_LONGEST_TAB = 16


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

    def say(
        self, number: str, person_id: int, *, writes: bool, leaves: bool = False, tab: str = ""
    ) -> None:
        """Note that somebody is at a ticket, or leaves it. Never raises.

        :param tab: of which tab it is said: who leaves by one is still there by another.
        """
        number, now = number[:_LONGEST_NUMBER], self._clock()
        tab = tab[:_LONGEST_TAB] if tab.isalnum() and tab.isascii() else ""
        looking, writing = (f"{number}|{person_id}|{what}|{tab}" for what in ("looks", "writes"))

        def note() -> None:
            pipe = self._connection().pipeline()
            if leaves:
                pipe.zrem(_KEY, looking, writing)
            elif writes:
                # Who says nothing more is said to look when they are said to write no more.
                pipe.zadd(_KEY, {looking: now + LASTS, writing: now + WRITING_LASTS})
            else:
                pipe.zrem(_KEY, writing)
                pipe.zadd(_KEY, {looking: now + LASTS})
            pipe.zremrangebyscore(_KEY, 0, now)
            pipe.expire(_KEY, LASTS)
            pipe.execute()

        self._try(note)

    def everybody(self) -> frozenset[Present]:
        """Who is where just now, each once a ticket; nobody where Redis does not answer."""
        found: list[Any] = []

        def read() -> None:
            found.extend(self._connection().zrangebyscore(_KEY, self._clock(), "inf"))

        self._try(read)
        writes: dict[tuple[str, int], bool] = {}
        for one in found:
            number, person_id, what, *_ = (*str(one, "utf-8").split("|"), "", "")
            if person_id.isascii() and person_id.isdigit():
                where = number, int(person_id)
                writes[where] = writes.get(where, False) or what == "writes"
        return frozenset(Present(*where, writing) for where, writing in writes.items())

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
