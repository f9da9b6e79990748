"""Domains: which belong together, and which do not."""

from __future__ import annotations

import pytest

from tests.mailgate.authenticate.checking import FROM_HERE, Check
from tests.mailgate.authenticate.zone import (
    TEXT,
    Zone,
    ed25519_key,
    signed,
)


def test_a_sister_domain_aligns_unless_the_owner_is_strict(check: Check) -> None:
    raw = signed(domain="news.example.com")
    zone = Zone().add("s1._domainkey.news.example.com", ed25519_key().record)
    assert check(raw, zone, FROM_HERE).verdict == "pass"
    zone.add("_dmarc.example.com", "v=DMARC1; p=none; adkim=r")
    assert check(raw, zone).dmarc == "pass"
    zone.add("_dmarc.example.com", "v=DMARC1; p=none; adkim=s")
    assert (check(raw, zone).verdict, check(raw, zone).dmarc) == ("fail", "fail")


@pytest.mark.parametrize("suffix", ["co.uk", "github.io", "local", "example"])
def test_neighbours_under_one_suffix_do_not_align(check: Check, suffix: str) -> None:
    raw = TEXT.replace(b"ann@example.com", f"ann@bank.{suffix}".encode())
    zone = Zone().add(f"s1._domainkey.evil.{suffix}", ed25519_key().record)
    zone.add(f"s1._domainkey.bank.{suffix}", ed25519_key().record)
    assert check(signed(raw, domain=f"evil.{suffix}"), zone, FROM_HERE).verdict == "none"
    assert check(signed(raw, domain=f"bank.{suffix}"), zone, FROM_HERE).verdict == "pass"


def test_off_the_public_suffix_list_only_the_very_domain_counts(check: Check) -> None:
    raw = TEXT.replace(b"ann@example.com", b"ann@mail.corp.internal")
    zone = Zone().add("s1._domainkey.corp.internal", ed25519_key().record)
    assert check(signed(raw, domain="corp.internal"), zone, FROM_HERE).verdict == "none"
