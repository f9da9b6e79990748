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
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from queue import Empty, SimpleQueue

import structlog

from helpdesk.blobs import Blobs
from helpdesk.mail_in.incoming import Arrival
from helpdesk.tickets.content import StoredFile
from mailgate.authenticate import Authentication, Authenticator
from mailgate.filing.attachment_cards import AttachmentCard, attachment_cards
from mailgate.filing.same_mail import same_mail
from mailgate.parse import ParsedMail
from mailgate.parse.isolated import WALL_SECONDS, Reader
from mailgate.parse.pipe import ReadResult
from mailgate.spool.envelope import IMPORT
from mailgate.spool.spool import DamagedMailError, Envelope, Spool, SpooledMail

log = structlog.get_logger(__name__)

TIME_LIMITS = (0.5, 5.0, WALL_SECONDS)
"""Seconds that a mail may take at each stage."""
LARGE = 2 * 1024 * 1024
"""Bytes from which a mail goes to the slow pool at once."""
BUFFERED_RAW = 128 * 1024
"""A mail up to so many bytes waits in memory for its sender's check; a larger one is read again."""
MOST_TRIES = 3
REST = 60.0
"""Seconds for which a mail is left alone that cannot even be held."""
MOST_SLOW = 100
"""How many mails wait in the slow pool: those after them stay in the spool."""

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@dataclass(frozen=True)
class PreparedMail:
    """A mail that was read and stored, and only needs the database now."""

    name: str
    arrival: Arrival
    mail: ParsedMail
    files: tuple[StoredFile, ...] = ()
    failure: str = ""
    sender_check: Future[Authentication] | None = None
    """None where the mail could not be read: it is held, whoever sent it."""

    @property
    def is_complete(self) -> bool:
        return self.sender_check is None or self.sender_check.done()


Outcome = PreparedMail | Exception | None
"""What became of a mail at one stage; None where its time was over."""


class ReadPool:
    """Takes waiting mails from the spool and makes them ready. For one thread."""

    def __init__(
        self,
        spool: Spool,
        blobs: Blobs,
        authenticator: Authenticator,
        clock: Callable[[], datetime],
    ) -> None:
        self._spool = spool
        self._blobs = blobs
        self._authenticator = authenticator
        self._clock = clock
        self._reader = Reader(wall=TIME_LIMITS[0], second_pass=False)
        self._slow_pool = [
            _SlowWorker(self._read, seconds, last=seconds == TIME_LIMITS[-1])
            for seconds in TIME_LIMITS[1:]
        ]
        self._inside: set[str] = set()
        self._unchecked: dict[str, PreparedMail] = {}
        self._resting: dict[str, float] = {}
        self._tries: Counter[str] = Counter()

    @property
    def busy(self) -> bool:
        """Whether mails are still being read or checked, which will be ready some time soon."""
        return bool(self._inside or self._unchecked)

    def take(self, most: int, until: float, leave_out: Collection[str] = ()) -> list[PreparedMail]:
        """Make waiting mails ready, the oldest first: at most so many, and until that time.

        :param until: of the monotonic clock; one mail is taken even when it is over.
        :raises OSError: the disk is full, or the spool cannot be read.
        """
        ready = self._checked(most) + self._complete(self._from_slow_pool())
        passed = {*self._inside, *self._unchecked, *leave_out, *self._at_rest()}
        passed |= {one.name for one in ready}
        for name in self._spool.waiting(most + len(passed)):
            if len(ready) >= most or (ready and time.monotonic() > until):
                break
            if name not in passed and len(self._inside) < MOST_SLOW:
                ready += self._complete(self._try(name))
        return ready

    def give_rest(self, name: str) -> None:
        """Leave this mail alone for a while."""
        self._resting[name] = time.monotonic() + REST

    def close(self) -> None:
        """End the child processes; what they were reading stays in the spool."""
        self._reader.close()
        self._authenticator.close()
        for worker in self._slow_pool:
            worker.close()

    def _complete(self, ready: list[PreparedMail]) -> list[PreparedMail]:
        """Those whose sender's check is done; the others wait until it is."""
        self._unchecked |= {one.name: one for one in ready if not one.is_complete}
        return [one for one in ready if one.name not in self._unchecked]

    def _checked(self, most: int) -> list[PreparedMail]:
        """Mails that waited for it, and are ready now."""
        self._authenticator.expire()
        done = [name for name, one in self._unchecked.items() if one.is_complete]
        return [self._unchecked.pop(name) for name in done[:most]]

    def _at_rest(self) -> Collection[str]:
        now = time.monotonic()
        self._resting = {name: until for name, until in self._resting.items() if until > now}
        return self._resting

    def _try(self, name: str) -> list[PreparedMail]:
        """The mail, ready; or nothing, where the slow pool reads it, it has gone, or is tried
        again."""
        try:
            mail = self._spool.read(name)
            if mail.raw_size > LARGE:
                self._enter(0, mail)
                return []
            outcome = self._read(self._reader, mail)
            if outcome is None:
                self._enter(0, mail)
        except DamagedMailError:
            outcome = self._unread(name, "Its envelope cannot be read.")
        except FileNotFoundError:
            return []
        except Exception as problem:
            outcome = self._failed(name, problem)
        return [outcome] if outcome else []

    def _enter(self, number: int, mail: SpooledMail) -> None:
        self._inside.add(mail.name)
        self._slow_pool[number].put(mail)

    def _from_slow_pool(self) -> list[PreparedMail]:
        ready = []
        for number, worker in enumerate(self._slow_pool):
            for mail, outcome in worker.finished():
                self._inside.discard(mail.name)
                if outcome is None:
                    self._enter(number + 1, mail)
                elif isinstance(outcome, PreparedMail):
                    ready.append(outcome)
                elif (held := self._failed(mail.name, outcome)) is not None:
                    ready.append(held)
        return ready

    def _read(self, reader: Reader, mail: SpooledMail, last: bool = False) -> PreparedMail | None:
        result = reader.read(mail.path, offset=mail.raw_offset)
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
        files = tuple(
            StoredFile(
                filename=file.filename,
                content_type=file.content_type,
                size=file.size,
                sha256=self._blobs.put(file.content),
                disposition=file.disposition,
                content_id=file.content_id,
                reading=card,
            )
            for file, card in zip(result.mail.attachments, cards, strict=True)
        )
        # Their bytes are on disk now: a batch of large mails must not stand in memory.
        bare = replace(result.mail, attachments=())
        if result.failure:
            return PreparedMail(mail.name, arrival, bare, files, result.failure)
        source = raw if len(raw) <= BUFFERED_RAW else mail.raw
        check = self._authenticator.submit(source, mail.envelope, bare)
        return PreparedMail(mail.name, arrival, bare, files, sender_check=check)

    def _failed(self, name: str, problem: Exception) -> PreparedMail | None:
        """What to do with a mail that could not be read or stored: held, after three tries.

        :raises OSError: the disk is full, which is not this mail's fault.
        """
        if isinstance(problem, FileNotFoundError):
            return None  # someone else took it
        if isinstance(problem, OSError) and problem.errno in _DISK:
            raise problem
        self._tries[name] += 1
        log.error("a mail could not be read", mail=name, cause=repr(problem))
        if self._tries[name] < MOST_TRIES:
            return None
        del self._tries[name]
        try:
            return self._unread(name, "It could not be read, three times.")
        except OSError:
            self.give_rest(name)
            return None

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
