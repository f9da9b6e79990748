"""The read pool: mails are read and stored side by side; a slow one delays only slower ones.

A mail is first read in the filer's own thread, within a short time limit. A mail that takes longer,
or is large, goes on to the slow pool: to its first worker, and from there to its last, which gives
a mail all the time that it may have. Each has a child process of its own to read in. Whose turn it
is, :mod:`mailgate.filing.fair_shares` says.

Who sent a mail is checked at the same time (:mod:`mailgate.authenticate`): a mail is ready once
that is known, and those after it do not wait for it.
"""

from __future__ import annotations

import errno
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog

from helpdesk.blobs import Blobs, StoreAway
from helpdesk.mail_in.incoming import Arrival
from mailgate.authenticate import Authenticator
from mailgate.filing.attachment_cards import AttachmentCard, attachment_cards
from mailgate.filing.claims import Claims
from mailgate.filing.fair_shares import Claim, Lane
from mailgate.filing.prepared_mail import PreparedMail
from mailgate.filing.same_mail import same_mail
from mailgate.filing.slow_worker import SlowWorker
from mailgate.filing.stored_files import put_mail, stored_files
from mailgate.filing.waiting_mails import WaitingMails, WaitingStage
from mailgate.parse import ParsedMail
from mailgate.parse.isolated import WALL_SECONDS, Reader
from mailgate.parse.pipe import ReadResult
from mailgate.spool.spool import DamagedMailError, Envelope, Spool, SpooledMail

log = structlog.get_logger(__name__)

