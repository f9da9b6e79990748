"""Similar tickets: every few seconds, for the tickets that came since, a few at a time."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from helpdesk.actions.find_similar import Found, find_similar, keep_similar, similar_due
from helpdesk.db import Database
from helpdesk.similarity import rarities_of
from helpdesk.tickets.solved import SolvedTickets, read_solved

log = structlog.get_logger("jobs.similar")

EVERY = 4.0
KEPT = 600.0
"""Seconds that the newest solved tickets are kept at hand before they are read anew."""
AT_ONCE = 20
A_TURN = 0.3
"""Seconds of work at a time: mail goes first."""
CALM = 60.0
"""Seconds without looking after something failed."""


class Similar:
    """Looks when it is time to. Made for the sweep, which asks it every few seconds."""

    def __init__(
        self, database: Database, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._monotonic = monotonic
        self._next = monotonic()
        self._solved = SolvedTickets((), rarities_of(()))
        self._read_at: float | None = None

    def find_if_due(self) -> int:
        """Look for what some new tickets are like; for how many. Its trouble holds up no mail."""
        now = self._monotonic()
        if now < self._next:
            return 0
        self._next = now + EVERY
        try:
            return self._find(until=now + A_TURN)
        except DBAPIError:
            raise
        except Exception as problem:
            self._next = now + CALM
            log.error("similar_not_found", cause=type(problem).__name__, exc_info=True)
            return 0

    def _find(self, until: float) -> int:
        found: list[Found] = []
        looked_at = 0
        with self._database.reading() as session:
            due = similar_due(session, AT_ONCE)
            if due:
                self._read(session)
            for ticket_id in due:
                found += find_similar(session, self._solved, ticket_id)
                looked_at += 1
                if self._monotonic() >= until:
                    break
        if found:
            with self._database.transaction() as session:
                keep_similar(session, found)
        return looked_at

    def _read(self, session: Session) -> None:
        now = self._monotonic()
        if self._read_at is None or now >= self._read_at + KEPT:
            self._solved = read_solved(session)
            self._read_at = now
