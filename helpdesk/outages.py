"""Outages: what a process cannot reach just now, told calmly in the log.

Whoever meets a failure says :meth:`Outage.failed`, as often as it likes; whoever succeeds says
:meth:`Outage.worked`. The log gets one line at the start, at most one a minute while it lasts, and
one at the end. A process has one outage of a name (:func:`outage`), however many of its parts meet
it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cache

import structlog

SAID_AGAIN_AFTER = 60.0
"""Seconds between two lines while an outage lasts."""

Say = Callable[[str, dict[str, object]], None]
"""Writes a line: the event's name, and its fields."""


class Outage:
    """Whether one thing can be reached, as this process has seen it. Safe for many threads."""

    def __init__(
        self,
        what: str,
        *,
        say: Say | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """:param what: the name of what may be away, such as ``redis``."""
        self._what = what
        self._say = say or _say
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._since: float | None = None
        self._said_at = 0.0
        self._failures = 0

    def failed(self, cause: str, **fields: object) -> None:
        """It could not be reached.

        :param cause: why, with nothing of a mail or a person in it.
        :param fields: what else is to be known, such as how much waits; what takes a while to
            find out as a function, which is asked where a line is written.
        """
        with self._lock:
            now = self._monotonic()
            self._failures += 1
            if self._since is None:
                self._since = self._said_at = now
                self._tell("outage_began", cause=cause, **fields)
            elif now - self._said_at >= SAID_AGAIN_AFTER:
                self._said_at = now
                self._tell("outage_lasts", cause=cause, **self._length(now), **fields)

    def worked(self) -> None:
        """It answered. Costs next to nothing where it was not away."""
        if self._since is None:
            return
        with self._lock:
            if self._since is not None:
                length = self._length(self._monotonic())
                self._since, self._failures = None, 0
                self._tell("outage_ended", **length)

    @property
    def lasts(self) -> bool:
        """Whether it was away when it was last asked."""
        return self._since is not None

    def _length(self, now: float) -> dict[str, object]:
        assert self._since is not None
        return {"seconds": round(now - self._since), "failures": self._failures}

    def _tell(self, event: str, **fields: object) -> None:
        asked = {name: value() if callable(value) else value for name, value in fields.items()}
        self._say(event, {"what": self._what, **asked})


@cache
def outage(what: str) -> Outage:
    """This process's outage of that name, such as ``database`` or ``redis``."""
    return Outage(what)


def failed(what: str, problem: Exception, **fields: object) -> None:
    """Tell that some work could not be done, be it for want of the database.

    :param what: the outage of that work, where the database is not away: it has one already.
    """
    database = outage("database")
    one = database if database.lasts else outage(what)
    one.failed(type(problem).__name__, **fields)


def _say(event: str, fields: dict[str, object]) -> None:
    log = structlog.get_logger("helpdesk.outages")
    if event == "outage_ended":
        log.info(event, **fields)
    else:
        log.warning(event, **fields)
