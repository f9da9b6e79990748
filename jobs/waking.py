"""Waking: every few seconds, the snoozed tickets whose time has come, a few at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from helpdesk import shop_clock
from helpdesk.actions.snooze import AT_ONCE, wake_due, waking_due
from helpdesk.db import Database

log = structlog.get_logger("jobs.waking")

EVERY = 10.0
TURNS = 10
"""Transactions at a time: many may have been snoozed until the same morning."""


class Waking:
    """Wakes when it is time to. Made for the sweep, which asks it every few seconds."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = shop_clock.now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._monotonic = monotonic
        self._next = monotonic()

    def wake_if_due(self) -> int:
        """Wake some, or more at the next call while there are; how many. Their trouble holds up no
        mail.
        """
        now = self._monotonic()
        if now < self._next:
            return 0
        self._next = now + EVERY
        woken = 0
        try:
            for _ in range(TURNS):
                some = self._wake_some()
                woken += some
                if some < AT_ONCE:
                    return woken
        except DBAPIError:
            raise
        except Exception as problem:
            log.error("not_woken", cause=type(problem).__name__, exc_info=True)
            return woken
        self._next = now
        return woken

    def _wake_some(self) -> int:
        with self._database.asking() as session:
            if not waking_due(session, self._clock()):
                return 0
        with self._database.transaction() as session:
            return wake_due(session, now=self._clock())
