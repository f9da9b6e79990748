"""ARC: whose seals are believed."""

from __future__ import annotations

import dkim
import pytest

from tests.conftest import MakeSettings
from tests.mailgate.authenticate.checking import Check
from tests.mailgate.authenticate.zone import (
    SIGNED,
    rsa_key,
    signed,
    zone_with_key,
)


def _sealed(raw: bytes, domain: str = "lists.example.org", result: str = "pass") -> bytes:
    """The mail as a forwarder sends it on: sealed, then with a footer of its own under the seal."""
    wrote = f"Authentication-Results: {domain}; dmarc={result} header.from=example.com\r\n"
    forwarded = wrote.encode() + raw.replace(b"Ann\r\n\r\n", b"Ann\r\n-- \r\nThe list\r\n")
    key = rsa_key()
    fields = dkim.arc_sign(forwarded, b"s1", domain.encode(), key.private, domain.encode(), SIGNED)
    assert fields
    return b"".join(fields) + forwarded


@pytest.mark.parametrize(
    ("sealers", "result", "verdict", "arc"),
    [
        ("", "pass", "fail", "not checked"),
        ("example.net", "pass", "fail", "not checked"),
        ("example.net, Lists.Example.org.", "pass", "pass", "pass"),
        ("lists.example.org", "fail", "fail", "pass"),
    ],
)
def test_a_listed_forwarder_is_believed(
    make_settings: MakeSettings, sealers: str, result: str, verdict: str, arc: str
) -> None:
    check = Check(make_settings(AUTH="own", ARC_SEALERS=sealers))
    zone = zone_with_key(dmarc="p=none", spf="-all")
    zone.add("s1._domainkey.lists.example.org", rsa_key().record)
    found = check(_sealed(signed(), result=result), zone)
    assert (found.verdict, found.arc) == (verdict, arc)


def test_a_seal_does_not_cover_what_came_after_it(make_settings: MakeSettings) -> None:
    check = Check(make_settings(AUTH="own", ARC_SEALERS="lists.example.org"))
    zone = zone_with_key(dmarc="p=none", spf="-all")
    zone.add("s1._domainkey.lists.example.org", rsa_key().record)
    raw = _sealed(signed()).replace(b"The list", b"The thief")
    found = check(raw, zone)
    assert (found.verdict, found.arc) == ("fail", "fail")
