"""DMARC: whose record holds, and what it asks for."""

from __future__ import annotations

import pytest

from tests.mailgate.authenticate.checking import Check
from tests.mailgate.authenticate.zone import (
    TEXT,
    Zone,
    envelope,
    zone_with_key,
)


@pytest.mark.parametrize("policy", ["none", "quarantine", "reject"])
def test_a_forged_sender_fails_by_the_policy_of_the_domain(check: Check, policy: str) -> None:
    zone = zone_with_key(dmarc=f"p={policy}; pct=0", spf="-all")
    found = check(TEXT, zone)
    assert (found.verdict, found.dmarc, found.policy) == ("fail", "fail", policy)
    assert bool(found.refusal) == (policy != "none")
    if found.refusal:
        assert f"p={policy}" in found.refusal


@pytest.mark.parametrize(
    ("record", "policy"),
    [
        ("p=reject; sp=none", "none"),
        ("p=none; sp=reject", "reject"),
        ("p=quarantine", "quarantine"),
    ],
)
def test_a_subdomain_takes_the_policy_of_its_organisation(
    check: Check, record: str, policy: str
) -> None:
    raw = TEXT.replace(b"ann@example.com", b"ann@news.example.com")
    found = check(raw, zone_with_key(dmarc=record))
    assert (found.verdict, found.policy) == ("fail", policy)


def test_spf_may_be_asked_to_align_strictly(check: Check) -> None:
    zone = zone_with_key(dmarc="p=reject; aspf=s")
    zone.add("bounce.example.com", "v=spf1 ip4:203.0.113.5 -all")
    via = envelope(mail_from="b@bounce.example.com")
    assert check(TEXT, zone, via).verdict == "fail"
    zone.add("_dmarc.example.com", "v=DMARC1; p=reject")
    assert check(TEXT, zone, via).verdict == "pass"


@pytest.mark.parametrize(
    ("records", "dmarc", "policy"),
    [
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], "none", None),
        (["v=DMARC1"], "none", None),
        (["v=DMARC1; p=maybe"], "none", None),
        (["v=DMARC1; p=maybe; rua=mailto:d@example.com"], "fail", "none"),
        (["p=reject; v=DMARC1"], "none", None),
        (["hello", "v=DMARC1;p=Reject;"], "fail", "reject"),
        (["v=dmarc1; p=reject"], "none", None),
    ],
)
def test_records_that_break_the_rules(
    check: Check, records: list[str], dmarc: str, policy: str | None
) -> None:
    found = check(TEXT, Zone().add("_dmarc.example.com", *records))
    assert (found.dmarc, found.policy) == (dmarc, policy)
