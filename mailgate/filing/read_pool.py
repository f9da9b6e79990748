"""The read pool: mails are read and stored side by side; a slow one delays only slower ones.

A mail is first read in the filer's own thread, within a short time limit. A mail that takes longer,
or is large, goes on to the slow pool: to its first worker, and from there to its last, which gives
a mail all the time that it may have. Each has a child process of its own to read in.

Who sent a mail is checked at the same time (:mod:`mailgate.authenticate`): a mail is ready once
that is known, and those after it do not wait for it.
"""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from queue import Empty, SimpleQueue

import structlog

from helpdesk.blobs import Blobs
from helpdesk.mail_in.incoming import Arrival
from mailgate.authenticate import Authenticator
from mailgate.filing.attachment_cards import AttachmentCard, attachment_cards
from mailgate.filing.prepared_mail import PreparedMail
from mailgate.filing.same_mail import same_mail
from mailgate.filing.stored_files import stored_files
from mailgate.filing.waiting_mails import WaitingMails, WaitingStage
from mailgate.parse import ParsedMail
from mailgate.parse.isolated import WALL_SECONDS, Reader
from mailgate.parse.pipe import ReadResult
from mailgate.spool.envelope import IMPORT
from mailgate.spool.spool import DamagedMailError, Envelope, Spool, SpooledMail

log = structlog.get_logger(__name__)

TIME_LIMITS = (0.5, 5.0, WALL_SECONDS)
"""Seconds that a mail may take: in the filer's thread, and with each worker of the slow pool."""
LARGE = 2 * 1024 * 1024
"""Bytes from which a mail goes to the slow pool at once."""
BUFFERED_RAW = 128 * 1024
"""A mail up to so many bytes waits in memory for its sender's check; a larger one is read again."""
MOST_SLOW = 100
"""How many mails wait in the slow pool: those after them stay in the spool."""

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)

Outcome = PreparedMail | Exception | None
"""What became of a mail; None where its time was over."""


