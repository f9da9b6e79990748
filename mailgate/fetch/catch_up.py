"""Fetch what is new in a folder of a mail server: into the spool, and only then anything there.

:mod:`helpdesk.actions.fetch_mail` says in which order, and why a crash at any moment loses nothing
and files nothing twice. A mail is known by the server's number for it, never by a flag: what
somebody read in another program is fetched like the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from helpdesk import shop_clock
from helpdesk.actions.fetch_mail import (
    Holder,
    NotOurs,
    SeenMail,
    begin_mails,
    filed_names,
    forget_begun,
    note_checked,
    note_marked,
    open_numbers,
    settle_mails,
    take_account,
)
from helpdesk.db import Database
from helpdesk.disks import disk_is_low, size_words
from helpdesk.imap.connection import (
    PIECE,
    Described,
    ImapConnection,
    MailGone,
    MailUnreadable,
)
from helpdesk.models import AfterFetching, FetchedMail, FetchedState, MailboxFetch
from helpdesk.queries.database_clock import database_time
from helpdesk.queries.fetches import known_uids, unsettled
from mailgate.spool.envelope import FETCHED, FETCHED_OLD, Envelope
from mailgate.spool.spool import Spool, SpoolWriter

log = structlog.get_logger(__name__)

LOOKED_AT = 200
"""Mails whose sizes and dates are asked for at once."""
TOGETHER = 20
"""Small mails that are fetched and accepted together."""
SMALL = 256 * 1024
"""Bytes; a larger mail is fetched by itself, piece by piece."""
ELSEWHERE_FOR = timedelta(hours=1)
"""For so long a mail that another machine began to accept is that machine's."""

CLOCKS_DIFFER = timedelta(minutes=10)
"""By so much the server's clock may be behind ours: what came since counts as new."""
RENEWED_EVERY = timedelta(seconds=30)

Clock = Callable[[], datetime]


class DiskFull(Exception):
    """There is no room for another mail: what is on the server waits there."""


@dataclass(frozen=True)
class FetchPlace:
    """Whose mail it is, and where it goes."""

    database: Database
    spool: Spool
    spool_id: str
    holder: Holder
    mailbox: str
    """The mailbox's address."""
    largest: int
    """Bytes: ``POSTDESK_SMTP_SIZE``."""
    clock: Clock = shop_clock.now


@dataclass
class _Draft:
    """A mail on its way into the spool."""

    uid: int
    size: int
    writer: SpoolWriter | None = None
    key: str = ""
    left_because: str = ""

    @property
    def seen(self) -> SeenMail:
        name = self.writer.name if self.writer else ""
        return SeenMail(self.uid, self.size, self.key, name, self.left_because)


