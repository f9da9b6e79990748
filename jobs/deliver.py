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
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache

import structlog
from jinja2 import TemplateError
from redis import Redis, RedisError
from sqlalchemy.orm import Session

from helpdesk import delivery
from helpdesk import settings as settings_module
from helpdesk.blobs import Blobs
from helpdesk.db import Database, connect
from helpdesk.delivery import Attempt, ClaimedMail
from helpdesk.errors import NotFound
from helpdesk.mail_values import SECRET
from helpdesk.settings import Settings
from jobs import queue as jobs_queue
from jobs.fields import NotAsMeant
from jobs.redis_server import redis_url
from jobs.relay import Outcome, Relays, relays
from jobs.render import Written, write_mail

log = structlog.get_logger("jobs.deliver")

BATCH = 50
RENEW_EVERY = 5.0


class Deliverer:
    """Empties queues of the outbox. One a thread; it keeps its connections to the relay."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        senders: Relays | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._database = database
        self._relays = senders or relays(settings)
        self._blobs = Blobs(settings.blob_url)
        self._clock = clock
        self._stop = threading.Event()
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def drain(self, queue: str) -> int:
        """Send everything that is due in this queue; returns how many mails were tried."""
        tried = 0
        while not self._stop.is_set():
            with self._database.transaction() as session:
                mails = delivery.claim(
                    session, worker=self.name, queue=queue, now=self._clock(), limit=BATCH
                )
            if not mails:
                break
            tried += self._deliver(mails)
        return tried

    def stop(self) -> None:
        """Have :meth:`drain` end after the mail in hand; the rest goes back. Signal-safe."""
        self._stop.set()

    def close(self) -> None:
        """End the kept connections."""
        self._relays.close()

    def _deliver(self, mails: list[ClaimedMail]) -> int:
        unsent = {mail.id for mail in mails}
        with _Renewal(self._database, self.name, unsent, self._clock):
            written = self._write(mails)
            tried = 0
            for mail in mails:
                if self._stop.is_set():
                    break
                if mail.id in written:
                    self._send(mail, written[mail.id])
                    tried += 1
                unsent.discard(mail.id)
        if unsent:
            with self._database.transaction() as session:
                delivery.give_back(session, unsent, self.name, self._clock())
        return tried

    def _write(self, mails: Iterable[ClaimedMail]) -> dict[int, Written]:
        """The bytes of each mail, kept before the first is sent. One that cannot be written failed:

        a person has to mend the template, and then sends it again.
        """
        written: dict[int, Written] = {}
        new: dict[int, str] = {}
        broken: dict[int, tuple[ClaimedMail, str]] = {}
        for mail in mails:
            try:
                written[mail.id], key = self._written(mail)
            except (TemplateError, NotAsMeant, NotFound) as problem:
                broken[mail.id] = (mail, _words(mail, problem))
                continue
            if key:
                new[mail.id] = key
        if new or broken:
            with self._database.transaction() as session:
                delivery.keep_rendered(session, new, self.name)
                for mail, words in broken.values():
                    attempt = Attempt(text=words)
                    now = self._clock()
                    delivery.mark_failed(session, mail, self.name, now=now, attempt=attempt)
        return written

    def _written(self, mail: ClaimedMail) -> tuple[Written, str]:
        """The mail's bytes, and the key they were kept under just now (empty if not)."""
        if mail.rendered_sha256:
            kept = self._blobs.get(mail.rendered_sha256)
            sender, _, content = kept.partition(b"\n")
            return Written(sender.decode(), content), ""
        written = write_mail(mail, self._settings, self._blobs)
        if mail.template in SECRET:
            return written, ""
        # The envelope's sender is frozen with the bytes.
        return written, self._blobs.put(written.envelope_from.encode() + b"\n" + written.content)

    def _send(self, mail: ClaimedMail, written: Written) -> None:
        outcome = self._relays.send(written.envelope_from, mail.recipient, written.content)[-1]
        with self._database.transaction() as session:
            _note(session, mail, self.name, outcome, self._clock())
        if outcome.kind != "sent":
            log.info("mail_not_sent", mail=mail.id, outcome=outcome.kind, code=outcome.code)


def _note(
    session: Session, mail: ClaimedMail, worker: str, outcome: Outcome, now: datetime
) -> None:
    attempt = Attempt(outcome.relay, outcome.tls, outcome.code, outcome.text)
    if outcome.kind == "sent":
        delivery.mark_sent(session, mail, worker, now=now, attempt=attempt)
    elif outcome.kind == "failed":
        delivery.mark_failed(session, mail, worker, now=now, attempt=attempt)
    elif outcome.kind == "uncertain":
        delivery.mark_uncertain(session, mail, worker, now=now, attempt=attempt)
    else:
        reached = outcome.kind == "deferred"
        delivery.mark_deferred(session, mail, worker, now=now, attempt=attempt, reached=reached)


def _words(mail: ClaimedMail, problem: Exception) -> str:
    where = getattr(problem, "name", None) or mail.template
    line = getattr(problem, "lineno", None)
    place = f"{where}, line {line}" if line else where
    return f"The mail could not be written ({place}): {problem}"


class _Renewal:
    """Renews the leases of what is not sent yet, beside the sending, until the block ends."""

    def __init__(
        self, database: Database, worker: str, ids: set[int], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._worker = worker
        self._ids = ids
        self._clock = clock
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leases", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(RENEW_EVERY):
            try:
                with self._database.transaction() as session:
                    delivery.renew(session, tuple(self._ids), self._worker, self._clock())
            except Exception as problem:
                # The database may be down for a moment; a lost lease is noticed at the next mark.
                log.warning("lease_not_renewed", problem=type(problem).__name__)


def drain(queue: str) -> int:
    """RQ's job: empty a queue. The process keeps its database and relay from job to job."""
    settings, deliverer = process_deliverer()
    try:
        jobs_queue.drain_begins(_redis(settings), queue)
    except RedisError as problem:
        log.warning("redis_unreachable", problem=type(problem).__name__)
    return deliverer.drain(queue)


@cache
def process_deliverer() -> tuple[Settings, Deliverer]:
    """This process's settings and deliverer."""
    settings = settings_module.load()
    return settings, Deliverer(settings, connect(settings, pool_size=3))


@cache
def _redis(settings: Settings) -> Redis:
    return jobs_queue.open_redis(redis_url(settings), timeout=1.0)
