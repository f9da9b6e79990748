"""SPF, DKIM, DMARC and ARC by ourselves, against a zone and keys of the tests' own."""

from __future__ import annotations

import pytest

from tests.mailgate.authenticate.checking import FROM_HERE, FROM_THE_NET, Check
from tests.mailgate.authenticate.zone import (
    TEXT,
    Zone,
    envelope,
    signed,
    zone_with_key,
)


@pytest.mark.parametrize(
    "peer", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "198.51.100.7", ""]
)
def test_clients_of_our_own_are_not_asked_for_spf_and_cost_no_look_up(
    check: Check, peer: str
) -> None:
    zone = zone_with_key(spf="+all", dmarc="p=reject")
    found = check(TEXT, zone, envelope(peer=peer))
    assert (found.verdict, found.spf) == ("none", "not checked")
    assert zone.asked == []


def test_behind_a_server_of_our_own_nothing_fails_for_the_lack_of_spf(check: Check) -> None:
    raw = signed().replace(b"leaks  at", b"drips at")
    found = check(raw, zone_with_key(dmarc="p=reject"), FROM_HERE)
    assert (found.verdict, found.dmarc, found.refusal) == ("none", "not checked", "")


def test_either_of_dkim_and_spf_is_enough(check: Check) -> None:
    by_spf = check(TEXT, zone_with_key(dmarc="p=reject", spf="ip4:203.0.113.5 -all"))
    assert (by_spf.verdict, by_spf.dkim, by_spf.spf, by_spf.dmarc) == (
        "pass",
        "none",
        "pass",
        "pass",
    )
    by_dkim = check(signed(), zone_with_key(dmarc="p=reject", spf="-all"))
    assert (by_dkim.verdict, by_dkim.dkim, by_dkim.dmarc) == ("pass", "pass", "pass")


@pytest.mark.parametrize("author", [b"Ann", b"ann@[203.0.113.5]", b"ann@localhost", b""])
def test_an_author_without_a_domain_proves_nothing(check: Check, author: bytes) -> None:
    zone = Zone()
    found = check(TEXT.replace(b"Ann <ann@example.com>", author), zone)
    assert (found.verdict, zone.asked) == ("none", [])


@pytest.mark.parametrize("silent", ["*", "_dmarc.example.com", "s1._domainkey.example.com"])
def test_without_an_answer_nothing_is_known(check: Check, silent: str) -> None:
    zone = zone_with_key(dmarc="p=reject", spf="-all")
    zone.silent = {silent}
    for via in (FROM_HERE, FROM_THE_NET):
        found = check(signed(), zone, via)
        assert (found.verdict, found.refusal) == ("unknown", "")
        assert "temperror" in (found.dkim, found.dmarc)


def test_a_silent_spf_leaves_the_question_open(check: Check) -> None:
    zone = zone_with_key(dmarc="p=reject")
    zone.silent = {"example.com"}
    found = check(TEXT, zone)
    assert (found.verdict, found.spf, found.refusal) == ("unknown", "temperror", "")
    assert check(signed(), zone).verdict == "pass"
