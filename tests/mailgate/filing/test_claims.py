"""What a mail's turn depends on: who sent it, who brought it, and what it looks like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from helpdesk.mail_in.incoming import Arrival
from helpdesk.vocabulary import Verdict
from mailgate.authenticate import Authentication
from mailgate.filing.claims import Claims, network_of, skeleton_of
from mailgate.spool.spool import Envelope, Spool
from tests.mailgate.filing.mails import NOW


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def sender(claims: Claims, spool: Spool, mail_from: str, peer: str = "192.0.2.1") -> str:
    return claim_of(claims, spool, mail_from, peer).sender


def claim_of(claims: Claims, spool: Spool, mail_from: str, peer: str, raw: bytes = b"x"):  # type: ignore[no-untyped-def]
    writer = spool.begin(Envelope(mail_from, ("support@shop.example",), peer=peer))
    writer.write(raw)
    return claims.of(spool.read(writer.commit()))


def test_a_sender_is_a_domain_and_at_public_providers_an_address(spool: Spool) -> None:
    claims = Claims(lambda peer: False)
    assert sender(claims, spool, "a1@mail.spam.com") == sender(claims, spool, "a2@x.spam.com")
    assert sender(claims, spool, "ann@gmail.com") != sender(claims, spool, "bob@gmail.com")
    assert sender(claims, spool, "ann+1@gmail.com") == sender(claims, spool, "Ann+2@gmail.com")
    assert sender(claims, spool, "") == ""


def test_where_dmarc_passed_an_address_stands_for_itself(spool: Spool) -> None:
    claims = Claims(lambda peer: False)
    arrival = Arrival("1", "", 0, "", True, "ann@corp.example", (), "192.0.2.1", NOW)
    passed = Authentication(Verdict.PASS, (), domain="corp.example", dmarc="pass")
    claims.note(replace(passed, domain="other.example"), arrival)
    claims.note(replace(passed, dmarc="none"), arrival)
    assert sender(claims, spool, "ann@corp.example") == "corp.example"
    claims.note(passed, arrival)
    assert sender(claims, spool, "ann@corp.example") == "ann@corp.example"
    assert sender(claims, spool, "ann@corp.example", "192.0.2.9") == "corp.example"


def test_a_server_of_our_own_is_no_peer(spool: Spool) -> None:
    claims = Claims(lambda peer: peer.startswith("10."))
    assert claim_of(claims, spool, "a@b.example", "10.0.0.1").peer == ""
    assert claim_of(claims, spool, "a@b.example", "192.0.2.1").peer == "192.0.2.1"


def test_a_client_of_ipv6_is_its_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::2") == "2001:db8::/64"
    assert network_of("192.0.2.1") == "192.0.2.1"
    assert network_of("nonsense") == "nonsense"


def test_mails_made_alike_have_one_skeleton(spool: Spool) -> None:
    assert skeleton_of(b"<div> </b>") == skeleton_of(b"<p></i> 12") != skeleton_of(b"On x wrote:")
    claims = Claims(lambda peer: True)
    shapes = [
        claim_of(claims, spool, "a@b.example", "", b"Subject: %d\n\n" % n + b"<a\n" * 9_000).shape
        for n in (1, 22)
    ]
    assert shapes[0] == shapes[1]
    assert shapes[0][1] == " <a"
    assert claim_of(claims, spool, "a@b.example", "", b"<a" * 100).skeleton == ""
