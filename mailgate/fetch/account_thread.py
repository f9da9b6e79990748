"""A thread for each account: connects, catches up, waits for more; comes back when it can."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import outages
from helpdesk.actions.fetch_mail import (
    LEASE,
    NotOurs,
    grant_trouble,
    leave_account,
    note_trouble,
    take_account,
)
from helpdesk.disks import disk_is_low
from helpdesk.imap.account import ImapAccount
from helpdesk.imap.connection import LONGEST_WAIT, ImapConnection, NoIdle
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from helpdesk.queries.database_clock import database_time
from mailgate.fetch.catch_up import CatchUp, DiskFull, FetchPlace

log = structlog.get_logger(__name__)

IDLE_FOR = min(60.0, LEASE.total_seconds() / 3, LONGEST_WAIT)
"""Seconds: at least so often the folder is looked at, whatever the server says of it."""
POLLED_EVERY = 60.0
"""The same where the server tells of nothing by itself."""
OURS_AWAY_FOR = 5.0
"""Seconds before the next try where the disk or the database is at fault."""


@dataclass(frozen=True)
class FetchAccount:
    """An account, and when it is to be tried; None for an account whose password opens not."""

    account: ImapAccount | None
    not_before: datetime | None
    connect: Callable[[ImapAccount], ImapConnection] = ImapConnection
    """What connects to it: by its password, or by a token that is asked for first."""


class AccountThread(threading.Thread):
    """Fetches from one account until it is stopped, or the account is not its own any more."""

    def __init__(
        self,
        place: FetchPlace,
        wanted: FetchAccount,
        *,
        connect: Callable[[ImapAccount], ImapConnection] | None = None,
        idle_for: float = IDLE_FOR,
    ) -> None:
        super().__init__(name=f"fetch {place.holder.fetch_id}", daemon=True)
        self._place = place
        self._wanted = wanted
        self._connect = connect or wanted.connect
        self._idle_for = idle_for
        self._halt = threading.Event()
        self._imap: ImapConnection | None = None

    def run(self) -> None:
        """Fetch, until there is nothing to be fetched for us any more."""
        if self._wanted.not_before is not None:
            self._halt.wait((self._wanted.not_before - self._place.clock()).total_seconds())
        try:
            while not self._halt.is_set():
                self._halt.wait(self._work())
        except NotOurs:
            log.info("fetch_left", account=self._place.holder.fetch_id)
        finally:
            self._leave()

    def stop(self) -> None:
        """Have it end: within a moment, whatever it waits for."""
        self._halt.set()
        if (imap := self._imap) is not None:
            imap.abort()

    def _work(self) -> float:
        """Fetch as long as the connection stands; returns after how many seconds to come back.

        :raises NotOurs:
        """
        try:
            self._take()
            self._stay_connected()
        except ImapTrouble as trouble:
            return 0.0 if self._halt.is_set() else self._note(trouble)
        except DiskFull:
            outages.outage("room_to_fetch").failed("DiskFull")
        except (SQLAlchemyError, OSError) as problem:
            outages.failed("fetching", problem)
        except NotOurs:
            raise
        except Exception:
            # A fault of ours: nothing there was changed, and it is tried again in peace.
            log.exception("fetch_failed", account=self._place.holder.fetch_id)
            return self._note(ImapTrouble(TroubleKind.ANSWER, "Postdesk failed on its answer"))
        return OURS_AWAY_FOR

    def _stay_connected(self) -> None:
        account = self._wanted.account
        if account is None:
            raise ImapTrouble(TroubleKind.SEALED)
        if disk_is_low(self._place.spool.folder, self._place.largest):
            raise DiskFull
        self._imap = self._connect(account)
        try:
            while not self._halt.is_set():
                CatchUp(self._place, self._imap).run()
                outages.outage("fetching").worked()
                outages.outage("room_to_fetch").worked()
                self._wait(self._imap)
                self._take()
        finally:
            imap, self._imap = self._imap, None
            imap.close()

    def _wait(self, imap: ImapConnection) -> None:
        try:
            imap.wait(self._idle_for)
        except NoIdle:
            self._halt.wait(min(self._idle_for, POLLED_EVERY))

    def _take(self) -> None:
        account, trouble = self._wanted.account, None
        with self._place.database.transaction() as session:
            if not take_account(session, self._place.holder, now=database_time(session)):
                raise NotOurs
            if account is not None and account.by_token:
                trouble = grant_trouble(session, self._place.holder)
        if trouble is not None:  # it is ours to write down: what was taken stays so
            raise trouble

    def _note(self, trouble: ImapTrouble) -> float:
        """Write down what is wrong; returns the seconds to wait."""
        log.warning("fetch_trouble", account=self._place.holder.fetch_id, kind=trouble.kind.value)
        try:
            with self._place.database.transaction() as session:
                now = database_time(session)
                until = note_trouble(session, self._place.holder, trouble, now=now)
                return (until - now).total_seconds()
        except SQLAlchemyError as problem:
            outages.failed("fetching", problem)
            return OURS_AWAY_FOR

    def _leave(self) -> None:
        with suppress(SQLAlchemyError), self._place.database.transaction() as session:
            leave_account(session, self._place.holder, now=database_time(session))
