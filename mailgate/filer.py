"""The filer: takes accepted mails from the spool and files them.

A process of its own, so that a slow mail never slows the door. Mails are read in child processes
and stored by hash (:mod:`mailgate.lanes`), and filed up to 20 in one transaction with a savepoint
each. A mail leaves the spool only after the commit; its name is unique in the database,
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
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from helpdesk import heartbeat
from helpdesk.actions.receive_mail import hold, receive_mail
from helpdesk.blobs import Blobs
from helpdesk.db import Database, Listener, connect
from helpdesk.incoming import Arrival, Incoming, Named
from helpdesk.mailboxes import all_mailboxes, feeders
from helpdesk.settings import Settings
from helpdesk.text import clean_line
from helpdesk.timeline import StoredFile
from mailgate.authenticate import Authentication, Authenticator
from mailgate.forwarded import forwarded_in
from mailgate.judge import may_acknowledge
from mailgate.lanes import Lanes, Ready
from mailgate.new_part import body_of
from mailgate.parse import Address, InboundMail
from mailgate.parse.isolated import ReadResult
from mailgate.released import file_all_released
from mailgate.spool import Spool

log = structlog.get_logger(__name__)

BATCH = 20
BATCH_SECONDS = 0.05
"""A transaction holds SQLite's one writer: no longer than the web would notice."""
MOST_TRIES = 3
LONGEST_PAUSE = 5.0
BEAT_SECONDS = 2.0
RELEASE_SECONDS = 1.0


