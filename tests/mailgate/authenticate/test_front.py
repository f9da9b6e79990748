"""Behind a front server: whose Authentication-Results are believed, and what is made of them."""

from __future__ import annotations

import pytest

from mailgate.authenticate import Authentication, Authenticator
from mailgate.spool.spool import Envelope
from tests.conftest import MakeSettings
from tests.mailgate.authenticate.zone import TEXT, Zone, envelope, parsed

FRONT = "192.0.2.25"
GOOD = "mx.shop.com; dmarc=pass (p=REJECT) header.from=example.com"
FORGED = "mx.shop.com; dmarc=pass header.from=example.com; dkim=pass header.d=example.com"


class Check:
    """``check("…", "…")``: the verdict on a mail with these fields, topmost first."""

    def __init__(self, make_settings: MakeSettings) -> None:
        settings = make_settings(AUTH="front", TRUSTED_AUTHSERV="MX.Shop.com", SMTP_EXEMPT=FRONT)
        self.zone = Zone()
        self._authenticator = Authenticator(settings, self.zone)

    def __call__(
        self, *values: str, raw: bytes = TEXT, via: Envelope | None = None
    ) -> Authentication:
        head = "".join(f"Authentication-Results: {value}\r\n" for value in values)
        mail = head.encode() + raw
        answer = self._authenticator.submit(mail, via or envelope(peer=FRONT), parsed(mail))
        assert answer.done(), "nothing to look up, so nothing to wait for"
        assert self.zone.asked == []
        return answer.result()


@pytest.fixture
def check(make_settings: MakeSettings) -> Check:
    return Check(make_settings)


def test_the_front_server_is_believed(check: Check) -> None:
    found = check(GOOD)
    assert (found.verdict, found.dmarc, found.domain) == ("pass", "pass", "example.com")
    assert found.reasons == ("mx.shop.com found that it passes DMARC.",)


@pytest.mark.parametrize(
    "value",
    [
        "MX.SHOP.COM; dmarc=pass header.from=example.com",
        "(by us) mx.shop.com (really) 1; dmarc=pass header.from=example.com",
        '"mx.shop.com"; dmarc = pass header.from = example.com;',
        "mx.shop.com;\r\n\tspf=fail smtp.mailfrom=x.org;\r\n\tdmarc=PASS header.from=EXAMPLE.com",
        'mx.shop.com; dmarc/1=pass reason="all (fine); really" header.from=example.com',
        "mx.shop.com; dmarc=pass action=none header.from=example.com;compauth=pass reason=100",
    ],
)
def test_the_ways_of_writing_it(check: Check, value: str) -> None:
    assert check(value).verdict == "pass"


def test_forged_fields_of_others_and_below_are_ignored(check: Check) -> None:
    honest = "mx.shop.com; dmarc=fail (p=reject dis=none) header.from=example.com"
    for values in ((honest, FORGED), ("evil.com; dmarc=pass", honest, FORGED)):
        found = check(*values)
        assert (found.verdict, found.policy) == ("fail", "reject")
        assert "p=reject" in found.refusal
    for value in ("mx.shop.com.evil.com; dmarc=pass", "evil.com (mx.shop.com); dmarc=pass", ""):
        found = check(value)
        assert (found.verdict, found.reasons) == (
            "none",
            ("mx.shop.com wrote nothing about the sender.",),
        )


def test_who_did_not_come_through_the_front_server_cannot_write_in_its_name(check: Check) -> None:
    for peer in ("203.0.113.5", "10.0.0.1", "nonsense"):
        assert check(FORGED, via=envelope(peer=peer)).verdict == "none"
    assert check(GOOD, via=envelope(peer="")).verdict == "pass", "a pipe, or a unix socket"


def test_without_a_field_or_a_setting_nobody_is_proven(
    check: Check, make_settings: MakeSettings
) -> None:
    assert check().verdict == "none"
    unset = Authenticator(make_settings(AUTH="front", SMTP_EXEMPT=FRONT), Zone())
    mail = b"Authentication-Results: ; dmarc=pass\r\n" + TEXT
    found = unset.submit(mail, envelope(peer=FRONT), parsed(mail)).result()
    assert found.verdict == "none"
    assert "POSTDESK_TRUSTED_AUTHSERV" in found.reasons[0]


