"""The addresses that mail is taken for: a snapshot of the mailboxes on disk, so that the SMTP
server needs no database while a client waits, and goes on while the database is down."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from helpdesk.addr_spec import wire_domain
from mailgate.spool.durable import write_durably

log = structlog.get_logger()

SNAPSHOT = "mailboxes.json"


class Mailboxes:
    """The mailboxes at one moment."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._by_key = {_key(*_split(address)): address for address in addresses}
        self._domains = {domain for _, domain in self._by_key}

    def match(self, local: str, domain: str) -> str | None:
        """The mailbox that answers for an address, plus-tag or not, in any case; None if none.

        An empty domain (RFC 5321 4.5.1: ``<postmaster>``) matches in any of our domains.
        """
        if not domain:
            found = (self.match(local, ours) for ours in sorted(self._domains))
            return next((mailbox for mailbox in found if mailbox), None)
        exact = self._by_key.get(_key(local, domain))
        if exact is None and "+" in local:
            return self._by_key.get(_key(local.partition("+")[0], domain))
        return exact

    @property
    def only(self) -> str | None:
        """The one mailbox there is; None if there are none or several."""
        return next(iter(self._by_key.values())) if len(self._by_key) == 1 else None

    def has_domain(self, domain: str) -> bool:
        """Whether any mailbox is of this domain."""
        return _plain_domain(domain) in self._domains


class Snapshot:
    """The SMTP server's view of the snapshot at ``path``. ``current`` is None until there is
    one."""

    def __init__(self, path: Path) -> None:
        self._path = path
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
            self.current = Mailboxes(json.loads(self._path.read_bytes())["addresses"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as problem:
            log.error("mailboxes.unreadable", error=type(problem).__name__)


def write_snapshot(path: Path, addresses: Iterable[str]) -> None:
    """Replace the snapshot, as a whole.

    :raises OSError: it cannot be written; the old one stands.
    """
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    content = {"addresses": sorted(addresses), "made_at": made_at}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(path, json.dumps(content).encode("ascii"))


def renew_snapshot(path: Path, addresses: Iterable[str]) -> None:
    """Tell an SMTP server that runs on this machine at once what it would find out within a
    second."""
    with contextlib.suppress(OSError):
        if path.exists():
            write_snapshot(path, addresses)


def refresh_forever(
    load: Callable[[], Iterable[str]],
    path: Path,
    stop: threading.Event,
    *,
    every: float = 0.5,
) -> None:
    """Keep the snapshot as ``load`` says it is, until ``stop`` is set. Blocks; for a thread.

    ``load`` asks the database, and may raise anything: the last snapshot stands then.

    :param every: seconds between two looks.
    """
    failing = False
    while True:
        try:
            addresses = sorted(load())
            if addresses != _written(path):
                write_snapshot(path, addresses)
            failing = False
        except Exception as problem:
            if not failing:
                log.warning("mailboxes.not_refreshed", error=type(problem).__name__)
            failing = True
        if stop.wait(every):
            return


def _written(path: Path) -> list[str] | None:
    try:
        addresses = json.loads(path.read_bytes())["addresses"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return list(addresses)


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
