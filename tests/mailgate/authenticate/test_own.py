"""SPF, DKIM, DMARC and ARC by ourselves, against a zone and keys of the tests' own."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import dkim
import pytest

from helpdesk.settings import Settings
from mailgate.authenticate import Authentication, Authenticator
from mailgate.spool.spool import Envelope
from tests.conftest import MakeSettings
from tests.mailgate.authenticate.zone import (
    ENVELOPE,
    SIGNED,
    TEXT,
    Zone,
    ed25519_key,
    envelope,
    parsed,
    rsa_key,
    signed,
    zone_with_key,
)

FROM_THE_NET = ENVELOPE
FROM_HERE = replace(ENVELOPE, peer="127.0.0.1")


@pytest.fixture
def own_settings(make_settings: MakeSettings) -> Settings:
    return make_settings(AUTH="own", SMTP_EXEMPT="127.0.0.0/8,198.51.100.0/24")


class Check:
    """``check(raw, zone, envelope)``: the verdict."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, raw: bytes, zone: Zone, via: Envelope = FROM_THE_NET) -> Authentication:
        authenticator = Authenticator(self._settings, zone)
        try:
            return authenticator.submit(raw, via, parsed(raw)).result(timeout=10)
        finally:
            authenticator.close()


@pytest.fixture
def check(own_settings: Settings) -> Check:
    return Check(own_settings)


# DKIM


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


# Alignment


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


# SPF


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


# DMARC


@pytest.mark.parametrize("policy", ["none", "quarantine", "reject"])
def test_a_forged_sender_fails_by_the_policy_of_the_domain(check: Check, policy: str) -> None:
    zone = zone_with_key(dmarc=f"p={policy}; pct=0", spf="-all")
    found = check(TEXT, zone)
    assert (found.verdict, found.dmarc, found.policy) == ("fail", "fail", policy)
    assert bool(found.refusal) == (policy != "none")
    if found.refusal:
        assert f"p={policy}" in found.refusal


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


# One author


@pytest.mark.parametrize(
    "author",
    [
        b"From: Ann <ann@example.com>, Eve <eve@example.com>\r\n",
        b"From: ann@example.com, eve@example.net\r\n",
        b"From: Ann <ann@example.com>\r\nFrom: Eve <eve@example.net>\r\n",
        b"From: Ann <ann@example.com>\r\nFrom : Eve <eve@example.net>\r\n",
        b"From: staff: ann@example.com, eve@example.com;\r\n",
        b"From: <eve@example.net> <ann@example.com>\r\n",
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


@pytest.mark.parametrize("author", [b"Ann", b"ann@[203.0.113.5]", b"ann@localhost", b""])
def test_an_author_without_a_domain_proves_nothing(check: Check, author: bytes) -> None:
    zone = Zone()
    found = check(TEXT.replace(b"Ann <ann@example.com>", author), zone)
    assert (found.verdict, zone.asked) == ("none", [])


# No answer


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


def test_a_resolver_that_breaks_proves_nothing(check: Check) -> None:
    class Broken(Zone):
        def resolve(self, *_: object) -> list[str]:
            raise ZeroDivisionError

    assert check(TEXT, Broken()).verdict == "none"
    assert check(signed(), Broken(), FROM_HERE).verdict == "none"


def test_switched_off_nothing_is_known(make_settings: MakeSettings) -> None:
    zone = zone_with_key()
    authenticator = Authenticator(make_settings(AUTH="off"), zone)
    found = authenticator.submit(signed(), FROM_THE_NET, parsed(signed())).result(timeout=1)
    assert (found.verdict, zone.asked) == ("unknown", [])
    assert "POSTDESK_AUTH=off" in found.reasons[0]


# ARC


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
