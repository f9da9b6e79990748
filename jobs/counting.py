"""Counting: what tickets there were before they were counted, and sums in place of many rows."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import DBAPIError

from helpdesk.actions.keep_counts import AT_ONCE, add_up, count_before, keep_counted, kept_rows
from helpdesk.actions.keep_days import (
    add_up_days,
    count_days_before,
    keep_counted_days,
    unsummed_days,
)
from helpdesk.db import Database

log = structlog.get_logger("jobs.counting")

EVERY = 60.0
TURNS = 10
"""Transactions at a time."""
MANY = 500
"""So many rows are no trouble to whoever reads them."""
FEW = 100
"""So many rows of days may wait to be added up."""


class Counting:
    """Counts when it is time to. Made for the sweep, which asks it every few seconds."""

    def __init__(
        self, database: Database, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._monotonic = monotonic
        self._next = monotonic()
        self._is_counted = False
        self._are_days_counted = False
        self._kinds = 0

    def count_if_due(self) -> None:
        """Count what is to be counted. Its trouble holds up no mail."""
        now = self._monotonic()
        if now < self._next:
            return
        self._next = now + EVERY
        try:
            self._count_before()
            self._add_up()
            self._count_days_before()
            self._add_up_days()
        except DBAPIError:
            raise
        except Exception as problem:
            log.error("not_counted", cause=type(problem).__name__, exc_info=True)

    def _count_before(self) -> None:
        if self._is_counted:
            return
        with self._database.reading() as session:
            counted = count_before(session)
        if counted is not None:
            with self._database.transaction() as session:
                keep_counted(session, counted)
        self._is_counted = True

    def _add_up(self) -> None:
        with self._database.reading() as session:
            rows = kept_rows(session)
        # There may be as many kinds, which never become fewer.
        if rows <= 2 * self._kinds + MANY:
            return
        for _ in range(min(TURNS, 1 + rows // AT_ONCE)):
            with self._database.transaction() as session:
                rows -= add_up(session)
        self._kinds = rows

    def _count_days_before(self) -> None:
        if self._are_days_counted:
            return
        with self._database.reading() as session:
            counted = count_days_before(session)
        if counted is not None:
            with self._database.transaction() as session:
                keep_counted_days(session, counted)
        self._are_days_counted = True

    def _add_up_days(self) -> None:
        with self._database.reading() as session:
            rows = unsummed_days(session)
        if rows <= FEW:
            return
        for _ in range(min(TURNS, 1 + rows // AT_ONCE)):
            with self._database.transaction() as session:
                add_up_days(session)