TIME_LIMITS = (0.5, 5.0, WALL_SECONDS)
"""Seconds that a mail may take: in the filer's thread, and with each worker of the slow pool."""
SHORTER_LIMIT = 0.2
"""Seconds in the filer's thread for a mail that stood behind others: more may have come since."""
UP_TO = 2 * 1024 * 1024
"""Bytes to which that holds: photographs of some megabytes are common, and take longer."""
LARGE = 8 * 1024 * 1024
"""Bytes from which a mail goes to the slow pool at once. One so large with a file in it takes a
quarter of a first try."""
AT_HAND = 50
"""Mails that need not be opened again when their turn comes; while more wait, the others are."""
BUFFERED_RAW = 128 * 1024
"""A mail up to so many bytes waits in memory for its sender's check; a larger one is read again."""
LOOK_SECONDS = 0.02
"""Seconds that may pass at a time while new mails are looked at, with others to be read."""
LOOK_SHARE = 0.1
"""How much of its time the filer may spend on listing the spool, with mails to be read."""

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


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
        self._claims = Claims(authenticator.is_own)
        self._unclaimed: deque[str] = deque()
        self._at_hand: dict[str, SpooledMail] = {}
        self._next_look = 0.0
        self._turns_over = True
        self._reader = Reader(wall=TIME_LIMITS[0], second_pass=False, spare=True)
        self._slow_pool = {
            lane: SlowWorker(
                partial(self._read, wall=seconds, last=lane is Lane.LAST),
                partial(Reader, wall=seconds, second_pass=lane is Lane.LAST),
                done=spool.wake_filer,
            )
            for lane, seconds in zip((Lane.SLOW, Lane.LAST), TIME_LIMITS[1:], strict=True)
        }

    @property
    def busy(self) -> bool:
        """Whether mails are still being read or checked, which will be ready some time soon."""
        reading = self._waiting.count(WaitingStage.IN_SLOW_POOL, WaitingStage.IN_CHECK) > 0
        return reading or self._waiting.shares.has(Lane.FIRST)

    @property
    def has_turns(self) -> bool:
        """Whether a mail could have its first try at once."""
        return bool(self._unclaimed) or not self._turns_over

    def prepare(self, most: int, until: float) -> None:
        """Make waiting mails ready, each in its turn, up to so many in all, and until that time.

        :param most: how many may be ready at the end; those of the slow pool come on top.
        :param until: of the monotonic clock; one mail is read even when it is over.
        :raises OSError: the disk is full, or the spool cannot be read.
        """
        waiting = self._waiting
        before = waiting.count(WaitingStage.READY)
        self._authenticator.expire()
        for prepared in waiting.settle_checks(max(most - before, 0)):
            self._note_check(prepared)
        self._take_from_slow_pool()
        waiting.begin_anew(time.monotonic())
        self._look()
        while waiting.count(WaitingStage.READY) < most:
            # One that may cost the child its life must not have others wait for the next to start.
            claim = waiting.take(Lane.FIRST, others=self._reader.is_warm)
            self._turns_over = claim is None
            if claim is None:
                break
            self._try(claim)
            if time.monotonic() > until:
                break
        self._feed_slow_pool()

    def close(self) -> None:
        """End the child processes; what they were reading stays in the spool."""
        self._reader.close()
        self._authenticator.close()
        for worker in self._slow_pool.values():
            worker.close()

    def _look(self) -> None:
        """Learn which mails came into the spool. Where thousands wait, a few at a time."""
        began = time.monotonic()
        idle = not self._waiting.shares.has(Lane.FIRST)
        if not self._unclaimed and (idle or began >= self._next_look):
            found = self._spool.names()
            self._unclaimed.extend(sorted(name for name in found if name not in self._waiting))
            self._next_look = began + (time.monotonic() - began) / LOOK_SHARE
        while self._unclaimed and time.monotonic() < began + LOOK_SECONDS:
            self._expect(self._unclaimed.popleft())

    def _expect(self, name: str) -> None:
        try:
            mail = self._spool.read(name)
            claim = self._claims.of(mail)
        except FileNotFoundError:
            return  # someone else took it
        except Exception:
            claim = Claim(name, "")  # whoever reads it learns more
        else:
            if mail.content is not None and len(self._at_hand) < AT_HAND:
                self._at_hand[name] = mail
        self._waiting.expect(claim, Lane.SLOW if claim.size > LARGE else Lane.FIRST)

    def _open(self, name: str) -> SpooledMail:
        return self._at_hand.pop(name, None) or self._spool.read(name)

    def _try(self, claim: Claim) -> None:
        """Read a mail, or hand it to the slow pool."""
        began = time.monotonic()
        behind = self._waiting.shares.stood_behind(claim, Lane.FIRST) and claim.size <= UP_TO
        outcome: PreparedMail | Exception | None
        try:
            mail = self._open(claim.name)
            outcome = self._read(
                self._reader, mail, SHORTER_LIMIT if behind else TIME_LIMITS[0], last=False
            )
        except Exception as problem:
            outcome = problem
        finally:
            self._waiting.shares.charge(claim, Lane.FIRST, time.monotonic() - began)
        if outcome is None:
            self._waiting.shares.note_slow(claim)
            self._waiting.read_slowly(claim)
        else:
            self._settle(claim, outcome)

    def _settle(self, claim: Claim, outcome: PreparedMail | Exception) -> None:
        """Note what became of a mail.

        :raises OSError: the disk is full.
        """
        if isinstance(outcome, PreparedMail):
            self._waiting.prepare(outcome)
            self._note_check(outcome)
        elif isinstance(outcome, DamagedMailError):
            try:
                self._waiting.prepare(self._unread(claim.name, "Its envelope cannot be read."))
            except Exception as problem:
                self._fail(claim.name, problem)
        else:
            self._fail(claim.name, outcome)

    def _note_check(self, prepared: PreparedMail) -> None:
        check = prepared.sender_check
        if check is not None and check.done():
            self._claims.note(check.result(), prepared.arrival)

    def _feed_slow_pool(self) -> None:
        """Have each idle worker of the slow pool read the next mail of its lane.

        :raises OSError: the disk is full.
        """
        for lane, worker in self._slow_pool.items():
            while worker.idle and (claim := self._waiting.take(lane)) is not None:
                try:
                    worker.put(claim, self._open(claim.name))
                except Exception as problem:
                    self._waiting.shares.charge(claim, lane, 0)
                    self._settle(claim, problem)

    def _take_from_slow_pool(self) -> None:
        """Take what the slow pool is done with. All of it: nobody else would ask for it again.

        :raises OSError: the disk is full.
        """
        full_disk: OSError | None = None
        for lane, worker in self._slow_pool.items():
            done = worker.finished()
            if done is None:
                continue
            self._waiting.shares.charge(done.claim, lane, done.seconds)
            if done.prepared is None:
                self._waiting.read_slowly(done.claim, Lane.LAST)
                continue
            if done.seconds < TIME_LIMITS[0]:
                self._waiting.shares.note_quick(done.claim)
            try:
                self._settle(done.claim, done.prepared)
            except OSError as problem:
                full_disk = problem
        if full_disk is not None:
            raise full_disk

    def _read(
        self, reader: Reader, mail: SpooledMail, wall: float, *, last: bool
    ) -> PreparedMail | None:
        """Read a mail and store it; None where its time was over, unless nobody has more."""
        until = time.monotonic() + wall
        from_nowhere = not mail.envelope.mail_from and not mail.envelope.may_lack_sender
        source, offset = (mail.path, mail.raw_offset) if mail.content is None else (mail.content, 0)
        result = reader.read(source, offset=offset, null_sender=from_nowhere, wall=wall)
        if result.interrupted and not last:
            return None
        # A busy machine may have had it wait beyond its time: what is enclosed has some too.
        until = max(until, time.monotonic() + wall / 4)
        try:
            cards = attachment_cards(reader, result.mail, None if last else until)
        except TimeoutError:
            return None
        return self._store(mail, result, cards)

    def _store(
        self, mail: SpooledMail, result: ReadResult, cards: list[AttachmentCard | None]
    ) -> PreparedMail:
        raw = mail.raw()
        same = same_mail(raw)
        files = stored_files(self._blobs, result.mail, cards)
        key, parts = put_mail(self._blobs, raw, result.mail, files)
        arrival = Arrival(
            spool_name=mail.name,
            raw_sha256=key,
            size=len(raw),
            same_key=same.key,
            has_identity=same.has_identity,
            envelope_from=_sender(mail.envelope, result.mail),
            envelope_to=mail.envelope.rcpt_tos,
            peer=mail.envelope.peer,
            received_at=mail.envelope.received_at or self._clock(),
            imported=mail.envelope.of_the_past,
            stored_by=tuple(parts),
        )
        # Their bytes are on disk now: a batch of large mails must not stand in memory.
        bare = replace(result.mail, attachments=())
        if failure := mail.envelope.hold or result.failure:
            return PreparedMail(mail.name, arrival, bare, files, failure)
        source = raw if len(raw) <= BUFFERED_RAW else mail.raw
        check = self._authenticator.submit(source, mail.envelope, bare)
        return PreparedMail(mail.name, arrival, bare, files, sender_check=check)

    def _fail(self, name: str, problem: Exception) -> None:
        """Settle what becomes of a mail that could not be read or stored: held, after three tries.

        :raises OSError: the disk is full, or the store away, which is not this mail's fault.
        """
        if isinstance(problem, FileNotFoundError):
            self._waiting.forget(name)  # someone else took it
            return
        if _is_stores(problem):
            self._waiting.return_to_spool(name)
            raise problem
        log.error("mail_not_read", mail=name, exc_info=problem)
        if self._waiting.fail(name):
            try:
                self._waiting.prepare(self._unread(name, "It could not be read, three times."))
            except OSError as trouble:
                if _is_stores(trouble):
                    self._waiting.return_to_spool(name)
                    raise
                self._waiting.rest(name, time.monotonic())

    def _unread(self, name: str, why: str) -> PreparedMail:
        """A mail that nobody can read, stored whole for a person to look at."""
        content = self._spool.path(name).read_bytes()
        key = self._blobs.put(content)
        arrival = Arrival(name, key, len(content), key, True, "", (), "", self._clock())
        return PreparedMail(name, arrival, ParsedMail(), (), why)


def _is_stores(problem: Exception) -> bool:
    """Whether the disk, or the store, is at fault: everything waits for it, and nothing is held."""
    if isinstance(problem, StoreAway):
        return True
    return isinstance(problem, OSError) and problem.errno in _DISK


def _sender(envelope: Envelope, mail: ParsedMail) -> str:
    """The envelope's sender. Where none may be known, it stays empty only if the mail says so."""
    if envelope.mail_from or not envelope.may_lack_sender or mail.sender is None:
        return envelope.mail_from
    says_so = any(name == "return-path" and value.strip() == "<>" for name, value in mail.headers)
    return "" if says_so else mail.sender.address
