"""The filer: takes accepted mails from the spool and files them.

A process of its own, so that a slow mail never slows the SMTP server. Mails are read in child
processes and stored by hash (:mod:`mailgate.filing.read_pool`), and filed up to 20 in one
transaction. A mail leaves the spool only after the commit; its name is unique in the database, so a
crash between the two files nothing twice.

What goes wrong with one mail is that mail's: where a transaction fails it is begun anew, with a
savepoint a mail, and the one that fails is tried three times, then held. What goes wrong with
the database or the disk is everybody's: the mails wait, and are tried again until it is back.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from helpdesk import heartbeat, outages, shop_clock
from helpdesk.actions.import_mail import import_mail
from helpdesk.actions.receive_mail import hold, receive_mail
from helpdesk.blobs import Blobs, open_blobs
from helpdesk.db import Database, Listener, connect
from helpdesk.mail_in.asked_ahead import ask_ahead
from helpdesk.mail_in.incoming import Arrival, Incoming
from helpdesk.mail_in.ledger_row import MailOutcome
from helpdesk.queries.at_hand import any_asked_of_filer
from helpdesk.settings import Settings
from helpdesk.tickets.content import StoredFile
from mailgate.authenticate import Authenticator
from mailgate.filing.asked_reports import are_reports_asked, make_asked_reports
from mailgate.filing.incoming_mail import incoming_of
from mailgate.filing.outcomes import log_outcome
from mailgate.filing.prepared_mail import PreparedMail
from mailgate.filing.read_pool import ReadPool
from mailgate.filing.released import file_all_released
from mailgate.filing.waiting_mails import WaitingMails
from mailgate.parse.pipe import ReadResult
from mailgate.spool.spool import Spool

log = structlog.get_logger(__name__)

BATCH = 20
BATCH_SECONDS = 0.05
"""A transaction holds SQLite's one writer: no longer than the web would notice."""
BATCH_SECONDS_BESIDE = 0.1
"""On PostgreSQL others write beside it, and only who needs a ticket's next number waits so long;
the fewer commits, the less each mail costs."""
LONGEST_PAUSE = 5.0
BEAT_SECONDS = 2.0
RELEASE_SECONDS = 2.0
LISTENS_FOR = 2.0
"""Seconds until it looks whether mail waits, though no bell rang."""


