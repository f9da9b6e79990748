"""The fetcher: a process beside the gateway, with a thread for each mailbox that is fetched.

One a spool. Several machines may run one each: a mailbox is held by one of them at a time, and
taken over some minutes after it fell silent.
"""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpdesk import heartbeat, outages
from helpdesk.actions.fetch_mail import Holder
from helpdesk.actions.set_fetch import account_of
from helpdesk.db import Database, connect
from helpdesk.identity import spool_id
from helpdesk.models import MailboxFetch
from helpdesk.oauth.connecting import connect_with
from helpdesk.queries.database_clock import database_time
from helpdesk.queries.fetches import fetches_to_run
from helpdesk.sealing import CannotOpen
from helpdesk.settings import Settings
from mailgate.fetch.account_thread import AccountThread, FetchAccount
from mailgate.fetch.catch_up import FetchPlace
from mailgate.spool.spool import Spool

log = structlog.get_logger(__name__)

LOOKS_EVERY = 2.0
END_WITHIN = 3.0

Start = Callable[[FetchPlace, FetchAccount], AccountThread]


class SecondFetcher(Exception):
    """Another process fetches into this spool. The text is one line for the operator."""


class Fetcher:
    """Has a thread for each account that is to be fetched from, as the database has them."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        spool: Spool,
        *,
        beat: Callable[[], None] = lambda: None,
        start: Start = AccountThread,
    ) -> None:
        """:param beat: called every few seconds while it lives."""
        self._settings = settings
        self._database = database
        self._spool = spool
        self._spool_id = spool_id(settings.spool_dir)
        self._beat = beat
        self._start = start
        self._threads: dict[tuple[int, datetime, str], AccountThread] = {}
        self._ending: list[tuple[int, AccountThread]] = []
        self._stop = threading.Event()

    def run(self) -> None:
        """Fetch until :meth:`stop`.

        :raises SecondFetcher:
        """
        lock = self._lock_spool()
        try:
            while not self._stop.is_set():
                self._beat()
                try:
                    self.look()
                    outages.outage("fetching").worked()
                except SQLAlchemyError as problem:
                    outages.failed("fetching", problem)
                self._stop.wait(LOOKS_EVERY)
        finally:
            self.close()
            os.close(lock)

    def stop(self) -> None:
        """Have :meth:`run` end. Safe to call from a signal handler."""
        self._stop.set()

    def look(self) -> None:
        """Begin what is to be fetched and is not yet, end what is not any more."""
        with self._database.reading() as session:
            now = database_time(session)
            wanted = {
                (fetch.id, fetch.changed_at, address): self._account(session, fetch)
                for fetch, address in fetches_to_run(session)
                if not self._is_anothers(fetch, now)
            }
        for key in [key for key in self._threads if key not in wanted]:
            thread = self._threads.pop(key)
            thread.stop()
            self._ending.append((key[0], thread))
        self._ending = [(one, thread) for one, thread in self._ending if thread.is_alive()]
        # What one that ends is about to accept, the next would take for lost.
        ending = {fetch_id for fetch_id, _ in self._ending}
        for key, account in wanted.items():
            known = self._threads.get(key)
            if (known is None or not known.is_alive()) and key[0] not in ending:
                self._threads[key] = self._begin(*key, account)

    def close(self) -> None:
        """End all threads, and wait for them a moment."""
        threads = [*self._threads.values(), *(thread for _, thread in self._ending)]
        self._threads, self._ending = {}, []
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join(END_WITHIN)

    def _begin(
        self, fetch_id: int, set_at: datetime, address: str, account: FetchAccount
    ) -> AccountThread:
        place = FetchPlace(
            self._database,
            self._spool,
            self._spool_id,
            # By the spool's name: one that was killed here is followed at once, since the lock says
            # that it is dead.
            Holder(fetch_id, self._spool_id, set_at),
            address,
            self._settings.smtp_size,
        )
        thread = self._start(place, account)
        thread.start()
        return thread

    def _is_anothers(self, fetch: MailboxFetch, now: datetime) -> bool:
        return bool(
            fetch.holder
            and fetch.holder != self._spool_id
            and fetch.held_until is not None
            and fetch.held_until > now
        )

    def _account(self, session: Session, fetch: MailboxFetch) -> FetchAccount:
        connect = connect_with(self._database, self._settings, fetch.mailbox_id)
        try:
            return FetchAccount(account_of(session, fetch), fetch.next_try_at, connect)
        except CannotOpen:
            return FetchAccount(None, fetch.next_try_at)

    def _lock_spool(self) -> int:
        """Hold this spool alone, for as long as the process lives.

        What another process here had begun to accept is settled by what the journal says. Were that
        process alive, it might accept it just after.
        """
        path = self._settings.spool_dir / "fetcher"
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise SecondFetcher(
                f"Another process fetches mail into {self._settings.spool_dir}. One is enough."
            ) from None
        return file


def run_fetcher(settings: Settings) -> None:
    """The fetcher's process: fetch until SIGTERM or SIGINT.

    :raises SecondFetcher:
    """
    database = connect(settings, pool_size=8)
    spool = Spool(settings.spool_dir)
    fetcher = Fetcher(settings, database, spool, beat=partial(heartbeat.beat, settings, "fetcher"))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: fetcher.stop())
    try:
        fetcher.run()
    finally:
        spool.close()
        with suppress(SQLAlchemyError):
            database.dispose()
