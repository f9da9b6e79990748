"""Closing: each minute, what has been resolved for long enough is closed, a few at a time.

Old drafts, what was asked of many tickets at once, and what was in the trash for a month go with
it. And what was asked of many
tickets on a page that is gone is worked off.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from helpdesk import shop_clock
from helpdesk.actions.change_many import forget_old_bulks, is_bulk_old, left_alone, work_off
from helpdesk.actions.close_resolved import AT_ONCE, close_resolved, closing_due
from helpdesk.actions.empty_trash import empty_trash, is_trash_old
from helpdesk.actions.save_draft import forget_old_drafts, is_draft_old
from helpdesk.blobs import Blobs, StoreAway
from helpdesk.db import Database
from jobs.clock_guard import ClockGuard
from jobs.unused_files import remove_unused

log = structlog.get_logger("jobs.closing")

EVERY = 60.0
TURNS = 10
"""Transactions at a time, each of a few tickets, while many wait: an upgrade may find thousands."""
ALONE = timedelta(seconds=5)
"""How long a change of many tickets may take the page that asked for it."""
A_TURN = 2.0
"""Seconds of work on such a change at a time."""
CALM = 3600.0
"""Seconds without closing after that: a clock that was set wrong is set right by then."""


class Closing:
    """Closes when it is time to. Made for the sweep, which asks it every few seconds."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        *,
        clock: Callable[[], datetime] = shop_clock.now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._monotonic = monotonic
        self._next = self._bulks_next = monotonic()
        self._guard = ClockGuard(clock, monotonic)

    def close_if_due(self) -> int:
        """Close some, once a minute, or at each call while there are more; how many."""
        now = self._monotonic()
        if self._guard.was_set():
            self._next = now + CALM
            log.warning("clock_was_set", closing_waits_seconds=CALM)
        if now < self._next:
            return 0
        self._next = now + EVERY
        self._forget()
        closed = 0
        for _ in range(TURNS):
            some = self._close_some()
            closed += some
            if some < AT_ONCE:
                return closed
        self._next = now
        return closed

    def _close_some(self) -> int:
        """Close a few. Their trouble holds up no mail."""
        try:
            with self._database.asking() as session:
                if not closing_due(session, self._clock()):
                    return 0
            with self._database.transaction() as session:
                return close_resolved(session, now=self._clock())
        except DBAPIError:
            raise
        except Exception as problem:
            log.error("not_closed", cause=type(problem).__name__, exc_info=True)
            return 0

    def go_on_with_bulks(self) -> None:
        """Work off some of a change of many tickets that no page works off. Its trouble holds up
        no mail."""
        now = self._monotonic()
        if now < self._bulks_next:
            return
        try:
            self._go_on_with_one()
        except DBAPIError:
            raise
        except Exception as problem:
            self._bulks_next = now + EVERY
            log.error("bulk_change_stuck", cause=type(problem).__name__, exc_info=True)

    def _go_on_with_one(self) -> None:
        with self._database.asking() as session:
            bulk_id = left_alone(session, before=self._clock() - ALONE)
        if bulk_id is not None:
            work_off(
                self._database.transaction,
                bulk_id,
                clock=self._clock,
                monotonic=self._monotonic,
                sleep=time.sleep,
                seconds=A_TURN,
            )

    def _forget(self) -> None:
        now = self._clock()
        with self._database.asking() as session:
            drafts, bulks = is_draft_old(session, now), is_bulk_old(session, now)
        if drafts:
            with self._database.transaction() as session:
                log.info("drafts_forgotten", drafts=forget_old_drafts(session, now=now))
        if bulks:
            with self._database.transaction() as session:
                log.info("bulk_changes_forgotten", changes=forget_old_bulks(session, now=now))

        try:
            self._empty_trash(now)
        except DBAPIError:
            raise
        except StoreAway:  # another minute will do
            return
        except Exception as problem:
            log.error("trash_not_emptied", cause=type(problem).__name__, exc_info=True)

    def _empty_trash(self, now: datetime) -> None:
        """Let some go of what was in the trash for long, and what nothing else has of its files."""
        tickets = 0
        for _ in range(TURNS):
            with self._database.reading() as session:
                if not is_trash_old(session, now):
                    break
            with self._database.transaction() as session:
                tickets += empty_trash(session, now=now)
        removed = remove_unused(self._database, self._blobs, now=now)
        if tickets:
            log.info("trash_emptied", tickets=tickets, files=removed.files)
        elif removed.files:
            log.info("files_removed", files=removed.files, size=removed.size)
