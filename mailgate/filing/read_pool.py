"""Lanes: mails are read and stored side by side, so that a slow one delays none but slower ones.

The first lane is the filer's own thread and has little patience. What it cannot read in time, and
what is large, goes on in the second, and from there to the last, which gives a mail all the time
that it may have. Each lane has a child process of its own to read in.

Who sent a mail is checked beside all of them (:mod:`mailgate.authenticate`): a mail is ready once
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
from mailgate.filing.attachment_cards import Reading, attachment_readings
from mailgate.filing.same_mail import same_mail
from mailgate.parse import InboundMail
from mailgate.parse.isolated import WALL_SECONDS, Reader
from mailgate.parse.pipe import ReadResult
from mailgate.spool.envelope import IMPORT
from mailgate.spool.spool import DamagedMailError, Envelope, Spool, SpooledMail

log = structlog.get_logger(__name__)

PATIENCE = (0.5, 5.0, WALL_SECONDS)
"""Seconds that a mail may take in each lane."""
LARGE = 2 * 1024 * 1024
"""Bytes from which a mail begins in the second lane."""
KEPT_RAW = 128 * 1024
"""A mail up to so many bytes waits in memory for its sender's check; a larger one is read again."""
MOST_TRIES = 3
REST = 60.0
"""Seconds for which a mail is left alone that cannot even be held."""
MOST_BESIDE = 100
"""How many mails wait in the lanes beside: those after them stay in the spool."""

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@dataclass(frozen=True)
class Ready:
    """A mail that was read and stored, and only needs the database now."""

    name: str
    arrival: Arrival
    mail: InboundMail
    files: tuple[StoredFile, ...] = ()
    failure: str = ""
    sender_check: Future[Authentication] | None = None
    """None where the mail could not be read: it is held, whoever sent it."""

    @property
    def is_complete(self) -> bool:
        return self.sender_check is None or self.sender_check.done()


Outcome = Ready | Exception | None
"""What a lane made of a mail; None where its patience was over."""


class Lanes:
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
        self._reader = Reader(wall=PATIENCE[0], second_pass=False)
        self._beside = [
            _Lane(self._read, patience, last=patience == PATIENCE[-1]) for patience in PATIENCE[1:]
        ]
        self._inside: set[str] = set()
        self._unchecked: dict[str, Ready] = {}
        self._resting: dict[str, float] = {}
        self._tries: Counter[str] = Counter()

    @property
    def busy(self) -> bool:
        """Whether mails are being read or checked beside, which will be ready some time soon."""
        return bool(self._inside or self._unchecked)

    def take(self, most: int, until: float, leave_out: Collection[str] = ()) -> list[Ready]:
        """Make waiting mails ready, the oldest first: at most so many, and until that time.

        :param until: of the monotonic clock; one mail is taken even when it is over.
        :raises OSError: the disk is full, or the spool cannot be read.
        """
        ready = self._checked(most) + self._complete(self._from_beside())
        passed = {*self._inside, *self._unchecked, *leave_out, *self._at_rest()}
        passed |= {one.name for one in ready}
        for name in self._spool.waiting(most + len(passed)):
            if len(ready) >= most or (ready and time.monotonic() > until):
                break
            if name not in passed and len(self._inside) < MOST_BESIDE:
                ready += self._complete(self._try(name))
        return ready

    def give_rest(self, name: str) -> None:
        """Leave this mail alone for a while."""
        self._resting[name] = time.monotonic() + REST

    def close(self) -> None:
        """End the child processes; what they were reading stays in the spool."""
        self._reader.close()
        self._authenticator.close()
        for lane in self._beside:
            lane.close()

    def _complete(self, ready: list[Ready]) -> list[Ready]:
        """Those whose sender's check is done; the others are kept back until it is."""
        self._unchecked |= {one.name: one for one in ready if not one.is_complete}
        return [one for one in ready if one.name not in self._unchecked]

    def _checked(self, most: int) -> list[Ready]:
        """Mails that were kept back, and are ready now."""
        self._authenticator.expire()
        done = [name for name, one in self._unchecked.items() if one.is_complete]
        return [self._unchecked.pop(name) for name in done[:most]]

    def _at_rest(self) -> Collection[str]:
        now = time.monotonic()
        self._resting = {name: until for name, until in self._resting.items() if until > now}
        return self._resting

    def _try(self, name: str) -> list[Ready]:
        """The mail, ready; or nothing, where it goes on beside, has gone, or is tried again."""
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
        self._beside[number].put(mail)

    def _from_beside(self) -> list[Ready]:
        ready = []
        for number, lane in enumerate(self._beside):
            for mail, outcome in lane.finished():
                self._inside.discard(mail.name)
                if outcome is None:
                    self._enter(number + 1, mail)
                elif isinstance(outcome, Ready):
                    ready.append(outcome)
                elif (held := self._failed(mail.name, outcome)) is not None:
                    ready.append(held)
        return ready

    def _read(self, reader: Reader, mail: SpooledMail, last: bool = False) -> Ready | None:
        result = reader.read(mail.path, offset=mail.raw_offset)
        if result.interrupted and not last:
            return None
        return self._store(mail, result, attachment_readings(reader, result.mail))

    def _store(
        self, mail: SpooledMail, result: ReadResult, readings: list[Reading | None]
    ) -> Ready:
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
                reading=reading,
            )
            for file, reading in zip(result.mail.attachments, readings, strict=True)
        )
        # Their bytes are on disk now: a batch of large mails must not stand in memory.
        bare = replace(result.mail, attachments=())
        if result.failure:
            return Ready(mail.name, arrival, bare, files, result.failure)
        kept = raw if len(raw) <= KEPT_RAW else mail.raw
        check = self._authenticator.submit(kept, mail.envelope, bare)
        return Ready(mail.name, arrival, bare, files, sender_check=check)

    def _failed(self, name: str, problem: Exception) -> Ready | None:
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

    def _unread(self, name: str, why: str) -> Ready:
        """A mail that nobody can read, kept whole for a person to look at."""
        content = self._spool.path(name).read_bytes()
        key = self._blobs.put(content)
        arrival = Arrival(name, key, len(content), key, True, "", (), "", self._clock())
        return Ready(name, arrival, InboundMail(), (), why)


def _sender(envelope: Envelope, mail: InboundMail) -> str:
    """The envelope's sender. A pipe may know none: empty it stays only where the mail says so."""
    if envelope.mail_from or envelope.protocol != "pipe" or mail.sender is None:
        return envelope.mail_from
    says_so = any(name == "return-path" and value.strip() == "<>" for name, value in mail.headers)
    return "" if says_so else mail.sender.address


class _Lane:
    """A thread that reads mails, one after another. It ends with the process: daemon, no join."""

    def __init__(
        self, read: Callable[[Reader, SpooledMail, bool], Ready | None], patience: float, last: bool
    ) -> None:
        self._read = read
        self._patience = patience
        self._last = last
        self._waiting: SimpleQueue[SpooledMail | None] = SimpleQueue()
        self._finished: SimpleQueue[tuple[SpooledMail, Outcome]] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def put(self, mail: SpooledMail) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="lane", daemon=True)
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
                reader = reader or Reader(wall=self._patience, second_pass=self._last)
                outcome: Outcome = self._read(reader, mail, self._last)
            except Exception as problem:
                outcome = problem
            self._finished.put((mail, outcome))
        if reader is not None:
            reader.close()
