"""The sweep: finds, every few seconds, what no nudge announced and what a dead worker left.

With Redis lost, stopped or flushed, or with its workers gone, mail leaves all the same: the sweep
then drains by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from helpdesk import heartbeat, outages, shop_clock
from helpdesk.actions.send_notifications import notifications_due, send_notifications
from helpdesk.blobs import open_blobs
from helpdesk.db import Database, connect
from helpdesk.mail_out import claims, outbox, recovery
from helpdesk.mail_out.templates import QUEUES
from helpdesk.queries.at_hand import AtHand, at_hand
from helpdesk.settings import Settings
from jobs import queue as jobs_queue
from jobs.closing import Closing
from jobs.counting import Counting
from jobs.deliver import Deliverer
from jobs.erasures import Erasures
from jobs.queue import Nudger
from jobs.retention import Retention
from jobs.sent_copies import SentCopies
from jobs.similar import similar_of
from jobs.waking import Waking
from jobs.watch import Watch

log = structlog.get_logger("jobs.sweep")

EVERY = 2.0
EVERY_WITHOUT_REDIS = 1.0
BEAT_EVERY = heartbeat.FRESH / 2.5
HEED_WITHIN = 5.0
"""Seconds after which a nudge that changed nothing counts as unheard."""
DRAIN_FOR = 5.0
"""Seconds that the sweep drains itself before it looks around again."""
NOTIFY_FOR = 1.0
"""Seconds that it works out notifications before it looks around again."""


class Sweep:
    """Looks into the outbox every few seconds, until it is told to stop."""

    def __init__(
        self,
        database: Database,
        nudger: Nudger,
        deliverer: Deliverer,
        *,
        clock: Callable[[], datetime] = shop_clock.now,
        monotonic: Callable[[], float] = time.monotonic,
        beat: Callable[[], None] = lambda: None,
        besides: Callable[[AtHand], None] = lambda _: None,
    ) -> None:
        """:param besides: called at each turn; does what is to be done now and then."""
        self._database = database
        self._nudger = nudger
        self._deliverer = deliverer
        self._clock = clock
        self._monotonic = monotonic
        self._beat = beat
        self._besides = besides
        self._stop = threading.Event()
        self._seen: dict[int, tuple[datetime | None, float]] = {}
        self._at_hand = AtHand(mails=True, notices=True, bulks=True, erasures=True, copies=True)
        self._unheard_since: float | None = None
        self._last_seen: datetime | None = None

    def run(self) -> None:
        """Sweep until :meth:`stop`. A database that is down is waited for."""
        threading.Thread(target=self._keep_beating, name="heartbeat", daemon=True).start()
        try:
            self._sweep_on()
        finally:
            self._deliverer.close()

    def _sweep_on(self) -> None:
        pause = EVERY
        while not self._stop.wait(pause):
            try:
                pause = EVERY if self.sweep() else EVERY_WITHOUT_REDIS
                self._besides(self._at_hand)
                outages.outage("sweep").worked()
            except (DBAPIError, OSError) as problem:
                outages.failed("sweep", problem)
                pause = EVERY

    def stop(self) -> None:
        """Have :meth:`run` end. Safe to call from a signal handler."""
        self._stop.set()
        self._deliverer.stop()

    def sweep(self) -> bool:
        """One look: wakes the workers, or, where none hears, sends what is due itself.

        :returns: whether Redis answers.
        """
        with self._database.asking() as session:
            self._at_hand = at_hand(session, self._clock())
        leases = self._recover_leases()
        self._heed_clock_set_back()
        if self._at_hand.notices:
            self._send_notifications()
        queues = self._queues_due()
        reachable = self._nudger.reachable()
        if reachable:
            self._nudger.nudge(queues)
        # What our own lanes have in hand is no sign that anybody else hears.
        in_hand = bool(leases) and not self._deliverer.lanes_busy
        if not reachable or self._is_unheard(bool(queues), in_hand):
            for queue in QUEUES:
                if queue in queues:
                    self._deliverer.drain(queue, seconds=DRAIN_FOR)
        return reachable

    def _queues_due(self) -> frozenset[str]:
        if not self._at_hand.mails and not self._at_hand.notices:
            return frozenset()
        with self._database.asking() as session:
            waiting = outbox.due(session, self._clock())
        return frozenset(name for name in QUEUES if name in waiting and waiting[name].due)

    def _send_notifications(self) -> None:
        """Put notifications into the outbox. Their trouble holds up no other mail."""
        try:
            until = self._monotonic() + NOTIFY_FOR
            while self._are_notifications_due():
                with self._database.transaction() as session:
                    turned = send_notifications(session, now=self._clock())
                if not turned or self._monotonic() >= until:  # none: another sweep has them
                    break
        except DBAPIError:
            raise
        except Exception as problem:
            log.error("notifications_failed", exc_info=problem)

    def _are_notifications_due(self) -> bool:
        with self._database.asking() as session:
            return notifications_due(session, self._clock())

    def _is_unheard(self, due: bool, in_hand: bool) -> bool:
        """Whether mails have been due for a while and no worker has any in hand."""
        if not due or in_hand:
            self._unheard_since = None
            return False
        now = self._monotonic()
        if self._unheard_since is None:
            self._unheard_since = now
        return now - self._unheard_since >= HEED_WITHIN

    def _recover_leases(self) -> dict[int, datetime | None]:
        """Set the mails of dead workers free; return the leases there were.

        A worker is dead that has not renewed its lease for as long as a lease is, watched by a
        clock that cannot jump: a wall clock set forward takes no mail from a living worker.
        """
        if not self._at_hand.mails:
            self._seen = {}
            return {}
        with self._database.asking() as session:
            leases = recovery.current_leases(session)
        now = self._monotonic()
        before, self._seen = self._seen, {}
        unrenewed = {}
        for mail_id, lease in leases.items():
            known, since = before.get(mail_id, (lease, now))
            if known != lease:
                since = now
            self._seen[mail_id] = (lease, since)
            if now - since >= claims.LEASE.total_seconds():
                unrenewed[mail_id] = lease
        if unrenewed:
            with self._database.transaction() as session:
                freed = recovery.recover(session, unrenewed, self._clock())
            log.warning("leases_recovered", mails=freed)
        return leases

    def _heed_clock_set_back(self) -> None:
        """After the wall clock was set back, make due what was due by the old one."""
        now, before = self._clock(), self._last_seen
        self._last_seen = now
        if before is not None and now >= before:
            return
        with self._database.reading() as session:
            held_up = recovery.held_up_by_clock(session, now)
        for start in range(0, len(held_up), recovery.AT_ONCE):
            with self._database.transaction() as session:
                some = held_up[start : start + recovery.AT_ONCE]
                recovery.bring_forward(session, some, now)
        if held_up:
            log.warning("clock_set_back", mails=len(held_up))

    def _keep_beating(self) -> None:
        self._beat()
        while not self._stop.wait(BEAT_EVERY):
            self._beat()


def sweep_of(settings: Settings) -> Sweep:
    """The sweep of this installation."""
    database = connect(settings, pool_size=3)
    nudger = jobs_queue.connect(settings)
    database.after_commit(nudger.nudge)
    watch, waking = Watch(settings, database), Waking(database)
    closing = Closing(database, open_blobs(settings))
    retention, erasures = Retention(database), Erasures(database, settings.data_dir)
    similar, counting = similar_of(settings, database), Counting(database)
    copies = SentCopies(settings, database)

    def besides(found: AtHand) -> None:
        watch.look_if_due()
        closing.close_if_due()
        waking.wake_if_due()
        counting.count_if_due()
        if found.bulks:
            closing.go_on_with_bulks()
        similar.find_if_due()
        retention.go_on_if_due()
        if found.erasures:
            erasures.go_on_if_due()
        if found.copies:
            copies.put_if_due()

    return Sweep(
        database,
        nudger,
        Deliverer(settings, database),
        beat=lambda: heartbeat.beat(settings, "worker"),
        besides=besides,
    )
