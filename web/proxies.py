"""Who asks, where a proxy stands in front: its word counts where it is trusted, and nobody else's.

Everything behind this sees the visitor: ``request.remote_addr`` is their address, the scheme and
the host are those that they asked for. The fields that proxies set are gone by then, so that
nothing can read them a second time and believe somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from helpdesk.settings import Network

DIRECT = "postdesk.direct"
"""In the environ: whether the address is that of the connection itself."""
UNBELIEVED = "postdesk.unbelieved"
"""In the environ: whether somebody who is not trusted named another visitor."""

_FIELDS = ("FOR", "PROTO", "HOST", "PORT", "PREFIX", "SERVER", "SSL", "SCHEME")
_DROPPED = (*(f"HTTP_X_FORWARDED_{name}" for name in _FIELDS), "HTTP_FORWARDED", "HTTP_X_REAL_IP")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_PORT = re.compile(r"(?:\[(?P<six>[^\]]*)\]|(?P<four>[0-9.]+))(?::[0-9]{1,5})?")

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Address = IPv4Address | IPv6Address


class TrustedProxies:
    """A WSGI application that is told of visitors, around one that is told of proxies."""

    def __init__(self, wsgi: Wsgi, trusted: Sequence[Network]) -> None:
        self._wsgi = wsgi
        self._trusted = tuple(trusted)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR", "")
        said = {name: environ.pop(name, "") for name in _DROPPED}
        hops = said["HTTP_X_FORWARDED_FOR"]
        trusted = is_trusted(parsed(peer), self._trusted)
        address = visitor(peer, hops, self._trusted)
        environ["REMOTE_ADDR"] = address
        environ[DIRECT] = not trusted or not hops
        environ[UNBELIEVED] = bool(hops) and not trusted
        if trusted:
            # Each proxy in a row may add its own word: the last is from the one that asks.
            scheme = said["HTTP_X_FORWARDED_PROTO"].rpartition(",")[2].strip().lower()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
            host = said["HTTP_X_FORWARDED_HOST"].rpartition(",")[2].strip()
            if _HOST.fullmatch(host):
                environ["HTTP_HOST"] = host
        return self._wsgi(environ, start_response)


def visitor(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Return whose request it is: from the right, the first that is not a trusted proxy.

    What stands further to the left, the visitor may have written. What is no address ends the
    search: then the proxy that said it is all we know.

    :param peer: the address that the connection comes from.
    :param forwarded_for: ``X-Forwarded-For``, as it came.
    """
    address = parsed(peer)
    if address is None:
        return peer
    hops = forwarded_for.split(",") if forwarded_for else []
    while hops and is_trusted(address, trusted):
        before = parsed(hops.pop())
        if before is None:
            break
        address = before
    return str(address)


def parsed(text: str) -> Address | None:
    """An address as proxies write it, with a port or without; None for anything else."""
    text = text.strip().strip('"')
    if found := _PORT.fullmatch(text):
        text = found["six"] or found["four"] or ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_trusted(address: Address | None, trusted: Sequence[Network]) -> bool:
    """Say whether the address is in one of the networks."""
    return address is not None and any(address in network for network in trusted)