class ReadPool:
    """Takes waiting mails from the spool and makes them ready. For one thread."""

    def __init__(
        self,
        spool: Spool,
        blobs: Blobs,
        authenticator: Authenticator,
        waiting: WaitingMails,
        clock: Callable[[], datetime],
    ) -> None:
        """:param waiting: gets what is found out about each mail."""
        self._spool = spool
        self._blobs = blobs
        self._authenticator = authenticator
        self._waiting = waiting
        self._clock = clock
        self._reader = Reader(wall=TIME_LIMITS[0], second_pass=False)
        self._slow_pool = [
            _SlowWorker(self._read, seconds, last=seconds == TIME_LIMITS[-1])
            for seconds in TIME_LIMITS[1:]
        ]

    @property
    def busy(self) -> bool:
        """Whether mails are still being read or checked, which will be ready some time soon."""
        return self._waiting.count(WaitingStage.IN_SLOW_POOL, WaitingStage.IN_CHECK) > 0

    def prepare(self, most: int, until: float) -> None:
        """Make waiting mails ready, the oldest first, up to so many in all, and until that time.

        :param most: how many may be ready at the end; those of the slow pool come on top.
        :param until: of the monotonic clock; one mail is made ready even when it is over.
        :raises OSError: the disk is full, or the spool cannot be read.
        """
        waiting = self._waiting
        before = waiting.count(WaitingStage.READY)
        self._authenticator.expire()
        waiting.settle_checks(max(most - before, 0))
        self._take_from_slow_pool()
        ready, slow = waiting.count(WaitingStage.READY), waiting.count(WaitingStage.IN_SLOW_POOL)
        passed = waiting.passed_over(time.monotonic())
        for name in self._spool.waiting(max(most - before, 0) + len(passed)):
            if ready >= most or slow >= MOST_SLOW:
                break
            if ready > before and time.monotonic() > until:
                break
            if name not in passed:
                self._try(name)
                stage = waiting[name].stage
                ready += stage is WaitingStage.READY
                slow += stage is WaitingStage.IN_SLOW_POOL

    def close(self) -> None:
        """End the child processes; what they were reading stays in the spool."""
        self._reader.close()
        self._authenticator.close()
        for worker in self._slow_pool:
            worker.close()

    def _try(self, name: str) -> None:
        """Read a mail, or hand it to the slow pool. One that has gone is passed over."""
        try:
            mail = self._spool.read(name)
            outcome = None if mail.raw_size > LARGE else self._read(self._reader, mail)
            if outcome is None:
                self._read_slowly(0, mail)
            else:
                self._waiting.prepare(outcome)
        except DamagedMailError:
            self._waiting.prepare(self._unread(name, "Its envelope cannot be read."))
        except Exception as problem:
            self._fail(name, problem)

    def _read_slowly(self, number: int, mail: SpooledMail) -> None:
        self._waiting.read_slowly(mail.name)
        self._slow_pool[number].put(mail)

    def _take_from_slow_pool(self) -> None:
        """Take what the slow pool is done with. All of it: nobody else would ask for it again.

        :raises OSError: the disk is full.
        """
        full_disk: OSError | None = None
        workers = enumerate(self._slow_pool)
        done = [(number, *one) for number, worker in workers for one in worker.finished()]
        for number, mail, outcome in done:
            if outcome is None:
                self._read_slowly(number + 1, mail)
            elif isinstance(outcome, PreparedMail):
                self._waiting.prepare(outcome)
            else:
                try:
                    self._fail(mail.name, outcome)
                except OSError as problem:
                    full_disk = problem
        if full_disk is not None:
            raise full_disk

    def _read(self, reader: Reader, mail: SpooledMail, last: bool = False) -> PreparedMail | None:
        from_nowhere = not mail.envelope.mail_from and mail.envelope.protocol != "pipe"
        result = reader.read(mail.path, offset=mail.raw_offset, null_sender=from_nowhere)
        if result.interrupted and not last:
            return None
        return self._store(mail, result, attachment_cards(reader, result.mail))

    def _store(
        self, mail: SpooledMail, result: ReadResult, cards: list[AttachmentCard | None]
    ) -> PreparedMail:
        raw = mail.raw()
        same = same_mail(raw)
        arrival = Arrival(
            spool_name=mail.name,
            raw_sha256=self._blobs.put(raw),
            size=len(raw),
            same_key=same.key,
            has_identity=same.has_identity,
            envelope_from=_sender(mail.envelope, result.mail),
            envelope_to=mail.envelope.rcpt_tos,
            peer=mail.envelope.peer,
            received_at=mail.envelope.received_at or self._clock(),
            imported=mail.envelope.protocol == IMPORT,
        )
        files = stored_files(self._blobs, result.mail, cards)
        # Their bytes are on disk now: a batch of large mails must not stand in memory.
        bare = replace(result.mail, attachments=())
        if result.failure:
            return PreparedMail(mail.name, arrival, bare, files, result.failure)
        source = raw if len(raw) <= BUFFERED_RAW else mail.raw
        check = self._authenticator.submit(source, mail.envelope, bare)
        return PreparedMail(mail.name, arrival, bare, files, sender_check=check)

    def _fail(self, name: str, problem: Exception) -> None:
        """Settle what becomes of a mail that could not be read or stored: held, after three tries.

        :raises OSError: the disk is full, which is not this mail's fault.
        """
        if isinstance(problem, FileNotFoundError):
            self._waiting.forget(name)  # someone else took it
            return
        if isinstance(problem, OSError) and problem.errno in _DISK:
            self._waiting.return_to_spool(name)
            raise problem
        log.error("a mail could not be read", mail=name, cause=repr(problem))
        if self._waiting.fail(name):
            try:
                self._waiting.prepare(self._unread(name, "It could not be read, three times."))
            except OSError:
                self._waiting.rest(name, time.monotonic())

    def _unread(self, name: str, why: str) -> PreparedMail:
        """A mail that nobody can read, stored whole for a person to look at."""
        content = self._spool.path(name).read_bytes()
        key = self._blobs.put(content)
        arrival = Arrival(name, key, len(content), key, True, "", (), "", self._clock())
        return PreparedMail(name, arrival, ParsedMail(), (), why)


def _sender(envelope: Envelope, mail: ParsedMail) -> str:
    """The envelope's sender. A pipe may know none: empty it stays only where the mail says so."""
    if envelope.mail_from or envelope.protocol != "pipe" or mail.sender is None:
        return envelope.mail_from
    says_so = any(name == "return-path" and value.strip() == "<>" for name, value in mail.headers)
    return "" if says_so else mail.sender.address


class _SlowWorker:
    """A thread that reads mails, one after another. It ends with the process: daemon, no join."""

    def __init__(
        self,
        read: Callable[[Reader, SpooledMail, bool], PreparedMail | None],
        time_limit: float,
        last: bool,
    ) -> None:
        self._read = read
        self._time_limit = time_limit
        self._last = last
        self._waiting: SimpleQueue[SpooledMail | None] = SimpleQueue()
        self._finished: SimpleQueue[tuple[SpooledMail, Outcome]] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def put(self, mail: SpooledMail) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="slow read", daemon=True)
            self._thread.start()
        self._waiting.put(mail)

    def finished(self) -> list[tuple[SpooledMail, Outcome]]:
        done = []
        while True:
            try:
                done.append(self._finished.get_nowait())
            except Empty:
                return done

    def close(self) -> None:
        self._waiting.put(None)

    def _run(self) -> None:
        reader: Reader | None = None
        while (mail := self._waiting.get()) is not None:
            try:
                reader = reader or Reader(wall=self._time_limit, second_pass=self._last)
                outcome: Outcome = self._read(reader, mail, self._last)
            except Exception as problem:
                outcome = problem
            self._finished.put((mail, outcome))
        if reader is not None:
            reader.close()
