"""No test reaches beyond this machine.

A connection to anything but loopback or a unix socket, and a look-up of a name that is not
local, fails the test at once. The failure is a ``BaseException``, so that code which catches every
``Exception`` cannot hide it; and it is noted, so that one raised in another thread counts too.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest

_LOCAL_NAMES = ("", "localhost", "localhost.localdomain", "ip6-localhost")

attempts: list[str] = []
"""What was tried since the test began."""


def is_local(host: object) -> bool:
    """Whether a host, as a name or an address, is this machine (``None``: any of its own)."""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name.lower() in _LOCAL_NAMES or name.lower().endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def install() -> None:
    """Guard every socket that Python opens in this process, for as long as it lives."""
    for method in ("connect", "connect_ex"):
        _guard(method, lambda args: args[0])
    _guard("sendto", lambda args: args[-1])
    _guard("sendmsg", lambda args: args[3] if len(args) > 3 else None)
    look_up = socket.getaddrinfo

    def guarded(host: Any, *args: Any, **more: Any) -> Any:
        if not is_local(host):
            _refuse(f"look up {host!r}")
        return look_up(host, *args, **more)

    socket.getaddrinfo = guarded


def _guard(method: str, address_of: Callable[[tuple[Any, ...]], Any]) -> None:
    original = getattr(socket.socket, method)

    def guarded(self: socket.socket, *args: Any) -> Any:
        address = address_of(args)
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            host = address[0]
            if not is_local(host):
                _refuse(f"reach {host!r}, port {address[1]}")
        return original(self, *args)

    setattr(socket.socket, method, guarded)


def _refuse(what: str) -> None:
    attempts.append(what)
    pytest.fail(f"the test tried to {what}: tests stay on this machine", pytrace=True)