class CatchUp:
    """One pass through a folder, over a connection that stands."""

    def __init__(self, place: FetchPlace, imap: ImapConnection) -> None:
        self._place = place
        self._imap = imap
        self._renew_at = datetime.min.replace(tzinfo=UTC)

    def run(self) -> int:
        """Fetch all that is there; returns how many mails were accepted.

        :raises ImapTrouble: the server is at fault.
        :raises NotOurs: somebody else fetches it now.
        :raises DiskFull, OSError: the disk is.
        """
        place = self._place
        opened = self._imap.open_folder()
        with place.database.transaction() as session:
            fetch = open_numbers(session, place.holder, opened.uid_validity)
        again = self._settle_unsettled(fetch)
        found = self._imap.newer(fetch.seen_uid)
        up_to = max(found, default=0)
        since = None if fetch.caught_up else fetch.since - CLOCKS_DIFFER
        if since is not None and found:
            # A day more: servers count in their own zones.
            found = self._imap.newer(fetch.seen_uid, since.date() - timedelta(days=1))
        uids = sorted({*found, *again})
        accepted = 0
        for start in range(0, len(uids), LOOKED_AT):
            accepted += self._take_some(fetch, uids[start : start + LOOKED_AT], since, again)
        with place.database.transaction() as session:
            note_checked(session, place.holder, up_to=up_to, now=database_time(session))
        return accepted

    def _take_some(
        self, fetch: MailboxFetch, uids: list[int], since: datetime | None, again: set[int]
    ) -> int:
        assert fetch.uid_validity is not None
        with self._place.database.reading() as session:
            known = known_uids(session, fetch.id, fetch.uid_validity, uids)
        new = [uid for uid in uids if uid not in known]
        described = self._imap.described(new) if new else {}
        # One that is not described is asked for all the same: then it is known to be gone.
        wanted = {uid: described.get(uid, Described(0, None)) for uid in new}
        if since is not None:
            wanted = {
                uid: one
                for uid, one in wanted.items()
                if uid in again or one.arrived is None or one.arrived >= since
            }
        accepted = 0
        for batch in _batches(wanted):
            accepted += self._take(fetch, batch, wanted)
        return accepted

    def _take(self, fetch: MailboxFetch, uids: list[int], wanted: dict[int, Described]) -> int:
        """Accept these mails, then mark or move them; returns how many were accepted."""
        place = self._place
        if disk_is_low(place.spool.folder, place.largest):
            raise DiskFull
        drafts = list(self._drafts(fetch, uids, wanted))
        try:
            kept = self._begin(fetch, drafts, max(uids))
        except BaseException:
            _drop(drafts)
            raise
        _drop([draft for draft in drafts if draft not in kept])
        writers = [draft.writer for draft in kept if draft.writer]
        outcomes = place.spool.commit_all(writers)
        failed = next((one for one in outcomes if isinstance(one, OSError)), None)
        names = [one for one in outcomes if isinstance(one, str)]
        done = [draft for draft in kept if not draft.writer or draft.writer.name in names]
        for draft in done:
            _log(draft)
        self._settle(fetch, names, [one.uid for one in done if not one.left_because])
        if failed is not None:
            raise failed
        return len(names)

    def _begin(self, fetch: MailboxFetch, drafts: list[_Draft], up_to: int) -> list[_Draft]:
        place = self._place
        try:
            with place.database.transaction() as session:
                now = database_time(session)
                if now >= self._renew_at:
                    if not take_account(session, place.holder, now=now):
                        raise NotOurs
                    self._renew_at = now + RENEWED_EVERY
                new = begin_mails(
                    session,
                    place.holder,
                    [draft.seen for draft in drafts],
                    spool_id=place.spool_id,
                    up_to=up_to,
                    now=now,
                )
        except IntegrityError:
            raise NotOurs from None  # somebody else had it in hand
        numbers = {mail.uid for mail in new}
        return [draft for draft in drafts if draft.uid in numbers]

    def _settle(self, fetch: MailboxFetch, names: list[str], uids: list[int]) -> None:
        """Mark or move the server's copies, and write down that all is done.

        Accepted they are in any case: where marking fails, the next pass does it.
        """
        if not names:
            return
        marked = False
        try:
            self._mark(fetch, uids)
            marked = True
        finally:
            with self._place.database.transaction() as session:
                settle_mails(session, fetch.id, names, marked=marked)

    def _mark(self, fetch: MailboxFetch, uids: list[int]) -> None:
        if not uids:
            return
        if fetch.after == AfterFetching.SEEN:
            self._imap.mark_seen(uids)
        elif fetch.after == AfterFetching.MOVE:
            self._imap.move(uids, fetch.move_to)

    def _settle_unsettled(self, fetch: MailboxFetch) -> set[int]:
        """Settle what a crash left; returns the numbers of mails that are to be fetched anew."""
        place = self._place
        with place.database.reading() as session:
            rows = unsettled(session, fetch.id)
            begun = [row for row in rows if row.state == FetchedState.BEGUN]
            names = [row.spool_name for row in begun]
            accepted = filed_names(session, names) if names else set()
        if names:
            accepted |= place.spool.known(names) | (set(names) & set(place.spool.names()))
        lost = [row for row in begun if row.spool_name not in accepted and self._is_ours(row)]
        here = [row for row in begun if row.spool_name in accepted]
        if lost or here:
            with place.database.transaction() as session:
                settle_mails(session, fetch.id, [row.spool_name for row in here], marked=False)
                forget_begun(session, fetch.id, [row.id for row in lost])
        to_mark = [row for row in rows if not row.reason and row not in lost]
        to_mark = [row for row in to_mark if row.state == FetchedState.SPOOLED or row in here]
        self._mark_late(fetch, to_mark)
        return {row.uid for row in lost if row.uid_validity == fetch.uid_validity}

    def _is_ours(self, row: FetchedMail) -> bool:
        """Whether the spool that would know of it is this one, or is given up."""
        return row.spool_id == self._place.spool_id or (
            self._place.clock() - row.at > ELSEWHERE_FOR
        )

    def _mark_late(self, fetch: MailboxFetch, rows: list[FetchedMail]) -> None:
        # Numbers of before are not this folder's any more.
        rows = [row for row in rows if row.uid_validity == fetch.uid_validity]
        if not rows:
            return
        self._mark(fetch, [row.uid for row in rows])
        with self._place.database.transaction() as session:
            note_marked(session, [row.id for row in rows])

    def _drafts(
        self, fetch: MailboxFetch, uids: list[int], wanted: dict[int, Described]
    ) -> Iterator[_Draft]:
        """Write these mails into the spool's folder, where nobody sees them yet."""
        small = [uid for uid in uids if wanted[uid].size <= SMALL]
        contents = self._imap.whole(small) if small else {}
        for uid in uids:
            one = wanted[uid]
            if uid in contents:
                yield self._written(fetch, uid, one, iter([contents.pop(uid)]))
            elif one.size > self._place.largest:
                yield self._header_alone(fetch, uid, one)
            else:
                yield self._in_pieces(fetch, uid, one)

    def _in_pieces(self, fetch: MailboxFetch, uid: int, one: Described) -> _Draft:
        try:
            return self._written(fetch, uid, one, self._imap.pieces(uid))
        except MailGone:
            return _Draft(uid, one.size, left_because="It was gone from the folder.")
        except MailUnreadable as problem:
            words = f"The server has it and does not give it: {problem}"
            return _Draft(uid, one.size, left_because=words)
        except _TooLarge:
            return self._header_alone(fetch, uid, one)

    def _written(
        self, fetch: MailboxFetch, uid: int, one: Described, pieces: Iterator[bytes]
    ) -> _Draft:
        writer = self._place.spool.begin(self._envelope(fetch, one))
        digest, size = hashlib.sha256(), 0
        try:
            for piece in pieces:
                size += len(piece)
                if size > self._place.largest:
                    raise _TooLarge
                digest.update(piece)
                writer.write(piece)
        except BaseException:
            writer.abort()
            raise
        return _Draft(uid, size, writer, digest.hexdigest())

    def _header_alone(self, fetch: MailboxFetch, uid: int, one: Described) -> _Draft:
        """Hold a mail that is too large, with what its header says."""
        limit = size_words(self._place.largest)
        why = (
            f"It is larger than {limit} (POSTDESK_SMTP_SIZE): only its header was fetched, the "
            f"whole of it stands in “{fetch.folder}” of {fetch.login}."
        )
        try:
            header = self._imap.header(uid)[:PIECE]
        except (MailGone, MailUnreadable):
            return _Draft(uid, one.size, left_because=why)
        writer = self._place.spool.begin(self._envelope(fetch, one, hold=why))
        writer.write(header)
        return _Draft(uid, one.size, writer, f"header {hashlib.sha256(header).hexdigest()}", why)

    def _envelope(self, fetch: MailboxFetch, one: Described, hold: str = "") -> Envelope:
        now = self._place.clock()
        arrived = min(one.arrived or now, now)
        old = not fetch.caught_up and arrived < fetch.created_at - CLOCKS_DIFFER
        mailbox = self._place.mailbox
        return Envelope(
            mail_from="",
            rcpt_tos=(mailbox,),
            mailboxes=(mailbox,),
            tls=fetch.tls != "off",
            protocol=FETCHED_OLD if old else FETCHED,
            received_at=arrived if old else max(arrived, fetch.created_at),
            hold=hold,
        )


class _TooLarge(Exception):
    """It is larger than the server said."""


def _batches(wanted: dict[int, Described]) -> Iterator[list[int]]:
    """The numbers in order, small ones together."""
    batch: list[int] = []
    size = 0
    for uid in sorted(wanted):
        one = wanted[uid].size
        if batch and (len(batch) == TOGETHER or size + one > PIECE or one > SMALL):
            yield batch
            batch, size = [], 0
        batch.append(uid)
        size += one
    if batch:
        yield batch


def _drop(drafts: list[_Draft]) -> None:
    for draft in drafts:
        if draft.writer:
            with suppress(OSError):
                draft.writer.abort()


def _log(draft: _Draft) -> None:
    name = draft.writer.name if draft.writer else ""
    if draft.left_because:
        log.warning("mail_left", mail=name, uid=draft.uid, size=draft.size)
    else:
        log.info("mail_fetched", mail=name, uid=draft.uid, size=draft.size)
