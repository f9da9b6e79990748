"""Looking names up: what the checks ask for, and DNS as it is in use.

A look-up that gets no answer is not an answer: it raises :class:`LookupFailed`, and the verdict is
*unknown*. Nobody waits twice for a name server that is down, nor for a domain whose servers are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from helpdesk.outages import outage
from mailgate.authenticate.domains import organisation

if TYPE_CHECKING:
    from dns.resolver import Resolver as Stub

Kind = Literal["A", "AAAA", "MX", "PTR", "TXT"]
MOST_LOOKUPS = 50
"""A mail's own: SPF may take 10 mechanisms with 10 names each, and real ones stay far below."""
LONGEST_RECORD = 4096
DOWN_SECONDS = 30.0
_PROBE_SECONDS = 0.7
_MOST_SLOW = 10_000


class LookupFailed(Exception):
    """No answer: a time-out, a failing server, no name server at all. The text says which."""


class Resolver(Protocol):
    """Where names are looked up."""

    def resolve(self, name: str, kind: Kind, timeout: float) -> Sequence[str]:
        """The records of a name, without its final dot; none where there are none.

        TXT is joined to one text a record, a letter a byte (Latin-1); MX is ``10 mx.example``.

        :param timeout: seconds.
        :raises LookupFailed: there is no answer.
        """
        ...


class Lookups:
    """One mail's look-ups: each name once, so many at most, and all of them before a deadline."""

    def __init__(
        self, resolver: Resolver, deadline: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """:param deadline: in the clock's seconds."""
        self._resolver = resolver
        self._deadline = deadline
        self._clock = clock
        self._known: dict[tuple[str, Kind], tuple[str, ...]] = {}

    def find(self, name: str, kind: Kind) -> tuple[str, ...]:
        """The records of a name; none where there are none.

        :raises LookupFailed: there is no answer, or too much was asked.
        """
        key = (name.lower().rstrip("."), kind)
        if key not in self._known:
            left = self._deadline - self._clock()
            if left < 0.02:
                raise LookupFailed("the name servers took too long")
            if len(self._known) >= MOST_LOOKUPS:
                raise LookupFailed("it needs too many look-ups")
            found = self._resolver.resolve(*key, left)
            self._known[key] = tuple(text for text in found if len(text) <= LONGEST_RECORD)
        return self._known[key]


class DnsResolver:
    """DNS, through the name servers that this machine uses. Safe for many threads."""

    def __init__(
        self,
        nameservers: Sequence[str] = (),
        *,
        port: int = 53,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """:param nameservers: IP addresses; the machine's own (resolv.conf) if none are given."""
        self._nameservers = list(nameservers)
        self._port = port
        self._clock = clock
        self._lock = threading.Lock()
        self._stub: Stub | None = None
        self._down_until = 0.0
        self._slow: dict[str, float] = {}

    def resolve(self, name: str, kind: Kind, timeout: float) -> Sequence[str]:
        """As :class:`Resolver` says."""
        import dns.exception
        import dns.name
        import dns.resolver

        try:
            asked = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):
            return ()  # no such name can exist
        zone = organisation(name)
        self._refuse_known_silence(zone)
        try:
            answer = self._our_stub().resolve(
                asked, kind, lifetime=timeout, raise_on_no_answer=False, search=False
            )
        except dns.resolver.NXDOMAIN:
            outage("dns").worked()
            return ()
        except dns.resolver.NoResolverConfiguration:
            self._down_until = self._clock() + DOWN_SECONDS
            outage("dns").failed("no_name_server")
            raise LookupFailed("this machine has no name server") from None
        except (dns.exception.DNSException, OSError):
            # A wait cut short says nothing of the zone: it may just have been asked last.
            self._remember_silence(zone, blame=timeout >= 1.0)
            raise LookupFailed("its name servers do not answer") from None
        outage("dns").worked()
        return [_as_text(record, kind) for record in answer.rrset or ()]

    def _refuse_known_silence(self, zone: str) -> None:
        now = self._clock()
        if now < self._down_until:
            raise LookupFailed("no name server answers")
        if now < self._slow.get(zone, 0.0):
            raise LookupFailed("its name servers do not answer")

    def _remember_silence(self, zone: str, *, blame: bool) -> None:
        """Find out whether DNS is down, or only this zone's part of it.

        The difference matters: were one silent zone taken for all of DNS, anybody could have
        everybody's mail go unchecked by sending from such a zone.
        """
        with self._lock:
            now = self._clock()
            if now < self._down_until:
                return
            if not self._any_server_lives():
                self._down_until = self._clock() + DOWN_SECONDS
                outage("dns").failed("no_answer")
                self._stub = None  # a laptop may have moved to another network by then
            elif blame:
                if len(self._slow) >= _MOST_SLOW:
                    self._slow.clear()
                self._slow[zone] = now + DOWN_SECONDS

    def _any_server_lives(self) -> bool:
        """Whether a name server answers anything at all to a question about the root."""
        import dns.exception
        import dns.message
        import dns.query

        stub = self._our_stub()
        for server in [str(server) for server in stub.nameservers][:2]:
            question = dns.message.make_query(".", "NS")
            try:
                dns.query.udp(question, server, timeout=_PROBE_SECONDS, port=stub.port)
            except (dns.exception.DNSException, OSError, ValueError):
                continue
            return True
        return False

    def _our_stub(self) -> Stub:
        import dns.resolver

        if self._stub is None:
            stub = dns.resolver.Resolver(configure=not self._nameservers)
            if self._nameservers:
                stub.nameservers = list(self._nameservers)
                stub.port = self._port
            stub.cache = dns.resolver.LRUCache(5000)
            stub.use_edns(0, 0, 1232)  # keys of 2048 bits do not fit into 512 bytes
            self._stub = stub
        return self._stub


def _as_text(record: Any, kind: Kind) -> str:
    if kind == "TXT":
        return b"".join(record.strings).decode("latin-1")
    if kind == "MX":
        return f"{record.preference} {record.exchange.to_text(omit_final_dot=True)}"
    if kind == "PTR":
        return str(record.target.to_text(omit_final_dot=True))
    return str(record.address)
