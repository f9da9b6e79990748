"""The filer: takes accepted mails from the spool and files them.

A process of its own, so that a slow mail never slows the door. Mails are read in a child process
(:mod:`mailgate.parse.isolated`), stored by hash, and filed up to 20 in one transaction with a
savepoint each. A mail leaves the spool only after the commit; its name is unique in the database,
so a crash between the two files nothing twice.

What goes wrong with one mail is that mail's: tried three times, then held. What goes wrong with
the database or the disk is everybody's: the mails wait, and are tried again until it is back.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from helpdesk import heartbeat
from helpdesk.actions.receive_mail import hold, receive_mail
from helpdesk.blobs import Blobs
from helpdesk.db import Database, Listener, connect
from helpdesk.incoming import Arrival, Incoming, Named
from helpdesk.mailboxes import all_mailboxes
from helpdesk.settings import Settings
from helpdesk.timeline import Body, StoredFile
from mailgate.judge import may_acknowledge
from mailgate.parse import Address, InboundMail
from mailgate.parse.isolated import Reader, ReadResult
from mailgate.same_mail import same_mail
from mailgate.spool import DamagedMailError, Spool, SpooledMail

log = structlog.get_logger(__name__)

BATCH = 20
BATCH_SECONDS = 0.05
"""A transaction holds SQLite's one writer: no longer than the web would notice."""
MOST_TRIES = 3
PATIENCE = 0.8
"""Seconds that a mail may take on the fast lane before it is moved to the slow one."""
LARGE = 2 * 1024 * 1024
LONGEST_PAUSE = 5.0
BEAT_SECONDS = 2.0


@dataclass(frozen=True)
class _Ready:
    """A mail that was read and stored, and only needs the database now."""

    name: str
    arrival: Arrival
    mail: InboundMail
    files: tuple[StoredFile, ...]
    failure: str


