"""The watch: looks each minute whether mail still comes in, and sends the canary in its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from helpdesk import outages, shop_clock
from helpdesk.actions.send_canary import send_canary
from helpdesk.actions.watch_mail import watch_mail
from helpdesk.db import Database
from helpdesk.settings import Settings

log = structlog.get_logger("jobs.watch")

EVERY = 60.0


class Watch:
    """Looks when it is time to. Made for the sweep, which asks it every few seconds."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        clock: Callable[[], datetime] = shop_clock.now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._monotonic = monotonic
        self._next = monotonic() + EVERY
        self._lock = threading.Lock()

    def look_if_due(self) -> None:
        """Look, once a minute."""
        if self._monotonic() >= self._next:
            self._next = self._monotonic() + EVERY
            self.look()

    def look(self) -> None:
        """Raise and take back alarms; send the canary. What fails here holds up nothing else."""
        with self._lock:
            self._safely(self._send_canary)
            self._safely(self._watch)

    @property
    def _sends_canaries(self) -> bool:
        # A captured mail goes nowhere, so it can come back from nowhere.
        return bool(self._settings.canary) and self._settings.relay.scheme != "capture"

    def _send_canary(self) -> None:
        if self._sends_canaries:
            every = timedelta(seconds=self._settings.canary_every)
            with self._database.transaction() as session:
                send_canary(session, self._settings.canary, every=every, now=self._clock())

    def _watch(self) -> None:
        with self._database.transaction() as session:
            watch_mail(session, canary=self._sends_canaries, now=self._clock())

    def _safely(self, step: Callable[[], None]) -> None:
        try:
            step()
            outages.outage("watch").worked()
        except DBAPIError as problem:
            outages.failed("watch", problem)
        except LookupError as problem:
            log.error("canary_not_sent", cause=type(problem).__name__)
