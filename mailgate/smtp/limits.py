"""How much one client may take: the SMTP server's limits, and who is connected."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.settings import Network


@dataclass(frozen=True)
class SmtpLimits:
    """The SMTP server's limits. Times in seconds, sizes in bytes."""

    connections_per_address: int = 20
    connections: int = 200
    recipients: int = 100
    errors: int = 20
    #: Commands that lead to no mail (NOOP, RSET, EHLO, refused recipients …), since the last mail.
    idle_commands: int = 100
    idle: float = 60.0
    session: float = 1800.0
    #: Bytes a second, on average, that DATA must reach once ``data_grace`` is over.
    data_rate: float = 1024.0
    data_grace: float = 30.0
    #: RFC 5321 4.5.3.1.4 says 512 and lets extensions add to it.
    command_line: int = 2048
    #: RFC 5321 4.5.3.1.6 says 1,000; real mail has longer ones.
    body_line: int = 64 * 1024
    #: How long a running DATA may go on once the server is told to stop.
    shutdown: float = 10.0


class ConnectionCounter:
    """Counts the connections that stand, by address; exempt networks are neither counted nor
    refused, so a flood of strangers never locks out the front server."""

    def __init__(self, limits: SmtpLimits, exempt: Sequence[Network]) -> None:
        self._limits = limits
        self._exempt = exempt
        self._inside: Counter[str] = Counter()
        self._total = 0

    def enter(self, address: str) -> bool:
        """Whether one more connection from this address may stand. If so, :meth:`leave` follows."""
        if self._is_exempt(address):
            return True
        if self._total >= self._limits.connections:
            return False
        if self._inside[address] >= self._limits.connections_per_address:
            return False
        self._inside[address] += 1
        self._total += 1
        return True

    def leave(self, address: str) -> None:
        if self._is_exempt(address):
            return
        self._total -= 1
        self._inside[address] -= 1
        if not self._inside[address]:
            del self._inside[address]

    def _is_exempt(self, address: str) -> bool:
        # A unix socket has no address; who may open it is a matter of its permissions.
        if not address:
            return True
        parsed = ipaddress.ip_address(address)
        return any(parsed in network for network in self._exempt)


def plain_address(peername: object) -> str:
    """The IP address of a socket's peer, IPv4 also where it came mapped; empty for unix sockets."""
    if not isinstance(peername, tuple) or not peername:
        return ""
    text = str(peername[0]).partition("%")[0]
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)
