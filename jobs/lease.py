"""Renew the lease of claimed mails while they are sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

from helpdesk import outages
from helpdesk.db import Database
from helpdesk.mail_out import claims

RENEW_EVERY = 5.0


class Lease:
    """Renews the leases of what is not sent yet, in a thread, until the block ends."""

    def __init__(
        self,
        database: Database,
        worker: str,
        ids: set[int],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._worker = worker
        self._ids = ids
        self._clock = clock
        self._renewed_at = time.monotonic()
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leases", daemon=True)

    @property
    def ids(self) -> set[int]:
        """The mails whose lease is still ours."""
        with self._lock:
            return set(self._ids)

    def holds(self, mail_id: int) -> bool:
        """Whether the mail is still ours to send.

        Asked before each mail. Where the last renewal is too long ago (this process stood still, or
        the database was away) the lease is renewed first: by now another may have the mail.
        """
        if time.monotonic() - self._renewed_at > claims.LEASE.total_seconds() * 2 / 3:
            self._renew()
        with self._lock:
            return mail_id in self._ids

    def done(self, mail_id: int) -> None:
        """The mail needs no lease any more: its outcome is noted."""
        with self._lock:
            self._ids.discard(mail_id)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(RENEW_EVERY):
            try:
                self._renew()
                outages.outage("leases").worked()
            except Exception as problem:
                # The database may be away for a moment; holds() asks again before the next mail.
                outages.failed("leases", problem)

    def _renew(self) -> None:
        asked = self.ids
        began = time.monotonic()
        with self._database.transaction() as session:
            ours = claims.renew(session, asked, self._worker, self._clock())
        with self._lock:
            self._ids -= asked - ours
        self._renewed_at = began
