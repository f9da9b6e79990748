"""SPF: which servers may send for a domain."""

from __future__ import annotations

import pytest

from tests.mailgate.authenticate.checking import Check
from tests.mailgate.authenticate.zone import (
    TEXT,
    Zone,
    envelope,
    zone_with_key,
)


@pytest.mark.parametrize(
    ("record", "spf", "verdict"),
    [
        ("ip4:203.0.113.0/24 -all", "pass", "pass"),
        ("a mx -all", "pass", "pass"),
        ("include:net.example.org -all", "pass", "pass"),
        ("redirect=net.example.org", "pass", "pass"),
        ("exists:%{ir}.ok.example.org -all", "pass", "pass"),
        ("ip4:192.0.2.1 -all", "fail", "none"),
        ("~all", "softfail", "none"),
        ("?all", "neutral", "none"),
        ("nonsense", "permerror", "none"),
        ("include:example.com -all", "permerror", "none"),
        ("include:slow.example.org -all", "temperror", "unknown"),
        ("", "none", "none"),
    ],
)
def test_spf(check: Check, record: str, spf: str, verdict: str) -> None:
    zone = Zone({}, {"slow.example.org"})
    zone.add("net.example.org", "v=spf1 ip4:203.0.113.5 -all")
    zone.add("example.com", "10 mx.example.com", kind="MX")
    zone.add("mx.example.com", "203.0.113.5", kind="A")
    zone.add("5.113.0.203.ok.example.org", "127.0.0.2", kind="A")
    if record:
        zone.add("example.com", "some other text", f"v=spf1 {record}")
    found = check(TEXT, zone)
    assert (found.spf, found.verdict) == (spf, verdict)


def test_spf_knows_ipv6_and_mapped_addresses(check: Check) -> None:
    zone = zone_with_key(spf="ip6:2001:db8::/32 ip4:203.0.113.5 -all")
    assert check(TEXT, zone, envelope(peer="2001:db8::25")).spf == "pass"
    assert check(TEXT, zone, envelope(peer="::ffff:203.0.113.5")).spf == "pass"
    assert check(TEXT, zone, envelope(peer="2001:db9::25")).spf == "fail"


def test_spf_of_another_domain_says_nothing_about_the_from_domain(check: Check) -> None:
    zone = zone_with_key().add("example.net", "v=spf1 +all")
    found = check(TEXT, zone, envelope(mail_from="bounces@example.net"))
    assert (found.verdict, found.spf) == ("none", "none")
    assert "example.net" not in zone.asked


def test_the_null_sender_is_asked_for_by_its_helo_name(check: Check) -> None:
    zone = Zone().add("mx.example.com", "v=spf1 ip4:203.0.113.5 -all")
    assert check(TEXT, zone, envelope(mail_from="")).verdict == "pass"
    assert check(TEXT, zone, envelope(mail_from="", helo="[203.0.113.5]")).verdict == "none"