class Filer:
    """Files mails until it is told to stop. One a spool; a second would only compete with it."""

    def __init__(
        self,
        spool: Spool,
        database: Database,
        blobs: Blobs,
        authenticator: Authenticator,
        *,
        clock: Callable[[], datetime] = shop_clock.now,
        beat: Callable[[], None] = lambda: None,
        gateway: Callable[[], int | None] = lambda: None,
    ) -> None:
        """
        :param beat: called every few seconds while the filer lives.
        :param gateway: says the id of the gateway whose spool it is; asked until it does.
        """
        self._spool = spool
        self._blobs = blobs
        self._database = database
        self._batch_seconds = BATCH_SECONDS if database.is_sqlite else BATCH_SECONDS_BESIDE
        self._clock = clock
        self._beat = beat
        self._find_gateway = gateway
        self._gateway_id: int | None = None
        self._waiting = WaitingMails()
        self._read_pool = ReadPool(spool, blobs, authenticator, self._waiting, clock)
        self._stop = threading.Event()
        self._reporting = threading.Thread()
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
                    self._do_what_was_asked()
                    next_release = time.monotonic() + RELEASE_SECONDS
                if self.file_some() or (self._read_pool.has_turns and not self._pause):
                    continue
                bell.wait(self._pause or (0.05 if self._read_pool.busy else LISTENS_FOR))
        finally:
            bell.close()
            self.close()

    def stop(self) -> None:
        """Have :meth:`run` end after the mails in hand. Safe to call from a signal handler."""
        self._stop.set()
        self._spool.wake_filer()

    def close(self) -> None:
        """End the child processes."""
        self._read_pool.close()

    def file_some(self) -> int:
        """File one batch of what waits. Returns how many mails left the spool."""
        try:
            self._read_pool.prepare(BATCH, time.monotonic() + self._batch_seconds)
            filed = self._file(self._waiting.ready())
        except (SQLAlchemyError, OSError) as problem:
            # Ours, not the mail's: everything stays where it is until the cause has gone.
            self._pause = min(LONGEST_PAUSE, (self._pause or 0.25) * 2)
            self._note_outage(problem)
            return 0
        self._pause = 0.0
        outages.outage("filing").worked()
        return filed

    def _do_what_was_asked(self) -> None:
        try:
            with self._database.asking() as session:
                if not any_asked_of_filer(session):
                    return
        except (SQLAlchemyError, OSError) as problem:
            self._note_outage(problem)
            return
        self.file_released()
        self._start_reports()

    def file_released(self) -> int:
        """File what people released from quarantine. Returns how many mails that were."""
        try:
            return file_all_released(self._database, self._blobs, self._clock(), _released)
        except (SQLAlchemyError, OSError) as problem:
            self._note_outage(problem)
            return 0

    def _start_reports(self) -> None:
        """Make the anonymised copies that people asked for: new mail does not wait for them."""
        if not self._reporting.is_alive() and self._are_reports_asked():
            self._reporting = threading.Thread(target=self._make_reports, daemon=True)
            self._reporting.start()

    def _are_reports_asked(self) -> bool:
        try:
            return are_reports_asked(self._database)
        except (SQLAlchemyError, OSError) as problem:
            self._note_outage(problem)
            return False

    def _make_reports(self) -> None:
        try:
            make_asked_reports(self._database, self._blobs)
        except (SQLAlchemyError, OSError) as problem:
            self._note_outage(problem)

    def _tidy(self) -> None:
        try:
            self._spool.tidy()
        except OSError as problem:
            outages.outage("spool").failed(type(problem).__name__, errno=problem.errno)
        else:
            outages.outage("spool").worked()

    def _note_outage(self, problem: Exception) -> None:
        """Tell that the database or the disk is away, and how many mails wait for it."""
        outages.failed("filing", problem, waits=self._count_waiting)

    def _count_waiting(self) -> int | None:
        try:
            return len(self._spool.names())
        except OSError:  # the disk is what is away
            return None

    def _file(self, ready: list[PreparedMail]) -> int:
        """File these mails; returns how many left the spool."""
        if not ready:
            return 0
        now = self._clock()
        self._gateway_id = self._gateway_id or self._find_gateway()
        try:
            filed = self._file_together(ready, now)
        except Exception as problem:
            if _is_everybodys(problem):
                raise
            # Savepoints cost every mail a tenth of its time: only now it is known that they help.
            filed = self._file_together(ready, now, with_savepoints=True)
        for name, outcome in filed:
            self._spool.remove(name)
            self._waiting.forget(name)
            log_outcome(name, outcome)
        return len(filed)

    def _file_together(
        self, ready: list[PreparedMail], now: datetime, *, with_savepoints: bool = False
    ) -> list[tuple[str, MailOutcome]]:
        """File these mails in one transaction; return those that may leave the spool, by name.

        :param with_savepoints: a mail each: one that fails stays, and the others are filed.
        """
        until = time.monotonic() + self._batch_seconds
        filed: list[tuple[str, MailOutcome]] = []
        with self._database.transaction() as session:
            ask_ahead(session, [(one.arrival.same_key, _sender_of(one)) for one in ready])
            for one in self._named(ready):
                if not with_savepoints:
                    filed.append((one.name, _file_one(session, one, now)))
                elif (outcome := self._file_safely(session, one, now)) is not None:
                    filed.append((one.name, outcome))
                if time.monotonic() > until:
                    break
        return filed

    def _named(self, ready: list[PreparedMail]) -> Iterator[PreparedMail]:
        """These mails, each with the gateway that accepted it."""
        for one in ready:
            yield replace(one, arrival=replace(one.arrival, gateway_id=self._gateway_id))

    def _file_safely(
        self, session: Session, one: PreparedMail, now: datetime
    ) -> MailOutcome | None:
        """File one mail in a savepoint; None where it must stay in the spool.

        A mail that fails stays for the next try. After the third one it is held.
        """
        try:
            with session.begin_nested():
                return _file_one(session, one, now)
        except Exception as problem:
            if _is_everybodys(problem):
                raise
            log.exception("mail_not_filed", mail=one.name)
            if not self._waiting.fail(one.name):
                return None
            why = "It could not be filed, three times."
            with session.begin_nested():
                return hold(session, _bare(one.arrival, now), why, now)


def _sender_of(one: PreparedMail) -> str:
    return one.mail.sender.address if one.mail.sender else ""


def _is_everybodys(problem: Exception) -> bool:
    """Whether the database or the disk is at fault, and not what is in the mail."""
    if isinstance(problem, OperationalError):
        # PostgreSQL's class 54, a program limit, is reached by what a mail holds.
        return not str(getattr(problem.orig, "sqlstate", "")).startswith("54")
    return isinstance(problem, InterfaceError | OSError)


def _bare(arrival: Arrival, now: datetime) -> Arrival:
    """The arrival less all that came from outside: this much can be kept of any mail."""
    return replace(arrival, envelope_from="", envelope_to=(), peer="", received_at=now)


def _file_one(session: Session, one: PreparedMail, now: datetime) -> MailOutcome:
    """File one mail, or hold it, for good unless the transaction fails."""
    check = one.sender_check.result() if one.sender_check else None
    incoming = incoming_of(session, one.arrival, one.mail, one.files, check)
    if one.failure:
        return hold(session, one.arrival, one.failure, now, incoming)
    if one.arrival.imported:
        return import_mail(session, incoming)  # its import was cut short
    return receive_mail(session, incoming, now=now)


def _released(
    session: Session, arrival: Arrival, result: ReadResult, files: tuple[StoredFile, ...]
) -> Incoming:
    """A released mail. Who sent it is as unproven as it was; a person took that on themselves."""
    return incoming_of(session, arrival, result.mail, files, None)


def run_filer(
    settings: Settings,
    *,
    nudge: Listener | None = None,
    gateway: Callable[[Database], int | None] = lambda _: None,
) -> None:
    """The filer's process: file until SIGTERM or SIGINT.

    :param gateway: says the id of the gateway whose spool it is.
    """
    database = connect(settings, pool_size=4, writes_often=True)
    if nudge is not None:
        database.after_commit(nudge)
    filer = Filer(
        Spool(settings.spool_dir),
        database,
        open_blobs(settings),
        Authenticator(settings),
        beat=partial(heartbeat.beat, settings, "filer"),
        gateway=partial(gateway, database),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: filer.stop())
    try:
        filer.run()
    finally:
        database.dispose()
