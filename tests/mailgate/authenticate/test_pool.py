"""The checks as the filer uses them: how many at a time, and what stops none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailgate.authenticate import Authenticator, pool
from mailgate.spool.envelope import POSTED
from tests.conftest import MakeSettings
from tests.mailgate.authenticate.checking import FROM_HERE, FROM_THE_NET, Check
from tests.mailgate.authenticate.zone import (
    ENVELOPE,
    TEXT,
    SlowZone,
    Zone,
    parsed,
    signed,
    zone_with_key,
)


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


def test_too_many_at_once_are_let_through_unchecked(make_settings: MakeSettings) -> None:
    zone = SlowZone()
    authenticator = Authenticator(make_settings(AUTH="own"), zone)
    mail = parsed(TEXT)
    try:
        answers = [authenticator.submit(TEXT, ENVELOPE, mail) for _ in range(pool.MOST_WAITING)]
        assert not any(answer.done() for answer in answers)
        one_more = authenticator.submit(TEXT, ENVELOPE, mail)
        assert one_more.done()
        assert one_more.result().verdict == "unknown"
        zone.answer.set()
        assert {answer.result(timeout=10).verdict for answer in answers} == {"none"}
    finally:
        zone.answer.set()
        authenticator.close()


def test_a_mail_that_cannot_be_read_again_stops_nothing(make_settings: MakeSettings) -> None:
    def gone() -> bytes:
        raise FileNotFoundError

    authenticator = Authenticator(make_settings(AUTH="own"), zone_with_key())
    found = authenticator.submit(gone, ENVELOPE, parsed(signed())).result(timeout=5)
    assert found.verdict == "none"
    authenticator.close()


@pytest.mark.parametrize(
    ("peer", "by_front_server"),
    [("198.51.100.7", True), ("127.0.0.1", True), ("", True), ("203.0.113.5", False)],
)
def test_only_what_a_front_server_brings_has_its_word(
    make_settings: MakeSettings, peer: str, by_front_server: bool
) -> None:
    settings = make_settings(
        AUTH="front",
        TRUSTED_AUTHSERV="mx.example",
        SMTP_EXEMPT="127.0.0.0/8,198.51.100.0/24",
    )
    raw = b"Authentication-Results: mx.example; dmarc=fail (p=reject)\r\n" + TEXT
    found = Check(settings)(raw, Zone(), replace(ENVELOPE, peer=peer))
    assert found.by_front_server is by_front_server
    assert found.verdict == ("fail" if by_front_server else "none")


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "198.51.100.7", ""])
def test_what_comes_through_a_server_of_our_own_never_fails_our_own_check(
    check: Check, peer: str
) -> None:
    zone = zone_with_key(dmarc="p=reject")
    for raw in (TEXT, signed() + b"-- \r\nA list's footer\r\n"):
        found = check(raw, zone, replace(ENVELOPE, peer=peer))
        assert (found.verdict, found.refusal, found.by_front_server) == ("none", "", False)


POSTED_HERE = replace(ENVELOPE, peer="", helo="", protocol=POSTED)
SAYS_PASS = b"Authentication-Results: mx.example; dmarc=pass header.from=mail.example\r\n"


def test_who_posts_a_mail_proves_nothing_of_its_writer(make_settings: MakeSettings) -> None:
    front = make_settings(AUTH="front", TRUSTED_AUTHSERV="mx.example")
    for raw in (SAYS_PASS + TEXT, SAYS_PASS + signed()):
        found = Check(front)(raw, zone_with_key(), POSTED_HERE)
        assert (found.verdict, found.by_front_server) == ("none", False)
    own = Check(make_settings(AUTH="own"))
    assert own(SAYS_PASS + TEXT, zone_with_key(dmarc="p=reject"), POSTED_HERE).verdict == "none"


def test_a_signature_holds_wherever_the_mail_comes_from(make_settings: MakeSettings) -> None:
    own = Check(make_settings(AUTH="own"))
    assert own(signed(), zone_with_key(), POSTED_HERE).verdict == "pass"
    broken = own(signed() + b"more\r\n", zone_with_key(dmarc="p=reject"), POSTED_HERE)
    assert (broken.verdict, broken.refusal) == ("none", "")


@pytest.mark.parametrize("mode", ["own", "front"])
def test_a_service_that_is_believed_counts_like_a_front_server(
    make_settings: MakeSettings, mode: str
) -> None:
    check = Check(make_settings(AUTH=mode, TRUSTED_AUTHSERV="other.example"))
    envelope = replace(POSTED_HERE, helo="mx.example")
    for said, verdict in (("pass", "pass"), ("fail (p=reject)", "fail")):
        field = f"Authentication-Results: mx.example; dmarc={said}\r\n".encode()
        found = check(field + TEXT, Zone(), envelope)
        assert (found.verdict, found.by_front_server) == (verdict, True)
    # Its writer's own words stand below those of the service, or alone.
    forged = b"Authentication-Results: mx.example; dmarc=fail\r\n" + SAYS_PASS + TEXT
    assert check(forged, Zone(), envelope).verdict == "fail"
    other = SAYS_PASS.replace(b"mx.example", b"other.example") + TEXT
    assert check(other, Zone(), envelope).verdict == "none"
