"""Retention: each night what is older than the ages that an admin chose goes, little by little."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from helpdesk import shop_clock
from helpdesk.actions.delete_old import begin_runs, is_run_due, work_off_old
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.models import RetentionKind
from helpdesk.tickets.retention import rules
from jobs.clock_guard import ClockGuard

log = structlog.get_logger("jobs.retention")

EVERY = 60.0
A_TURN = 1.0
"""Seconds of work before the sweep looks after the mail again."""
CALM = 86_400.0
"""Seconds without deleting after the clock was set: one that was set wrong is set right by then."""


class Retention:
    """Deletes when it is time to. Made for the sweep, which asks it every few seconds."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = shop_clock.now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = monotonic()
        self._guard = ClockGuard(clock, monotonic)

    def go_on_if_due(self) -> None:
        """Delete for a moment, where a run is due or goes on. Its trouble holds up no mail."""
        now = self._monotonic()
        if self._guard.was_set():
            self._next = now + CALM
            log.warning("clock_was_set", deleting_waits_seconds=CALM)
        if now < self._next:
            return
        self._next = now + EVERY
        try:
            if self._go_on():
                self._next = now
        except DBAPIError:
            raise
        except Exception as problem:
            log.error("old_not_deleted", cause=type(problem).__name__, exc_info=True)

    def _go_on(self) -> bool:
        """Whether something is left."""
        with self._database.asking() as session:
            if not is_run_due(session, self._clock()):
                return False
        with self._database.transaction() as session:
            going = begin_runs(session, SYSTEM, now=self._clock())
        for kind in going:
            if self._work_off(kind):
                return True
            self._end(kind)
        return False

    def _work_off(self, kind: RetentionKind) -> bool:
        return work_off_old(
            self._database.transaction,
            SYSTEM,
            kind,
            clock=self._clock,
            monotonic=self._monotonic,
            sleep=self._sleep,
            seconds=A_TURN,
        )

    def _end(self, kind: RetentionKind) -> None:
        with self._database.reading() as session:
            rule = rules(session)[kind]
        if rule.gone:
            log.info("old_deleted", kind=kind.value, count=rule.gone)