@pytest.mark.parametrize(
    "value",
    [
        "mx.shop.com; dmarc=pass (never closed header.from=example.com",
        "mx.shop.com; dmarc=pass header.from=example.com; dmarc",
        "mx.shop.com; dmarc==; dmarc=pass",
        "mx.shop.com dmarc=pass header.from=example.com",
        'mx.shop.com; dmarc=pass reason="open header.from=example.com',
        "mx.shop.com; dmarc=pass header.from=example.com; dmarc=pass header.from=example.com",
        "mx.shop.com; dmarc=pass header.from=example.com header.from=evil.com",
        "mx.shop.com; dmarc=pass header.from=example.net",
        "mx.shop.com; dmarc=pass header.from=mail.example.com",
        "mx.shop.com; dmarc=pass header.from=example.com; x=" + "y" * 17000,
        "mx.shop.com; dmarc=permerror header.from=example.com",
        "mx.shop.com; none",
        "mx.shop.com",
        'mx.shop.com; spf=fail smtp.mailfrom="; dmarc=pass header.from=example.com; "@evil.com',
        "mx.shop.com; spf=fail (; dmarc=pass header.from=example.com) smtp.mailfrom=evil.com",
        "mx.shop.com; spf=fail smtp.mailfrom==?utf-8?q?a;_dmarc=3Dpass?=@evil.com",
        "mx.shop.com; spf=fail (((((" * 300,
    ],
)
def test_what_cannot_be_read_or_concerns_another_proves_nothing(check: Check, value: str) -> None:
    found = check(value)
    assert (found.verdict, found.refusal) == ("none", "")


@pytest.mark.parametrize(
    ("value", "verdict", "policy"),
    [
        ("dmarc=fail (p=none) header.from=example.com", "fail", "none"),
        ("dmarc=fail (policy=quarantine) header.from=example.com", "fail", "quarantine"),
        ("dmarc=fail policy.p=reject header.from=example.com", "fail", "reject"),
        ("dmarc=fail header.from=example.com", "fail", None),
        ("dmarc=temperror header.from=example.com", "unknown", None),
        ("dmarc=none; dkim=pass header.d=example.com", "pass", None),
        ("dkim=fail header.d=example.com; dkim=pass header.i=@mail.example.com", "pass", None),
        ("dkim=pass header.d=evil.com; spf=fail smtp.mailfrom=ann@example.com", "none", None),
        ("spf=pass smtp.mailfrom=ann@example.com", "pass", None),
        ("spf=pass smtp.mailfrom=example.com", "pass", None),
        ("spf=pass smtp.mailfrom=example.com.evil.com", "none", None),
        ("spf=pass smtp.helo=example.com", "none", None),
        ("dmarc=fail header.from=example.com; dkim=pass header.d=example.com", "fail", None),
    ],
)
def test_what_it_comes_to(check: Check, value: str, verdict: str, policy: str | None) -> None:
    found = check(f"mx.shop.com; {value}")
    assert (found.verdict, found.policy) == (verdict, policy)
    assert bool(found.refusal) == (policy in ("quarantine", "reject"))


def test_two_authors_never_pass(check: Check) -> None:
    two = TEXT.replace(b"Ann <ann@example.com>", b"ann@example.com, eve@example.net")
    assert check(GOOD, raw=two).verdict == "none"
    assert check(GOOD, raw=b"From: eve@example.net\r\n" + TEXT).verdict == "none"
    assert check("mx.shop.com; dmarc=fail (p=reject)", raw=two).refusal
    above = f"From : eve@example.net\r\nAuthentication-Results: {GOOD}\r\n".encode()
    assert check(raw=above + TEXT).verdict == "none", "no separator of an mbox, but the same field"


def _certified(provider: str) -> bytes:
    return (
        f'From: "Per conto di: ann@bank.example" <{provider}>\r\nX-Trasporto: posta-certificata\r\n'
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        '--b\r\nContent-Type: message/rfc822; name="postacert.eml"\r\n\r\n'
        "From: Ann <ann@bank.example>\r\nSubject: Reclamo\r\n\r\nPerde.\r\n--b--\r\n"
    ).encode()


def test_certified_mail_is_proven_by_its_provider(check: Check) -> None:
    raw = _certified("posta-certificata@pec.aruba.it")
    for word, verdict in (("pass", "pass"), ("fail", "fail"), ("none", "none")):
        said = f"mx.shop.com; dmarc={word} header.from=pec.aruba.it"
        assert check(said, raw=raw).verdict == verdict


def test_who_only_looks_like_a_provider_is_no_way_round_a_policy(check: Check) -> None:
    """Else anybody could bring a mail of somebody whose own domain would have refused it."""
    raw = _certified("posta-certificata@evil.example")
    found = check("mx.shop.com; dmarc=pass header.from=evil.example", raw=raw)
    assert found.verdict == "fail"
    assert "posta-certificata@evil.example" in found.reasons[0]
