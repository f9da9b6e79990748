"""The addresses that mail is taken for: a snapshot of the mailboxes on disk, so that the SMTP
server needs no database while a client waits, and goes on while the database is down."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from helpdesk import outages
from helpdesk.addr_spec import wire_domain
from helpdesk.links import Keys, read_reply_token
from helpdesk.mail_addresses import MailAddresses
from helpdesk.mail_out.bounce_address import read_bounce_token
from helpdesk.text import unmarked
from mailgate.spool.durable import write_durably

log = structlog.get_logger()

SNAPSHOT = "mailboxes.json"


class Mailboxes:
    """The mailboxes at one moment."""

    def __init__(self, known: MailAddresses | Iterable[str], *, keys: Keys = ()) -> None:
        """:param keys: what tokens of ours are known by."""
        self._known = known = _of(known)
        self._keys = keys
        by_address = {**known.receives, **{address: address for address in known.mailboxes}}
        self._by_key = _by_key(by_address)
        self._gone = _by_key(known.gone)
        self._domains = {domain for _, domain in (*self._by_key, *self._gone)}

    def match(self, local: str, domain: str) -> str | None:
        """The mailbox that answers for an address, plus-tag or not, in any case; None if none.

        An empty domain (RFC 5321 4.5.1: ``<postmaster>``) matches in any of our domains.
        """
        local = unmarked(local)
        if not domain:
            found = (self.match(local, ours) for ours in sorted(self._domains))
            return next((mailbox for mailbox in found if mailbox), None)
        exact = self._by_key.get(_key(local, domain))
        if exact is None and "+" in local:
            return self._by_key.get(_key(local.partition("+")[0], domain))
        return exact

    def match_answer(self, local: str, domain: str, *, bounce: bool) -> str | None:
        """The mailbox that there was at an address, where the plus-tag is a token of ours that is
        still good: it answers a ticket that is not closed for good, or reports on a mail of ours.

        :param bounce: whether it comes from the null sender: nothing else reports.
        """
        base, _, token = unmarked(local).partition("+")
        mailbox = self._gone.get(_key(base, domain)) if token else None
        if mailbox is None:
            return None
        if bounce and read_bounce_token(self._keys, token) is not None:
            return mailbox
        right = read_reply_token(self._keys, token)
        good = right and self._known.open_tickets.get(right.ticket_id) == right.generation
        return mailbox if good else None

    def is_paused(self, mailbox: str) -> bool:
        """Whether mail to this mailbox is put off."""
        return mailbox in self._known.paused

    @property
    def only(self) -> str | None:
        """The one mailbox there is; None if there are none or several."""
        return next(iter(self._known.mailboxes)) if len(self._known.mailboxes) == 1 else None

    def has_domain(self, domain: str) -> bool:
        """Whether any mailbox is of this domain."""
        return _plain_domain(domain) in self._domains


class Snapshot:
    """The SMTP server's view of the snapshot at ``path``. ``current`` is None until there is
    one."""

    def __init__(self, path: Path, *, keys: Keys = ()) -> None:
        self._path, self._keys = path, keys
        self._seen: tuple[int, int, int] | None = None
        self.current: Mailboxes | None = None

    def reload(self) -> None:
        """Read the file if it changed. One that is gone or broken leaves the last good one."""
        try:
            status = self._path.stat()
            seen = (status.st_mtime_ns, status.st_ino, status.st_size)
            if seen == self._seen:
                return
            self._seen = seen
            self.current = Mailboxes(_read(self._path), keys=self._keys)
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as problem:
            log.error("mailboxes_unreadable", cause=type(problem).__name__)


def write_snapshot(path: Path, known: MailAddresses | Iterable[str]) -> None:
    """Replace the snapshot, as a whole.

    :param known: the addresses; of mailboxes alone, where there is nothing else to say.
    :raises OSError: it cannot be written; the old one stands.
    """
    known = _of(known)
    content = {
        "addresses": sorted(known.mailboxes),
        "receives": dict(known.receives),
        "paused": sorted(known.paused),
        "gone": dict(known.gone),
        "open_tickets": list(known.open_tickets.items()),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(path, json.dumps(content).encode("ascii"))


def renew_snapshot(path: Path, known: MailAddresses | Iterable[str]) -> None:
    """Tell an SMTP server that runs on this machine at once what it would find out within a
    second."""
    with contextlib.suppress(OSError):
        if path.exists():
            write_snapshot(path, known)


def refresh_forever(
    load: Callable[[], MailAddresses | Iterable[str]],
    path: Path,
    stop: threading.Event,
    *,
    every: float = 1.0,
) -> None:
    """Keep the snapshot as ``load`` says it is, until ``stop`` is set. Blocks; for a thread.

    ``load`` asks the database, and may raise anything: the last snapshot stands then.

    :param every: seconds between two looks.
    """
    while True:
        try:
            known = _of(load())
            if known != _written(path):
                write_snapshot(path, known)
            outages.outage("mailboxes").worked()
        except Exception as problem:
            outages.failed("mailboxes", problem)
        if stop.wait(every):
            return


def _written(path: Path) -> MailAddresses | None:
    try:
        return _read(path)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(path: Path) -> MailAddresses:
    """:raises OSError, ValueError, KeyError, TypeError: there is none, or a broken one."""
    content: dict[str, Any] = json.loads(path.read_bytes())
    known = _of(content["addresses"])
    if "gone" not in content:
        return known  # of an older version
    return replace(
        known,
        receives=dict(content["receives"]),
        paused=frozenset(content["paused"]),
        gone=dict(content["gone"]),
        open_tickets=dict(content["open_tickets"]),
    )


def _of(known: MailAddresses | Iterable[str]) -> MailAddresses:
    return known if isinstance(known, MailAddresses) else MailAddresses(frozenset(known))


def _by_key(addresses: Mapping[str, str]) -> dict[tuple[str, str], str]:
    return {_key(*_split(address)): mailbox for address, mailbox in addresses.items()}


def _split(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    return local, domain


def _key(local: str, domain: str) -> tuple[str, str]:
    return local.lower(), _plain_domain(domain)


def _plain_domain(domain: str) -> str:
    """A domain as it is compared: lower case, no final dot, other alphabets as A-labels."""
    domain = domain.lower().removesuffix(".")
    if not domain.isascii():
        try:
            return wire_domain(domain)
        except UnicodeError:
            return domain
    return domain
