"""Find the mail server of an address: a known hoster, an SRV record, who takes its mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from helpdesk.imap.account import PORTS, Tls
from helpdesk.imap.hosters import hoster_behind, hoster_of

WITHIN = 2.0
"""Seconds for each look-up: somebody waits."""

Ask = Callable[[str, str], Sequence[str]]
"""Looks up the records of a kind (``SRV``, ``MX``) as text; none where there is no answer."""


@dataclass(frozen=True)
class FoundServer:
    """Where a mail server is, and by what that is known."""

    host: str
    port: int
    why: str


def find_server(address: str, ask: Ask | None = None) -> FoundServer | None:
    """Return the server that has the mail of an address; None where nothing says which.

    :param ask: DNS as this machine has it, if not given.
    """
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    if not domain or "." not in domain:
        return None
    if known := hoster_of(domain):
        return FoundServer(known.host, PORTS[Tls.IMPLICIT], f"addresses of {domain} are there")
    ask = ask or look_up
    # RFC 6186: priority, weight, port, target; “.” says that there is none.
    for record in sorted(ask(f"_imaps._tcp.{domain}", "SRV"), key=_priority):
        words = record.split()
        if len(words) == 4 and words[3] != "." and words[2].isdigit():
            return FoundServer(words[3].rstrip("."), int(words[2]), f"{domain} says so (SRV)")
    for record in sorted(ask(domain, "MX"), key=_priority):
        exchanger = record.split()[-1]
        if hoster := hoster_behind(exchanger):
            why = f"the mail of {domain} goes to {exchanger.rstrip('.')}"
            return FoundServer(hoster.host, PORTS[Tls.IMPLICIT], why)
    return None


def _priority(record: str) -> int:
    first = record.split()[0]
    return int(first) if first.isdigit() else 0


def look_up(name: str, kind: str) -> Sequence[str]:
    """Look up records as this machine does; none where there is no answer."""
    from dns.exception import DNSException
    from dns.resolver import resolve

    try:
        return [one.to_text() for one in resolve(name, kind, lifetime=WITHIN, search=False)]
    except (DNSException, OSError):
        return []
