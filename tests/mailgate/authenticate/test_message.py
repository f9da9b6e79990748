"""A mail as signatures see it: its bytes, and its one author."""

from __future__ import annotations

import time

import pytest

from mailgate.authenticate.message import split
from tests.mailgate.authenticate.checking import FROM_HERE, FROM_THE_NET, Check
from tests.mailgate.authenticate.zone import (
    TEXT,
    ed25519_key,
    envelope,
    signed,
    zone_with_key,
)


@pytest.mark.parametrize(
    "author",
    [
        b"From: Ann <ann@example.com>, Eve <eve@example.com>\r\n",
        b"From: ann@example.com, eve@example.net\r\n",
        b"From: Ann <ann@example.com>\r\nFrom: Eve <eve@example.net>\r\n",
        b"From: Ann <ann@example.com>\r\nFrom : Eve <eve@example.net>\r\n",
        b"From: staff: ann@example.com, eve@example.com;\r\n",
        b"From: <eve@example.net> <ann@example.com>\r\n",
        b"From: eve@example.net <ann@example.com>\r\n",
        b"From: Ann <ann@example.com>\r\nbroken line\r\n",
    ],
)
def test_a_mail_without_exactly_one_author_never_passes(check: Check, author: bytes) -> None:
    raw = TEXT.replace(b"From: Ann <ann@example.com>\r\n", author)
    zone = zone_with_key(spf="+all").add("example.net", "v=spf1 +all")
    zone.add("s1._domainkey.example.net", ed25519_key().record)
    for via in (FROM_THE_NET, envelope(mail_from="eve@example.net")):
        assert check(raw, zone, via).verdict == "none"
    if b"From : " not in author and b"broken" not in author:
        for domain in ("example.com", "example.net"):
            assert check(signed(raw, domain=domain), zone, FROM_HERE).verdict == "none"


def test_two_authors_are_no_way_round_a_policy(check: Check) -> None:
    raw = TEXT.replace(b"Ann <ann@example.com>", b"ann@example.com, eve@example.net")
    found = check(raw, zone_with_key(dmarc="p=reject"), envelope(mail_from="eve@example.net"))
    assert (found.verdict, found.policy) == ("fail", "reject")


@pytest.mark.parametrize(
    "author",
    [
        b'"Doe, Ann" <ann@example.com>',
        b"ann@example.com <ann@example.com>",
        b'"eve@example.net" <ann@example.com>',
        b"=?utf-8?q?Ann=2C_the_first?= <Ann@Example.COM>",
        b"<ann@example.com>",
        b"ann@example.com (Ann)",
        b"Ann\r\n <ann@example.com>",
        "Änn <ann@example.com>".encode(),
    ],
)
def test_one_author_is_one_however_it_is_written(check: Check, author: bytes) -> None:
    raw = TEXT.replace(b"Ann <ann@example.com>", author)
    assert check(raw, zone_with_key(spf="ip4:203.0.113.5 -all")).verdict == "pass"


def test_fields_keep_their_bytes() -> None:
    message = split(b"A: 1\r\n folded\r\n\tagain\r\nB:2\r\n\r\nbody\r\n\r\nmore\r\n")
    assert message.fields == ((b"A", b" 1\r\n folded\r\n\tagain\r\n"), (b"B", b"2\r\n"))
    assert message.body == b"body\r\n\r\nmore\r\n"
    assert message.regular
    assert not split(b"A: 1\r\nbroken\r\n\r\n").regular
    assert split(b"").fields == ()


def test_ten_thousand_folds_are_quick() -> None:
    started = time.process_time()
    split(b"A: 1\r\n" + b" x\r\n" * 100_000 + b"\r\n")
    assert time.process_time() - started < 1
