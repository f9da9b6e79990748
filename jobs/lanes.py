"""Lanes: a thread for each mailbox whose mail leaves by a relay of its own, while it has any due.

A relay that is down, slow, or lets us not in holds up nobody else's mail, and nobody waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import outages
from helpdesk.db import Database
from helpdesk.mail_out.lanes import any_lanes, due_lanes

log = structlog.get_logger("jobs.lanes")

ASKED_EVERY = 2.0
"""Seconds for which it is taken that no mailbox has a relay of its own: what was set just now is
found by the sweep, which looks as often."""


class LaneDeliverer(Protocol):
    """What sends the mails of one mailbox."""

    def drain(self, queue: str, *, seconds: float) -> int:
        """Send what is due."""

    def stop(self) -> None:
        """End after the mail in hand."""

    def close(self) -> None:
        """End the kept connection."""


class Lanes:
    """The lanes of one process. Each is begun when it has mail due, and ends when it has none."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        make: Callable[[int], LaneDeliverer],
    ) -> None:
        self._database = database
        self._clock = clock
        self._make = make
        self._lanes: dict[tuple[str, int], LaneDeliverer] = {}
        self._threads: dict[tuple[str, int], threading.Thread] = {}
        self._asked_at = float("-inf")
        self._any = False
        self._stopped = threading.Event()

    def begin(self, queue: str) -> None:
        """Have each mailbox's own relay send what is due in this queue. Waits for none."""
        if self._stopped.is_set() or not self._has_any():
            return
        with self._database.reading() as session:
            due = due_lanes(session, queue, self._clock())
        for mailbox_id in due:
            key = (queue, mailbox_id)
            running = self._threads.get(key)
            if running is None or not running.is_alive():
                self._start(key)

    @property
    def busy(self) -> bool:
        """Whether any lane has mail in hand."""
        return any(thread.is_alive() for thread in list(self._threads.values()))

    def stop(self) -> None:
        """Have every lane end after the mail in hand. Signal-safe."""
        self._stopped.set()
        for lane in list(self._lanes.values()):
            lane.stop()

    def wait(self) -> None:
        """Wait until every lane that was begun has sent what was due, or has ended."""
        for thread in list(self._threads.values()):
            thread.join()

    def close(self) -> None:
        """End every lane, and the connections."""
        self.stop()
        self.wait()
        for lane in self._lanes.values():
            lane.close()

    def _has_any(self) -> bool:
        if not self._any and time.monotonic() - self._asked_at >= ASKED_EVERY:
            with self._database.reading() as session:
                self._any = any_lanes(session)
            self._asked_at = time.monotonic()
        return self._any

    def _start(self, key: tuple[str, int]) -> None:
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = self._make(key[1])
            if self._stopped.is_set():  # the signal came meanwhile
                lane.stop()
        thread = threading.Thread(
            target=self._run, args=(lane, key[0]), name=f"lane {key[1]}", daemon=True
        )
        self._threads[key] = thread
        thread.start()

    def _run(self, lane: LaneDeliverer, queue: str) -> None:
        try:
            lane.drain(queue, seconds=float("inf"))
            outages.outage("lanes").worked()
        except SQLAlchemyError as problem:
            outages.failed("lanes", problem)
        except Exception:
            log.exception("lane_failed")
