"""A mailbox that is fetched from the tests' IMAP server, as a test has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from helpdesk.actions.fetch_mail import Holder, take_account
from helpdesk.actions.set_fetch import FetchWish, account_of, set_fetch
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.identity import spool_id
from helpdesk.imap.account import ImapAccount, Tls
from helpdesk.imap.connection import ImapConnection
from helpdesk.models import AfterFetching, FetchedMail, InboundMail, MailboxFetch
from helpdesk.queries.database_clock import database_time
from helpdesk.queries.fetches import FetchView, fetch_views
from helpdesk.settings import Settings
from mailgate.fetch.catch_up import CatchUp, FetchPlace
from mailgate.spool.spool import Spool
from tests.mailgate.filing.mails import SUPPORT, file_all, filer_of
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.factories import make_shop


class Crash(BaseException):
    """The process is killed here: nothing after it runs."""


class Fetching:
    """The mailbox, its account, and one that fetches."""

    def __init__(self, settings: Settings, database: Database, dovecot: Dovecot) -> None:
        self.settings, self.database, self.dovecot = settings, database, dovecot
        self.shop = make_shop(database)
        self.spool = Spool(settings.spool_dir)
        self.user = f"u{uuid4().hex[:12]}"
        self._connections: list[ImapConnection] = []

    def close(self) -> None:
        for one in self._connections:
            one.close()
        self.spool.close()

    @property
    def account(self) -> ImapAccount:
        return ImapAccount("127.0.0.1", self.dovecot.port, Tls.OFF, self.user, PASSWORD)

    def set(
        self,
        after: AfterFetching = AfterFetching.SEEN,
        *,
        move_to: str = "",
        days: float = 0,
        **account: Any,
    ) -> MailboxFetch:
        """Have the mailbox fetched from now on, and for so many days back."""
        now = datetime.now(UTC)
        wish = FetchWish(
            replace(self.account, **account), after, move_to, now - timedelta(days=days)
        )
        with self.database.transaction() as session:
            return set_fetch(session, SYSTEM, SUPPORT, wish, now=now)

    def place(self, name: str = "one", spool: Spool | None = None) -> FetchPlace:
        """Where one that fetches, and holds the account, puts what it fetches."""
        fetch = self.row
        holder = Holder(fetch.id, name, fetch.changed_at)
        with self.database.transaction() as session:
            assert take_account(session, holder, now=database_time(session))
        spool = spool or self.spool
        return FetchPlace(
            self.database,
            spool,
            spool_id(spool.folder),
            holder,
            SUPPORT,
            self.settings.smtp_size,
        )

    def connect(self) -> ImapConnection:
        with self.database.reading() as session:
            imap = ImapConnection(account_of(session, self.row))
        self._connections.append(imap)
        return imap

    def fetch(self, place: FetchPlace | None = None) -> int:
        """Catch up once; how many mails were accepted."""
        return CatchUp(place or self.place(), self.connect()).run()

    def crash_at(self, imap: ImapConnection, method: str, *, after: bool = False) -> None:
        """Have this connection's process die at a call, before or after the server heard of it."""
        real: Callable[..., object] = getattr(imap, method)

        def crash(*arguments: object) -> None:
            if after:
                real(*arguments)
            raise Crash

        setattr(imap, method, crash)

    def file_all(self) -> list[InboundMail]:
        """File whatever waits; all mails of the ledger."""
        with filer_of(self.settings, self.database) as filer:
            file_all(filer, self.spool)
        with self.database.reading() as session:
            return list(session.scalars(select(InboundMail).order_by(InboundMail.id)))

    @property
    def row(self) -> MailboxFetch:
        with self.database.reading() as session:
            active = select(MailboxFetch).where(MailboxFetch.active.is_(True))
            return session.scalars(active).one()

    @property
    def rows(self) -> list[FetchedMail]:
        with self.database.reading() as session:
            return list(session.scalars(select(FetchedMail).order_by(FetchedMail.id)))

    @property
    def view(self) -> FetchView:
        with self.database.reading() as session:
            (view,) = fetch_views(session, SYSTEM, database_time(session))
            return view

    @property
    def waiting(self) -> list[bytes]:
        """The raw mails in the spool, in the order in which they were accepted."""
        return [self.spool.read(name).raw() for name in sorted(self.spool.names())]

    def put(self, *mails: bytes, **how: Any) -> None:
        self.dovecot.put(self.user, *mails, **how)

    def check_balance(self, seen: int, left: int = 0) -> None:
        """Seen on the server = spooled + left, and each of them once."""
        counts = self.view.counts
        assert (counts.seen, counts.spooled, counts.left) == (seen, seen - left, left)
        assert counts.begun == 0


def letter(number: int = 1, text: str = "Where is my kettle?", **fields: str) -> bytes:
    """A mail of a customer."""
    head = {
        "From": "Ann <ann@mail.example>",
        "To": SUPPORT,
        "Subject": f"Kettle {number}",
        "Message-ID": f"<{number}@mail.example>",
        "Date": "Mon, 30 Nov 2026 10:00:00 +0000",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    lines = [f"{name}: {value}" for name, value in head.items() if value]
    return "\r\n".join([*lines, "", text, ""]).encode()


def key_of(mail: bytes) -> str:
    return hashlib.sha256(mail).hexdigest()
