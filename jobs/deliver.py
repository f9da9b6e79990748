"""Delivering the outbox: claim, write, send, note what the relay said; until nothing is due.

No transaction is open while a relay is talked to. Each mail's outcome is committed by itself: a
worker killed between the relay's 250 and that commit is the one way in which a mail leaves twice,
and then with the same Message-ID and bytes.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

import structlog
from redis import Redis, RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from helpdesk import settings as settings_module
from helpdesk.actions.answers_leave import answers_leave
from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.blobs import Blobs
from helpdesk.db import Database, connect
from helpdesk.errors import NotFound
from helpdesk.mail_out import claims, outbox
from helpdesk.mail_out.claims import Attempt, ClaimedMail
from helpdesk.mail_out.templates import QUEUES, SECRET
from helpdesk.models import AttemptOutcome
from helpdesk.settings import Settings
from jobs import queue as jobs_queue
from jobs.compose import CannotCompose, ComposedMail, compose_mail
from jobs.lease import Lease
from jobs.queue import redis_url
from jobs.relay import Outcome, Relays, relays

log = structlog.get_logger("jobs.deliver")

BATCH = 50
WRITTEN_AT_ONCE = 10
"""How many mails are written before the first of them is sent: one commit for them all."""
KEPT_IN_MEMORY = 256 * 1024
"""Bytes; a bigger mail is read from the store again when its turn comes."""
DRAIN_FOR = 25.0
"""Seconds after which a drain ends and has another enqueued: RQ hears from its worker between."""
CUT_OFF_AFTER = 2.5
"""Seconds that a mail in hand gets when we are told to stop; then its connection is cut."""
NOTE_WITHIN = 60.0
"""Seconds for which a database that went away is waited for, to note an outcome."""

Clock = Callable[[], datetime]


class Deliverer:
    """Empties queues of the outbox. One a thread; it keeps its connections to the relay."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        senders: Relays | None = None,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._database = database
        self._relays = senders or relays(settings)
        self._blobs = Blobs(settings.blob_url)
        self._clock = clock
        self._stop = threading.Event()
        self.busy = False
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def drain(self, queue: str, *, seconds: float = DRAIN_FOR) -> int:
        """Send what is due in this queue, for about so long; returns how many mails were tried."""
        tried, until = 0, time.monotonic() + seconds
        self.busy = True
        try:
            while not self._stop.is_set() and time.monotonic() < until:
                with self._database.transaction() as session:
                    now = self._clock()
                    mails = claims.claim(
                        session, worker=self.name, queue=queue, now=now, limit=BATCH
                    )
                    answers_leave(session, {m.comment_id for m in mails if m.comment_id}, now=now)
                if not mails:
                    break
                tried += self._deliver(mails)
        finally:
            self.busy = False
        return tried

    def stop(self) -> None:
        """Have :meth:`drain` end after the mail in hand; the rest goes back. Signal-safe."""
        self._stop.set()
        cut_off = threading.Timer(CUT_OFF_AFTER, self._relays.abort)
        cut_off.daemon = True
        cut_off.start()

    def close(self) -> None:
        """End the kept connections."""
        self._relays.close()

    def _deliver(self, mails: list[ClaimedMail]) -> int:
        """Write and send what was claimed; what is not begun when we must stop is given back."""
        tried = 0
        with Lease(self._database, self.name, {mail.id for mail in mails}, self._clock) as lease:
            for mail, written in self._written(mails):
                if self._stop.is_set():
                    break
                if written and lease.holds(mail.id):
                    self._send(mail, written)
                    tried += 1
                lease.done(mail.id)
            if lease.ids:
                with self._database.transaction() as session:
                    claims.give_back(session, lease.ids, self.name, self._clock())
        return tried

    def _written(
        self, mails: list[ClaimedMail]
    ) -> Iterator[tuple[ClaimedMail, Callable[[], ComposedMail] | None]]:
        """Each mail with what gives its bytes, kept before the first is sent; None: it failed."""
        for start in range(0, len(mails), WRITTEN_AT_ONCE):
            some = mails[start : start + WRITTEN_AT_ONCE]
            kept: dict[int, str] = {}
            results = [(mail, self._write(mail, kept)) for mail in some]
            broken = [(mail, result) for mail, result in results if isinstance(result, _Broken)]
            if kept or broken:
                with self._database.transaction() as session:
                    claims.keep_rendered(session, kept, self.name)
                    for mail, why in broken:
                        why.note(session, mail, self.name, self._clock())
            for mail, result in results:
                yield mail, None if isinstance(result, _Broken) else result

    def _write(
        self, mail: ClaimedMail, kept: dict[int, str]
    ) -> Callable[[], ComposedMail] | _Broken:
        """What gives the mail's bytes; where they were written just now, their key in ``kept``."""
        if mail.rendered_sha256:
            return lambda: self._stored(mail, mail.rendered_sha256 or "")
        try:
            written = compose_mail(mail, self._settings, self._blobs)
            if mail.template in SECRET:
                return lambda: written
            # The envelope's sender is frozen with the bytes. A power cut may take them: the same
            # row gives the same bytes again, so nothing here waits for the disk.
            kept_bytes = written.envelope_from.encode() + b"\n" + written.content
            key = self._blobs.put(kept_bytes, durable=False)
        except CannotCompose as problem:
            return _Broken(f"The mail could not be written: {problem}")
        except Exception as problem:  # a full disk, a mistake of ours: later, it may be mended
            log.exception("mail_not_written", mail=mail.id, template=mail.template)
            words = f"The mail could not be written yet ({type(problem).__name__})."
            return _Broken(words, for_good=False)
        kept[mail.id] = key
        big = len(written.content) > KEPT_IN_MEMORY
        return (lambda: self._stored(mail, key)) if big else (lambda: written)

    def _stored(self, mail: ClaimedMail, key: str) -> ComposedMail:
        """The bytes under ``key``, written anew where the store has lost them."""
        try:
            kept = self._blobs.get(key)
        except NotFound:
            kept = b""
        if sha256(kept).hexdigest() != key:
            return compose_mail(mail, self._settings, self._blobs)
        sender, _, content = kept.partition(b"\n")
        return ComposedMail(sender.decode(), content)

    def _send(self, mail: ClaimedMail, read: Callable[[], ComposedMail]) -> None:
        try:
            written = read()
        except CannotCompose as problem:
            lost = _Broken(f"The mail could not be written: {problem}")
            self._note(lambda session: lost.note(session, mail, self.name, self._clock()))
            return
        outcomes = self._relays.send(written.envelope_from, mail.recipient, written.content)
        self._note(lambda session: _note_all(session, mail, self.name, outcomes, self._clock()))
        last = outcomes[-1]
        if last.kind != "sent":
            log.info("mail_not_sent", mail=mail.id, outcome=last.kind, code=last.code)

    def _note(self, note: Callable[[Session], None]) -> None:
        """Commit an outcome; a database that is away is waited for: unnoted, it is sent again."""
        until = time.monotonic() + NOTE_WITHIN
        while True:
            try:
                with self._database.transaction() as session:
                    note(session)
                return
            except DBAPIError as problem:
                if self._stop.is_set() or time.monotonic() > until:
                    raise
                log.warning("outcome_waits", cause=type(problem).__name__)
                time.sleep(0.2)


