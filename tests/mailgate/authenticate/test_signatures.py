"""Signatures (DKIM): which prove the sender, and what they cost."""

from __future__ import annotations

import re
import time

import dkim
import pytest

from tests.mailgate.authenticate.checking import FROM_HERE, Check
from tests.mailgate.authenticate.zone import (
    TEXT,
    Zone,
    ed25519_key,
    rsa_key,
    signed,
    zone_with_key,
)


@pytest.mark.parametrize(
    "form", ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"]
)
@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_signature_of_the_from_domain_proves_the_sender(
    check: Check, form: str, kind: str
) -> None:
    key = rsa_key() if kind == "rsa" else ed25519_key()
    found = check(signed(key=key, form=form), zone_with_key(key), FROM_HERE)
    assert (found.verdict, found.dkim, found.dmarc) == ("pass", "pass", "none")
    assert found.domain == "example.com"
    assert found.reasons == ("The signature of example.com holds (DKIM).",)


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("text", lambda raw: raw.replace(b"leaks  at", b"explodes at")),
        ("a field", lambda raw: raw.replace(b"My kettle", b"Your kettle")),
        ("a line more", lambda raw: raw + b"and pay me\r\n"),
        ("a second Subject", lambda raw: raw.replace(b"To:", b"Subject: other\r\nTo:", 1)),
    ],
)
def test_a_mail_that_was_changed_proves_nothing(check: Check, what: str, change: object) -> None:
    raw = signed(fields=[b"from", b"to", b"subject", b"subject"])
    found = check(change(raw), zone_with_key(), FROM_HERE)  # type: ignore[operator]
    assert (found.verdict, found.dkim) == ("none", "fail"), what
    assert "changed on" in " ".join(found.reasons)


def test_bare_line_feeds_and_an_mbox_line_harm_no_signature(check: Check) -> None:
    raw = b"From ann Mon Nov 23 09:00:00 2026\n" + signed().replace(b"\r\n", b"\n")
    assert check(raw, zone_with_key(), FROM_HERE).verdict == "pass"


def test_a_signature_over_a_part_of_the_text_does_not_count(check: Check) -> None:
    raw = signed(length=True)
    assert b" l=" in raw
    for mail in (raw, raw + b"Send the money elsewhere.\r\n"):
        found = check(mail, zone_with_key(), FROM_HERE)
        assert (found.verdict, found.dkim) == ("none", "fail")
        assert "l=" in found.reasons[0]


def test_an_expired_signature_does_not_count(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    week = 7 * 86400
    with monkeypatch.context() as past:
        moment = time.time() - week
        past.setattr(time, "time", lambda: moment)
        expired = _signed_until(int(moment) + 86400)
        valid = _signed_until(int(moment) + 2 * week)
    found = check(expired, zone_with_key(), FROM_HERE)
    assert (found.verdict, found.dkim) == ("none", "fail")
    assert found.reasons[0] == "The signature of example.com has expired."
    assert check(valid, zone_with_key(), FROM_HERE).verdict == "pass"


def _signed_until(moment: int) -> bytes:
    """dkimpy writes no x=: it is put among the tags before they are hashed."""
    signer = dkim.DKIM(TEXT, signature_algorithm=b"ed25519-sha256")
    write = signer.gen_header

    def with_expiry(tags: list[tuple[bytes, bytes]], *args: object, **more: object) -> object:
        return write([*tags[:-1], (b"x", str(moment).encode()), tags[-1]], *args, **more)

    signer.gen_header = with_expiry
    signature = signer.sign(
        b"s1",
        b"example.com",
        ed25519_key().private,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[b"from", b"subject"],
    )
    return bytes(signature) + TEXT


@pytest.mark.parametrize(
    "broken",
    [
        lambda raw: re.sub(rb"bh=[^;]+", b"bh=!!!!", raw),
        lambda raw: re.sub(rb"\sb=[^;]+?\r\nFrom", b" b=%%%\r\nFrom", raw),
        lambda raw: raw.replace(b"v=1;", b"v=1; v=1;"),
        lambda raw: raw.replace(b"a=ed25519-sha256", b"a=rsa-sha1"),
        lambda raw: raw.replace(b"a=ed25519-sha256", b"a=rsa-sha256"),
        lambda raw: raw.replace(b"s=s1;", b"s=../../x;"),
        lambda raw: raw.replace(b"s=s1;", b"s=gone;"),
        lambda raw: raw.replace(b"c=relaxed/relaxed", b"c=crooked"),
        lambda raw: raw.replace(b"v=1;", b"v=1;" + b" " * 300),
        lambda raw: raw.replace(b"s=s1;", b"s=s1; z=" + b"z" * 9000 + b";"),
        lambda raw: raw.replace(b"v=1;", b""),
    ],
)
def test_a_signature_that_makes_no_sense_proves_nothing(check: Check, broken: object) -> None:
    raw = broken(signed())  # type: ignore[operator]
    assert raw != signed()
    found = check(raw, zone_with_key(), FROM_HERE)
    assert found.verdict == "none"
    assert found.dkim in ("fail", "permerror")


@pytest.mark.parametrize(
    "record",
    [
        "",
        "v=DKIM1; p=",
        "v=DKIM1; k=ed25519; p=AAAA",
        "p=!!",
        "v=DKIM2; p=AA",
        "k=rsa; p=" + "A" * 2000,
    ],
)
def test_a_key_that_cannot_be_used_proves_nothing(check: Check, record: str) -> None:
    zone = Zone().add("s1._domainkey.example.com", record)
    found = check(signed(), zone, FROM_HERE)
    assert found.verdict == "none"
    assert found.dkim in ("fail", "permerror")


def test_a_weak_key_proves_nothing(check: Check) -> None:
    key = rsa_key(768)
    found = check(signed(key=key), zone_with_key(key), FROM_HERE)
    assert (found.verdict, found.dkim) == ("none", "fail")


def test_fifty_signatures_cost_five_look_ups_of_keys(check: Check) -> None:
    raw = TEXT
    for number in range(50):
        raw = signed(raw, selector=f"k{number}")
    zone = Zone()
    started = time.process_time()
    assert check(raw, zone, FROM_HERE).verdict == "none"
    assert time.process_time() - started < 1
    assert len([name for name in zone.asked if "_domainkey" in name]) == 5


def test_signatures_of_other_domains_are_not_even_looked_up(check: Check) -> None:
    zone = Zone().add("s1._domainkey.example.net", ed25519_key().record)
    found = check(signed(domain="example.net"), zone, FROM_HERE)
    assert (found.verdict, found.dkim) == ("none", "none")
    assert not [name for name in zone.asked if "_domainkey" in name]
    both = signed(signed(domain="example.net"))
    assert check(both, zone_with_key(), FROM_HERE).verdict == "pass"
