"""Copies of sent mail: put into the account's own folder, where its server does not by itself.

Made for the sweep, in a thread beside it: no mail waits for it, and what is wrong with it fails
none. In which order it is safe against crashes, :mod:`helpdesk.actions.note_sending` says.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import structlog
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import outages, shop_clock
from helpdesk.actions.note_sending import copy_is_there, put_copies_off, take_copy
from helpdesk.actions.set_fetch import account_of, active_fetch
from helpdesk.actions.set_relay import own_relay
from helpdesk.blobs import StoreAway, open_blobs
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.imap.account import ImapAccount
from helpdesk.imap.connection import ImapConnection
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from helpdesk.mail_out.claims import read_mails
from helpdesk.oauth.connecting import connect_with
from helpdesk.queries.own_relays import DueCopy, due_copies, due_copies_of
from helpdesk.sealing import CannotOpen
from helpdesk.settings import Settings
from jobs.compose import CannotCompose, compose_mail

log = structlog.get_logger("jobs.sent_copies")

EVERY = 5.0
END_WITHIN = 3.0


class SentCopies:
    """Looks when it is time to, and puts the copies that are due where they belong."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        clock: Callable[[], datetime] = shop_clock.now,
    ) -> None:
        self._settings = settings
        self._database = database
        self._blobs = open_blobs(settings)
        self._clock = clock
        self._next = float("-inf")
        self._thread: threading.Thread | None = None
        self._imap: ImapConnection | None = None
        self._stopped = threading.Event()

    def put_if_due(self) -> None:
        """Begin to put copies there, every few seconds; waits for nothing."""
        running = self._thread is not None and self._thread.is_alive()
        if running or self._stopped.is_set() or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        if self._due():
            self._thread = threading.Thread(target=self.put, name="sent copies", daemon=True)
            self._thread.start()

    def put(self) -> None:
        """Put all that are due there, a mailbox after the other."""
        try:
            for mailbox_id in self._due():
                self._put_of(mailbox_id)
            outages.outage("sent_copies").worked()
        except (SQLAlchemyError, StoreAway) as problem:
            outages.failed("sent_copies", problem)
        except Exception:
            log.exception("copies_failed")

    def close(self) -> None:
        """End: within a moment, whatever is waited for."""
        self._stopped.set()
        if (imap := self._imap) is not None:
            imap.abort()
        if self._thread is not None:
            self._thread.join(END_WITHIN)

    def _due(self) -> list[int]:
        with self._database.asking() as session:
            return due_copies_of(session, self._clock())

    def _put_of(self, mailbox_id: int) -> None:
        try:
            account, folder = self._place(mailbox_id)
            connect = connect_with(self._database, self._settings, mailbox_id)
            self._imap = imap = connect(account)
            try:
                while not self._stopped.is_set() and (some := self._some(mailbox_id)):
                    for copy in some:
                        self._put_one(imap, folder, copy)
            finally:
                self._imap = None
                imap.close()
        except ImapTrouble as trouble:
            if not self._stopped.is_set():
                self._put_off(mailbox_id, str(trouble))
        except Exception:
            # A fault of ours, or the store's: others' copies go on, and these later.
            self._put_off(mailbox_id, "Postdesk failed on it.")
            raise

    def _place(self, mailbox_id: int) -> tuple[ImapAccount, str]:
        """:raises ImapTrouble: there is none (any more)."""
        with self._database.reading() as session:
            relay, fetch = own_relay(session, mailbox_id), active_fetch(session, mailbox_id)
            if relay is None or fetch is None or not relay.sent_folder:
                words = "its mail is not fetched from this account any more"
                raise ImapTrouble(TroubleKind.FOLDER, words)
            try:
                return account_of(session, fetch), relay.sent_folder
            except CannotOpen:
                raise ImapTrouble(TroubleKind.SEALED) from None

    def _some(self, mailbox_id: int) -> list[DueCopy]:
        with self._database.reading() as session:
            return due_copies(session, mailbox_id, self._clock())

    def _put_one(self, imap: ImapConnection, folder: str, copy: DueCopy) -> None:
        if self._stopped.is_set():
            return
        with self._database.transaction() as session:
            tries = take_copy(session, copy.id, now=self._clock())
        if not tries:
            return
        content = self._content(copy)
        if content and not (tries > 1 and imap.holds(folder, copy.message_id)):
            imap.append(folder, content, copy.sent_at)
        with self._database.transaction() as session:
            copy_is_there(session, copy.id)
        log.info("sent_copy_put", outbound=copy.outbound_id)

    def _content(self, copy: DueCopy) -> bytes:
        """The bytes that left; written anew where the store has lost them. Empty: never again."""
        if copy.rendered_sha256:
            try:
                kept = self._blobs.get(copy.rendered_sha256)
            except NotFound:
                kept = b""
            if sha256(kept).hexdigest() == copy.rendered_sha256:
                return kept.partition(b"\n")[2]
        with self._database.reading() as session:
            mails = read_mails(session, [copy.outbound_id])
        try:
            return compose_mail(mails[0], self._settings, self._blobs).content if mails else b""
        except (CannotCompose, NotFound):
            return b""

    def _put_off(self, mailbox_id: int, words: str) -> None:
        log.warning("sent_copies_wait", mailbox=mailbox_id)
        with self._database.transaction() as session:
            given_up = put_copies_off(session, mailbox_id, words, now=self._clock())
        if given_up:
            log.warning("sent_copies_given_up", mailbox=mailbox_id, count=given_up)