class Filer:
    """Files mails until it is told to stop. One a spool; a second would only compete with it."""

    def __init__(
        self,
        spool: Spool,
        database: Database,
        blobs: Blobs,
        authenticator: Authenticator,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """:param beat: called every few seconds while the filer lives."""
        self._spool = spool
        self._blobs = blobs
        self._database = database
        self._clock = clock
        self._beat = beat
        self._lanes = Lanes(spool, blobs, authenticator, clock)
        self._ready: list[Ready] = []
        self._tries: Counter[str] = Counter()
        self._stop = threading.Event()
        self._pause = 0.0

    def run(self) -> None:
        """File whatever waits, and whatever comes, until :meth:`stop`."""
        bell = self._spool.listen()
        next_tidy = next_beat = next_release = 0.0
        try:
            while not self._stop.is_set():
                if time.monotonic() >= next_beat:
                    self._beat()
                    next_beat = time.monotonic() + BEAT_SECONDS
                if time.monotonic() >= next_tidy:
                    self._tidy()
                    next_tidy = time.monotonic() + 60
                if time.monotonic() >= next_release:
                    self.file_released()
                    next_release = time.monotonic() + RELEASE_SECONDS
                if self.file_some():
                    continue
                bell.wait(self._pause or (0.05 if self._lanes.busy else 0.5))
        finally:
            bell.close()
            self.close()

    def stop(self) -> None:
        """Have :meth:`run` end after the mails in hand. Safe to call from a signal handler."""
        self._stop.set()
        self._spool.wake()

    def close(self) -> None:
        """End the child processes."""
        self._lanes.close()

    def file_some(self) -> int:
        """File one batch of what waits. Returns how many mails left the spool."""
        try:
            self._ready += self._lanes.take(
                BATCH - len(self._ready),
                time.monotonic() + BATCH_SECONDS,
                leave_out=[one.name for one in self._ready],
            )
            filed = self._file() if self._ready else 0
        except (SQLAlchemyError, OSError) as problem:
            # Ours, not the mail's: everything stays where it is until the cause has gone.
            self._pause = min(LONGEST_PAUSE, (self._pause or 0.25) * 2)
            log.warning("filing waits", cause=type(problem).__name__, seconds=self._pause)
            return 0
        self._pause = 0.0
        return filed

    def file_released(self) -> int:
        """File what people released from quarantine. Returns how many mails that were."""
        try:
            return file_all_released(self._database, self._blobs, self._clock(), _released)
        except (SQLAlchemyError, OSError) as problem:
            log.warning("released mail waits", cause=type(problem).__name__)
            return 0

    def _tidy(self) -> None:
        try:
            self._spool.tidy()
        except OSError as problem:
            log.warning("the spool cannot be tidied", cause=repr(problem))

    def _file(self) -> int:
        """File what is ready in one transaction; returns how many left the spool."""
        now = self._clock()
        until = time.monotonic() + BATCH_SECONDS
        decided: list[str] = []
        with self._database.transaction() as session:
            ours = all_mailboxes(session).keys()
            for one in self._ready:
                if self._decide_safely(session, one, ours, now):
                    decided.append(one.name)
                if time.monotonic() > until:
                    break
        for name in decided:
            self._spool.remove(name)
            self._tries.pop(name, None)
        self._ready = [one for one in self._ready if one.name not in decided]
        return len(decided)

    def _decide_safely(
        self, session: Session, one: Ready, ours: Collection[str], now: datetime
    ) -> bool:
        """Decide about one mail in a savepoint, so that what fails is this mail alone."""
        try:
            with session.begin_nested():
                _decide(session, one, ours, now)
        except Exception as problem:
            if _is_everybodys(problem):
                raise
            self._tries[one.name] += 1
            log.exception("a mail could not be filed", mail=one.name)
            if self._tries[one.name] < MOST_TRIES:
                return False
            with session.begin_nested():
                hold(session, _bare(one.arrival, now), "It could not be filed, three times.", now)
        return True


def _is_everybodys(problem: Exception) -> bool:
    """Whether the database or the disk is at fault, and not what is in the mail."""
    if isinstance(problem, OperationalError):
        # PostgreSQL's class 54, a program limit, is reached by what a mail holds.
        return not str(getattr(problem.orig, "sqlstate", "")).startswith("54")
    return isinstance(problem, InterfaceError | OSError)


def _bare(arrival: Arrival, now: datetime) -> Arrival:
    """The arrival less all that came from outside: this much can be kept of any mail."""
    return replace(arrival, envelope_from="", envelope_to=(), peer="", received_at=now)


def _decide(session: Session, one: Ready, ours: Collection[str], now: datetime) -> None:
    check = one.sender_check.result() if one.sender_check else None
    incoming = _incoming(session, one.arrival, one.mail, one.files, check, ours)
    if one.failure:
        hold(session, one.arrival, one.failure, now, incoming)
    else:
        receive_mail(session, incoming, now=now)


def _incoming(
    session: Session,
    arrival: Arrival,
    mail: InboundMail,
    files: tuple[StoredFile, ...],
    check: Authentication | None,
    ours: Collection[str],
) -> Incoming:
    return Incoming(
        arrival=arrival,
        subject=mail.subject,
        sender=_named(mail.sender) if mail.sender else None,
        reply_to=tuple(map(_named, mail.reply_to)),
        to=tuple(map(_named, mail.to)),
        cc=tuple(map(_named, mail.cc)),
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        kind=mail.kind,
        body=body_of(session, mail),
        files=files,
        defects=mail.defects,
        verdict=check.verdict if check else "unknown",
        authentication=check.as_dict() if check else None,
        hold_reason=check.refusal if check else "",
        may_be_acknowledged=may_acknowledge(mail, arrival.envelope_from, ours, feeders(session)),
        forwarded=forwarded_in(mail, files),
        loop_mark=next((value for name, value in mail.headers if name == "x-postdesk"), ""),
        **_report(mail),
    )


def _released(
    session: Session, arrival: Arrival, result: ReadResult, files: tuple[StoredFile, ...]
) -> Incoming:
    """A released mail. Who sent it is as unproven as it was; a person took that on themselves."""
    return _incoming(session, arrival, result.mail, files, None, all_mailboxes(session).keys())


def _report(mail: InboundMail) -> dict[str, Any]:
    """What a machine's report says of a mail of ours."""
    if mail.bounce is None:
        return {}
    said = next((one.diagnostic or one.status for one in mail.bounce.recipients), None)
    return {
        "bounced_message_id": mail.bounce.original_message_id,
        "bounced_mark": mail.bounce.original_mark,
        "bounced_addresses": tuple(one.address for one in mail.bounce.recipients),
        "bounce_words": clean_line(said or ""),
    }


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
        Authenticator(settings),
        beat=partial(heartbeat.beat, settings, "filer"),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: filer.stop())
    try:
        filer.run()
    finally:
        database.dispose()