class Filer:
    """Files mails until it is told to stop. One a spool; a second would only compete with it."""

    def __init__(
        self,
        spool: Spool,
        database: Database,
        blobs: Blobs,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """:param beat: called every few seconds while the filer lives."""
        self._spool = spool
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._beat = beat
        self._reader = Reader(wall=PATIENCE)
        self._slow_lane = ThreadPoolExecutor(1, "slow-lane")
        self._slow: dict[str, Future[_Ready]] = {}
        self._tries: Counter[str] = Counter()
        self._stop = threading.Event()
        self._pause = 0.0

    def run(self) -> None:
        """File whatever waits, and whatever comes, until :meth:`stop`."""
        bell = self._spool.listen()
        next_tidy = next_beat = 0.0
        try:
            while not self._stop.is_set():
                if time.monotonic() >= next_beat:
                    self._beat()
                    next_beat = time.monotonic() + BEAT_SECONDS
                if time.monotonic() >= next_tidy:
                    self._spool.tidy()
                    next_tidy = time.monotonic() + 60
                if self.file_some():
                    continue
                bell.wait(self._pause or (0.05 if self._slow else 0.5))
        finally:
            bell.close()
            self.close()

    def stop(self) -> None:
        """Have :meth:`run` end after the mails in hand. Safe to call from a signal handler."""
        self._stop.set()
        self._spool.wake()

    def close(self) -> None:
        """End the child processes."""
        self._reader.close()
        self._slow_lane.shutdown(wait=False, cancel_futures=True)

    def file_some(self) -> int:
        """File one batch of what waits. Returns how many mails left the spool."""
        try:
            ready = self._read_some()
            filed = self._file(ready) if ready else 0
        except (OperationalError, InterfaceError, OSError) as problem:
            # Ours, not the mail's: everything stays where it is until the cause has gone.
            self._pause = min(LONGEST_PAUSE, (self._pause or 0.25) * 2)
            log.warning("filing waits", cause=type(problem).__name__, seconds=self._pause)
            return 0
        self._pause = 0.0
        return filed

    def _read_some(self) -> list[_Ready]:
        """Read and store waiting mails, until the batch is full or its time is up."""
        done = [name for name, future in self._slow.items() if future.done()]
        ready = [self._slow.pop(name).result() for name in done]
        until = time.monotonic() + BATCH_SECONDS
        waiting = self._spool.waiting(BATCH + len(self._slow))
        for name in waiting:
            if name in self._slow or name in done:
                continue
            if len(ready) >= BATCH or (ready and time.monotonic() > until):
                break
            one = self._prepare(name)
            if one is not None:
                ready.append(one)
        return ready

    def _prepare(self, name: str) -> _Ready | None:
        """A mail read on the fast lane; None where it went to the slow one, or has gone."""
        try:
            mail = self._spool.read(name)
        except FileNotFoundError:
            return None
        except DamagedMailError:
            return self._damaged(name)
        if mail.raw_size <= LARGE:
            result = self._reader.read(mail.path, offset=mail.raw_offset)
            if result.failure is None:
                return self._store(mail, result)
        self._slow[name] = self._slow_lane.submit(self._read_slowly, mail)
        return None

    def _read_slowly(self, mail: SpooledMail) -> _Ready:
        with Reader() as reader:
            return self._store(mail, reader.read(mail.path, offset=mail.raw_offset))

    def _store(self, mail: SpooledMail, result: ReadResult) -> _Ready:
        raw = mail.raw()
        same = same_mail(raw)
        arrival = Arrival(
            spool_name=mail.name,
            raw_sha256=self._blobs.put(raw),
            size=len(raw),
            same_key=same.key,
            has_identity=same.has_identity,
            envelope_from=mail.envelope.mail_from,
            envelope_to=mail.envelope.rcpt_tos,
            peer=mail.envelope.peer,
            received_at=mail.envelope.received_at or self._clock(),
        )
        files = tuple(
            StoredFile(
                filename=file.filename,
                content_type=file.content_type,
                size=file.size,
                sha256=self._blobs.put(file.content),
                disposition=file.disposition,
                content_id=file.content_id,
            )
            for file in result.mail.attachments
        )
        return _Ready(mail.name, arrival, result.mail, files, result.failure or "")

    def _damaged(self, name: str) -> _Ready:
        """A spool file without an envelope: kept whole, for a person to look at."""
        content = self._spool.path(name).read_bytes()
        key = self._blobs.put(content)
        arrival = Arrival(name, key, len(content), key, True, "", (), "", self._clock())
        return _Ready(name, arrival, InboundMail(), (), "Its envelope cannot be read.")

    def _file(self, ready: list[_Ready]) -> int:
        """File these in one transaction; returns how many left the spool."""
        now = self._clock()
        undone: set[str] = set()
        with self._database.transaction() as session:
            ours = all_mailboxes(session).keys()
            for one in ready:
                if not self._decide_safely(session, one, ours, now):
                    undone.add(one.name)
        for one in ready:
            if one.name not in undone:
                self._spool.remove(one.name)
                self._tries.pop(one.name, None)
        return len(ready) - len(undone)

    def _decide_safely(
        self, session: Session, one: _Ready, ours: Collection[str], now: datetime
    ) -> bool:
        """Decide about one mail in a savepoint, so that what fails is this mail alone."""
        try:
            with session.begin_nested():
                _decide(session, one, ours, now)
        except (OperationalError, InterfaceError, OSError):
            raise
        except Exception:
            self._tries[one.name] += 1
            log.exception("a mail could not be filed", mail=one.name)
            if self._tries[one.name] < MOST_TRIES:
                return False
            with session.begin_nested():
                hold(session, one.arrival, "It could not be filed, three times.", now)
        return True


def _decide(session: Session, one: _Ready, ours: Collection[str], now: datetime) -> None:
    mail = one.mail
    incoming = Incoming(
        arrival=one.arrival,
        subject=mail.subject,
        sender=_named(mail.sender) if mail.sender else None,
        reply_to=tuple(map(_named, mail.reply_to)),
        to=tuple(map(_named, mail.to)),
        cc=tuple(map(_named, mail.cc)),
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        kind=mail.kind,
        body=Body(mail.text, mail.reply, mail.quoted, mail.signature, mail.html),
        files=one.files,
        defects=mail.defects,
        # The sender's authentication is checked by nobody yet, and nobody pretends that it was.
        verdict="unknown",
        bounced_message_id=mail.bounce.original_message_id if mail.bounce else None,
        may_be_acknowledged=may_acknowledge(mail, one.arrival.envelope_from, ours),
    )
    if one.failure:
        hold(session, one.arrival, one.failure, now, incoming)
    else:
        receive_mail(session, incoming, now=now)


def _named(address: Address) -> Named:
    return Named(address.name, address.address)


def run_filer(settings: Settings, *, nudge: Listener | None = None) -> None:
    """The filer's process: file until SIGTERM or SIGINT."""
    database = connect(settings, pool_size=4)
    if nudge is not None:
        database.after_commit(nudge)
    filer = Filer(
        Spool(settings.spool_dir),
        database,
        Blobs(settings.blob_url),
        beat=partial(heartbeat.beat, settings, "filer"),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: filer.stop())
    try:
        filer.run()
    finally:
        database.dispose()
