"""Delivering the outbox: claim, compose, send, record what the relay said; until nothing is due.

No transaction is open while a relay is talked to. Each mail's outcome is committed by itself. A
mail leaves twice, with the same Message-ID and bytes, where that commit never comes: the worker is
killed after the relay's 250, or the database stays away for longer than :data:`RECORD_WITHIN`.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from hashlib import sha256

import structlog
from redis import Redis, RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from helpdesk import outages, shop_clock
from helpdesk import settings as settings_module
from helpdesk.actions.claim_mails import claim_mails
from helpdesk.actions.note_sending import want_copy
from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.blobs import StoreAway, open_blobs
from helpdesk.db import Database, connect
from helpdesk.errors import NotFound
from helpdesk.mail_out import claims, outbox
from helpdesk.mail_out.claims import Attempt, ClaimedMail, Rendering
from helpdesk.mail_out.templates import SECRET
from helpdesk.models import MailQueue, OutboundState
from helpdesk.settings import Settings
from jobs import queue as jobs_queue
from jobs.compose import CannotCompose, ComposedMail, compose_mail
from jobs.lanes import Lanes
from jobs.lease import Lease
from jobs.outcomes import log_outcome, named, record_outcomes
from jobs.own_relay import own_sender
from jobs.queue import redis_url
from jobs.relay import Outcome, Relays, relays

log = structlog.get_logger("jobs.deliver")

BATCH = 50
COMPOSED_AT_ONCE = 10
"""How many mails are composed before the first of them is sent: one commit for them all."""
KEPT_IN_MEMORY = 256 * 1024
"""Bytes; a bigger mail is read from the store again when its turn comes."""
GATHERED_FOR = 0.2
"""Seconds from one drain of notifications to the next."""
DRAIN_FOR = 25.0
"""Seconds after which a drain ends and has another enqueued: RQ hears from its worker between."""
CUT_OFF_AFTER = 2.5
"""Seconds that a mail in hand gets when we are told to stop; then its connection is cut."""
RECORD_WITHIN = 60.0
"""Seconds for which a database that went away is waited for, to record an outcome."""

_AWAY = "The store that its files are in does not answer; it is tried again."

Clock = Callable[[], datetime]


class Deliverer:
    """Empties queues of the outbox. One a thread; it keeps its connections to the relay.

    Beside it runs one for each mailbox whose mail leaves by a relay of its own (a *lane*): what is
    wrong with that, or slow, holds up no other mail.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        senders: Relays | None = None,
        clock: Clock = shop_clock.now,
        lane: int | None = None,
    ) -> None:
        """:param lane: the mailbox whose own relay the ``senders`` are."""
        self._settings = settings
        self._database = database
        self._relays = senders or relays(settings)
        self._blobs = open_blobs(settings)
        self._clock = clock
        self._stop = threading.Event()
        self._cut_off: threading.Timer | None = None
        self._lane = lane
        self._lanes = Lanes(database, clock, self._of_lane) if lane is None else None
        self._gathered_until = float("-inf")
        self.busy = False
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def drain(self, queue: str, *, seconds: float = DRAIN_FOR) -> int:
        """Send what is due in this queue, for about so long; returns how many mails were tried.

        Those of the lanes are not among them: they are sent beside it, and not waited for.
        """
        tried, until = 0, time.monotonic() + seconds
        self.busy = True
        try:
            if self._lanes:
                self._lanes.begin(queue)
            while not self._stop.is_set() and time.monotonic() < until:
                mails = self._claim(queue)
                if not mails:
                    break
                tried += self._deliver(mails)
                # Looking costs less than claiming nothing.
                if len(mails) < BATCH and queue not in self.queues_due():
                    break
        finally:
            self.busy = False
        return tried

    def gather(self, queue: str) -> None:
        """Wait a moment before a drain of what nobody waits for, where one was begun just now.

        In a burst a drain has several mails then: what it costs to begin one, and to claim and to
        record, they share. The first of them leaves at once.
        """
        if queue != MailQueue.NOTIFICATIONS:
            return
        self.busy = True  # told to stop, its drain still begins, and ends at once
        try:
            self._stop.wait(max(0.0, self._gathered_until - time.monotonic()))
        finally:
            self.busy = False
        self._gathered_until = time.monotonic() + GATHERED_FOR

    def queues_due(self) -> frozenset[MailQueue]:
        """The queues in which mail is due, of whatever lane."""
        with self._database.reading() as session:
            return outbox.queues_due(session, self._clock())

    def stop(self) -> None:
        """Have :meth:`drain` end after the mail in hand; the rest goes back. Signal-safe."""
        self._stop.set()
        if self._lanes:
            self._lanes.stop()
        self._cut_off = cut_off = threading.Timer(CUT_OFF_AFTER, self._relays.abort)
        cut_off.daemon = True
        cut_off.start()

    def close(self) -> None:
        """End the lanes and the kept connections. Nothing is drained any more."""
        if self._lanes:
            self._lanes.close()
        if self._cut_off:
            self._cut_off.cancel()
        self._relays.close()

    @property
    def lanes_busy(self) -> bool:
        """Whether lanes of this process have mail in hand."""
        return self._lanes is not None and self._lanes.busy

    def wait_for_lanes(self) -> None:
        """Wait until the lanes have sent what was due."""
        if self._lanes:
            self._lanes.wait()

    def _of_lane(self, mailbox_id: int) -> Deliverer:
        senders = own_sender(self._settings, self._database, mailbox_id, self._clock)
        return Deliverer(
            self._settings, self._database, senders=senders, clock=self._clock, lane=mailbox_id
        )

    def _claim(self, queue: str) -> list[ClaimedMail]:
        with self._database.transaction() as session:
            return claim_mails(
                session,
                worker=self.name,
                queue=queue,
                now=self._clock(),
                limit=BATCH,
                lane=self._lane,
            )

    def _deliver(self, mails: list[ClaimedMail]) -> int:
        """Compose and send these claimed mails; give back those not begun when we must stop."""
        tried = 0
        with Lease(self._database, self.name, {mail.id for mail in mails}, self._clock) as lease:
            for mail, composed in self._composed(mails):
                if self._stop.is_set():
                    break
                if composed and lease.holds(mail.id):
                    self._send(mail, composed)
                    tried += 1
                lease.done(mail.id)
            if lease.ids:
                with self._database.transaction() as session:
                    claims.give_back(session, lease.ids, self.name, self._clock())
        return tried

    def _composed(
        self, mails: list[ClaimedMail]
    ) -> Iterator[tuple[ClaimedMail, Callable[[], ComposedMail] | None]]:
        """Each mail with what gives its bytes, kept before the first is sent; None: it failed."""
        for start in range(0, len(mails), COMPOSED_AT_ONCE):
            written: dict[int, Rendering] = {}
            some = mails[start : start + COMPOSED_AT_ONCE]
            results = [(mail, self._compose(mail, written)) for mail in some]
            self._record_composed(results, written)
            for mail, result in results:
                yield mail, None if isinstance(result, _ComposeFailure) else result

    def _record_composed(
        self,
        results: list[tuple[ClaimedMail, Callable[[], ComposedMail] | _ComposeFailure]],
        written: dict[int, Rendering],
    ) -> None:
        """Record in one commit which mails were written just now, and which failed."""
        failed = [(mail, got) for mail, got in results if isinstance(got, _ComposeFailure)]
        if not written and not failed:
            return
        with self._database.transaction() as session:
            claims.keep_rendered(session, written, self.name)
            for mail, failure in failed:
                failure.record(session, mail, self.name, self._clock())

    def _compose(
        self, mail: ClaimedMail, written: dict[int, Rendering]
    ) -> Callable[[], ComposedMail] | _ComposeFailure:
        """What gives the mail's bytes; one composed just now is put in ``written``."""
        if mail.rendered_sha256:
            return lambda: self._stored(mail, mail.rendered_sha256 or "")
        at = mail.rendered_at or self._clock()
        mail = replace(mail, rendered_at=at)
        try:
            composed = compose_mail(mail, self._settings, self._blobs)
            if mail.template in SECRET:
                written[mail.id] = Rendering(at)
                return lambda: composed
            # The envelope's sender is frozen with the bytes. A power cut may take them: the same
            # row gives the same bytes again, so nothing here waits for the disk.
            kept_bytes = composed.envelope_from.encode() + b"\n" + composed.content
            key = self._kept(kept_bytes)
        except StoreAway:
            return _ComposeFailure(_AWAY, for_good=False)
        except CannotCompose as problem:
            log.warning("mail_not_composed", **named(mail))
            return _ComposeFailure(f"The mail could not be written: {problem}")
        except Exception as problem:  # a full disk, a mistake of ours: later, it may be mended
            log.exception("mail_not_composed", **named(mail))
            words = f"The mail could not be written yet ({type(problem).__name__})."
            return _ComposeFailure(words, for_good=False)
        written[mail.id] = Rendering(at, key)
        if key and len(composed.content) > KEPT_IN_MEMORY:
            return lambda: self._stored(mail, key)
        return lambda: composed

    def _kept(self, content: bytes) -> str | None:
        """Store the bytes of a mail; None where the store is away: they can be made again."""
        try:
            return self._blobs.put(content, durable=False)
        except StoreAway:
            return None

    def _stored(self, mail: ClaimedMail, key: str) -> ComposedMail:
        """The bytes under ``key``, composed anew where the store has lost them."""
        try:
            kept = self._blobs.get(key)
        except (NotFound, StoreAway):
            kept = b""
        if sha256(kept).hexdigest() != key:
            return compose_mail(mail, self._settings, self._blobs)
        sender, _, content = kept.partition(b"\n")
        return ComposedMail(sender.decode(), content)

    def _send(self, mail: ClaimedMail, read: Callable[[], ComposedMail]) -> None:
        try:
            composed = read()
        except StoreAway:
            failure = _ComposeFailure(_AWAY, for_good=False)
            self._record(lambda session: failure.record(session, mail, self.name, self._clock()))
            return
        except CannotCompose as problem:
            failure = _ComposeFailure(f"The mail could not be written: {problem}")
            self._record(lambda session: failure.record(session, mail, self.name, self._clock()))
            log.warning("mail_not_composed", **named(mail))
            return
        outcomes = self._relays.send(composed.envelope_from, mail.recipient, composed.content)
        state = self._record(lambda session: self._record_sending(session, mail, outcomes))
        relay = "relay" if self._lane is None else f"relay of mailbox {self._lane}"
        said = outages.outage(relay), outcomes[-1], len(composed.content)
        log_outcome(mail, said, state, self._count_waiting)

    def _record_sending(self, session: Session, mail: ClaimedMail, outcomes: list[Outcome]) -> str:
        now = self._clock()
        state = record_outcomes(session, mail, self.name, outcomes, now)
        if self._lane is not None and state == OutboundState.SENT:
            want_copy(session, self._lane, mail, now=now)
        return state

    def _count_waiting(self) -> int | None:
        try:
            with self._database.reading() as session:
                return outbox.count_unsent(session)
        except DBAPIError:
            return None

    def _record(self, record: Callable[[Session], str]) -> str:
        """Commit an outcome, and return what it is.

        A database that is away is waited for: unrecorded, the mail is sent again.
        """
        until = time.monotonic() + RECORD_WITHIN
        while True:
            try:
                with self._database.transaction() as session:
                    recorded = record(session)
                outages.outage("outcomes").worked()
                return recorded
            except DBAPIError as problem:
                if self._stop.is_set() or time.monotonic() > until:
                    raise
                outages.failed("outcomes", problem)
                time.sleep(0.2)


