"""DNS in use, against a name server of the tests' own on this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import dns.message
import dns.rcode
import dns.rrset
import pytest

from mailgate.authenticate import DnsResolver, LookupFailed
from mailgate.authenticate.resolver import DOWN_SECONDS, MOST_LOOKUPS, Lookups
from tests.mailgate.authenticate.zone import Zone

_RECORDS = {
    ("txt.example.com.", "TXT"): ['"v=DKIM1; " "p=AAAA"', '"other"'],
    ("mx.example.com.", "MX"): ["10 a.example.com.", "20 b.example.com."],
    ("a.example.com.", "A"): ["192.0.2.1"],
    ("a.example.com.", "AAAA"): ["2001:db8::1"],
    ("1.2.0.192.in-addr.arpa.", "PTR"): ["a.example.com."],
    ("alias.example.com.", "CNAME"): ["txt.example.com."],
}


class NameServer:
    """Answers over UDP; names with ``silent`` or ``broken`` in them get nothing, or SERVFAIL."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.dead = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, client = self._socket.recvfrom(4096)
            if not wire:
                return
            query = dns.message.from_wire(wire)
            name = query.question[0].name.to_text()
            self.asked.append(name)
            if self.dead or "silent" in name:
                continue
            self._socket.sendto(self._answer(query, name).to_wire(), client)

    def _answer(self, query: dns.message.Message, name: str) -> dns.message.Message:
        answer = dns.message.make_response(query)
        kind = query.question[0].rdtype.name
        if "broken" in name:
            answer.set_rcode(dns.rcode.SERVFAIL)
        if "empty" not in name and name != "." and not any(name == key for key, _ in _RECORDS):
            answer.set_rcode(max(answer.rcode(), dns.rcode.NXDOMAIN if "broken" not in name else 2))
        if (name, "CNAME") in _RECORDS:
            target = _RECORDS[name, "CNAME"][0]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", target))
            name = target
        if (name, kind) in _RECORDS:
            records = _RECORDS[name, kind]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *records))
        return answer


@pytest.fixture
def server() -> Iterator[NameServer]:
    server = NameServer()
    yield server
    server.close()


class Moment:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def resolver(server: NameServer, moment: Moment) -> DnsResolver:
    return DnsResolver(["127.0.0.1"], port=server.port, clock=moment)


def test_records_as_text(resolver: DnsResolver) -> None:
    assert sorted(resolver.resolve("txt.example.com", "TXT", 2)) == ["other", "v=DKIM1; p=AAAA"]
    assert len(resolver.resolve("alias.example.com", "TXT", 2)) == 2
    assert sorted(resolver.resolve("mx.example.com", "MX", 2)) == [
        "10 a.example.com",
        "20 b.example.com",
    ]
    assert resolver.resolve("a.example.com", "A", 2) == ["192.0.2.1"]
    assert resolver.resolve("a.example.com", "AAAA", 2) == ["2001:db8::1"]
    assert resolver.resolve("1.2.0.192.in-addr.arpa", "PTR", 2) == ["a.example.com"]


@pytest.mark.parametrize(
    "name", ["gone.example.com", "empty.example.com", "a" * 64 + ".com", "a..b", ".", "x." * 200]
)
def test_a_name_that_is_not_there_has_no_records(resolver: DnsResolver, name: str) -> None:
    assert list(resolver.resolve(name, "TXT", 2)) == []


def test_records_are_kept_for_their_time(resolver: DnsResolver, server: NameServer) -> None:
    for _ in range(3):
        resolver.resolve("txt.example.com", "TXT", 2)
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["x.silent.com", "x.broken.com"])
def test_a_domain_without_an_answer_is_not_asked_again_for_a_while(
    resolver: DnsResolver, server: NameServer, moment: Moment, name: str
) -> None:
    with pytest.raises(LookupFailed):
        resolver.resolve(name, "TXT", 1)
    asked = len(server.asked)
    started = time.monotonic()
    with pytest.raises(LookupFailed):
        resolver.resolve(f"y.{name}", "TXT", 1)
    assert time.monotonic() - started < 0.2
    assert len(server.asked) == asked
    assert list(resolver.resolve("txt.example.com", "TXT", 1)), (
        "and nobody else's is held against it"
    )
    moment.now += DOWN_SECONDS + 1
    with pytest.raises(LookupFailed):
        resolver.resolve(name, "TXT", 1)
    assert len(server.asked) > asked + 1


def test_dns_that_is_down_is_waited_for_once(
    resolver: DnsResolver, server: NameServer, moment: Moment
) -> None:
    server.dead = True
    with pytest.raises(LookupFailed):
        resolver.resolve("txt.example.com", "TXT", 0.3)
    asked = len(server.asked)
    started = time.monotonic()
    for number in range(100):
        with pytest.raises(LookupFailed):
            resolver.resolve(f"x{number}.com", "TXT", 4)
    assert time.monotonic() - started < 0.2
    assert len(server.asked) == asked
    server.dead = False
    moment.now += DOWN_SECONDS + 1
    assert resolver.resolve("a.example.com", "A", 2) == ["192.0.2.1"]


def test_nothing_listens_where_the_name_server_should_be(moment: Moment) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    resolver = DnsResolver(["127.0.0.1"], port=port, clock=moment)
    for number in range(3):
        with pytest.raises(LookupFailed):
            resolver.resolve(f"x{number}.com", "TXT", 1)


def test_a_machine_without_a_name_server(monkeypatch: pytest.MonkeyPatch, moment: Moment) -> None:
    def unconfigured(*_: object, **__: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", unconfigured)
    resolver = DnsResolver(clock=moment)
    with pytest.raises(LookupFailed, match="no name server"):
        resolver.resolve("example.com", "TXT", 1)
    with pytest.raises(LookupFailed, match="no name server"):
        resolver.resolve("example.org", "TXT", 1)


def test_a_mail_has_a_deadline_and_a_number_of_look_ups(moment: Moment) -> None:
    zone = Zone().add("a.com", "x" * 5000, "short")
    lookups = Lookups(zone, moment.now + 4, moment)
    assert lookups.find("A.com.", "TXT") == ("short",)
    assert lookups.find("a.com", "TXT") == ("short",)
    assert zone.asked == ["a.com"]
    for number in range(MOST_LOOKUPS - 1):
        assert lookups.find(f"x{number}.com", "TXT") == ()
    with pytest.raises(LookupFailed, match="too many"):
        lookups.find("one.more", "TXT")
    moment.now += 5
    assert lookups.find("a.com", "TXT") == ("short",)
    with pytest.raises(LookupFailed, match="too long"):
        Lookups(zone, moment.now, moment).find("b.com", "TXT")
