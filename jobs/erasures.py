"""Erasing people who were asked for on a page: beside the sweep, in a thread of its own.

It looks through the whole database: the sweep has mail to look after meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError

from helpdesk import outages, shop_clock, tombstones
from helpdesk.actions.erase_person import kept_tombstones, next_erasure, work_off_erasure
from helpdesk.db import Database

log = structlog.get_logger("jobs.erasures")

EVERY = 2.0
REST = 60.0


class Erasures:
    """Erases when somebody was asked for. Made for the sweep, which asks it every few seconds."""

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        *,
        clock: Callable[[], datetime] = shop_clock.now,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._file = data_dir / tombstones.NAME
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = monotonic()
        self._thread: threading.Thread | None = None

    def go_on_if_due(self) -> None:
        """Begin to work, where somebody is to be erased and nobody works on it here."""
        now = self._monotonic()
        if now < self._next or (self._thread and self._thread.is_alive()):
            return
        self._next = now + EVERY
        with self._database.asking() as session:
            if next_erasure(session) is None:
                return
        self._next = now + REST  # where it fails, it is tried again then
        self._thread = threading.Thread(target=self.work, name="erasures", daemon=True)
        self._thread.start()

    def work(self) -> None:
        """Erase all who were asked for. What fails is tried again later."""
        try:
            while self._erase_one():
                pass
        except DBAPIError as problem:
            outages.failed("erasures", problem)
        except Exception as problem:
            log.error("person_not_erased", cause=type(problem).__name__, exc_info=True)

    def _erase_one(self) -> bool:
        with self._database.reading() as session:
            erasure_id, known = next_erasure(session), kept_tombstones(session)
        if erasure_id is None:
            return False
        # First: whatever becomes of this database, it is known that they were to be erased.
        tombstones.write_tombstones(self._file, known)
        work_off_erasure(
            self._database.reading,
            self._database.transaction,
            erasure_id,
            clock=self._clock,
            sleep=self._sleep,
        )
        log.info("person_erased", erasure=erasure_id)
        return True