class _ComposeFailure:
    """Why a mail could not be composed; it stays so until a person mends it and sends it again."""

    def __init__(self, words: str, *, for_good: bool = True) -> None:
        self._words = words
        self._for_good = for_good

    def record(self, session: Session, mail: ClaimedMail, worker: str, now: datetime) -> str:
        """Mark the mail, and return its new state; empty where it was no longer ours to mark."""
        attempt = Attempt(text=self._words)
        if not self._for_good:
            return claims.mark_deferred(
                session, mail, worker, now=now, attempt=attempt, reached=False
            )
        if not claims.mark_failed(session, mail, worker, now=now, attempt=attempt):
            return ""
        report_undelivered(session, mail.id, OutboundState.FAILED, self._words, now=now)
        return OutboundState.FAILED


def drain(queue: str) -> int:
    """RQ's job: empty a queue. The process keeps its database and relay from job to job."""
    settings, _, deliverer = process_deliverer()
    deliverer.gather(queue)
    try:
        jobs_queue.drain_begins(_redis(settings), queue)
    except RedisError as problem:
        outages.outage("redis").failed(type(problem).__name__)
    tried = deliverer.drain(queue)
    if tried:
        # What is due by now: the rest of a long queue, or a mail whose turn came in the other one.
        _nudger(settings).nudge(deliverer.queues_due())
    return tried


@cache
def process_deliverer() -> tuple[Settings, Database, Deliverer]:
    """This process's settings, database and deliverer."""
    settings = settings_module.load()
    database = connect(settings, pool_size=3, writes_often=True)
    return settings, database, Deliverer(settings, database)


@cache
def _redis(settings: Settings) -> Redis:
    return jobs_queue.open_redis(redis_url(settings), timeout=1.0)


@cache
def _nudger(settings: Settings) -> jobs_queue.Nudger:
    return jobs_queue.connect(settings)