class _Broken:
    """A mail that could not be written: for good, until a person mends it and sends it again."""

    def __init__(self, words: str, *, for_good: bool = True) -> None:
        self._words = words
        self._for_good = for_good

    def note(self, session: Session, mail: ClaimedMail, worker: str, now: datetime) -> None:
        attempt = Attempt(text=self._words)
        if not self._for_good:
            claims.mark_deferred(session, mail, worker, now=now, attempt=attempt)
        elif claims.mark_failed(session, mail, worker, now=now, attempt=attempt):
            report_undelivered(session, mail.id, "failed", self._words, now=now)


def _note_all(
    session: Session, mail: ClaimedMail, worker: str, outcomes: list[Outcome], now: datetime
) -> None:
    """Log what each relay said; the last one's word decides."""
    *before, last = outcomes
    for outcome in before:
        claims.log_attempt(
            session, mail.id, AttemptOutcome.DEFERRED, now=now, attempt=_attempt(outcome)
        )
    state = _mark(session, mail, worker, last, now)
    if state in ("failed", "uncertain"):
        words = f"{last.code or ''} {last.text}".strip()
        report_undelivered(session, mail.id, state, words, now=now)


def _mark(session: Session, mail: ClaimedMail, worker: str, outcome: Outcome, now: datetime) -> str:
    """The mail's new state; empty where it was no longer ours to mark."""
    attempt = _attempt(outcome)
    if outcome.kind in ("deferred", "unreachable"):
        reached = outcome.kind == "deferred"
        return claims.mark_deferred(
            session, mail, worker, now=now, attempt=attempt, reached=reached
        )
    marks = {
        "sent": claims.mark_sent,
        "failed": claims.mark_failed,
        "uncertain": claims.mark_uncertain,
    }
    marked = marks[outcome.kind](session, mail, worker, now=now, attempt=attempt)
    return outcome.kind if marked else ""


def _attempt(outcome: Outcome) -> Attempt:
    return Attempt(outcome.relay, outcome.tls, outcome.code, outcome.text)


def drain(queue: str) -> int:
    """RQ's job: empty a queue. The process keeps its database and relay from job to job."""
    settings, database, deliverer = process_deliverer()
    try:
        jobs_queue.drain_begins(_redis(settings), queue)
    except RedisError as problem:
        log.warning("redis_unreachable", problem=type(problem).__name__)
    tried = deliverer.drain(queue)
    if tried:
        # What is due by now: the rest of a long queue, or a mail whose turn came in the other one.
        with database.reading() as session:
            waiting = outbox.due(session, datetime.now(UTC))
        due = frozenset(name for name in QUEUES if name in waiting and waiting[name].due)
        jobs_queue.connect(settings).nudge(due)
    return tried


@cache
def process_deliverer() -> tuple[Settings, Database, Deliverer]:
    """This process's settings, database and deliverer."""
    settings = settings_module.load()
    database = connect(settings, pool_size=3)
    return settings, database, Deliverer(settings, database)


@cache
def _redis(settings: Settings) -> Redis:
    return jobs_queue.open_redis(redis_url(settings), timeout=1.0)
