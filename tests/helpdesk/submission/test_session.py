"""A session with a relay: encrypted and signed in as set, or not begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.jobs.deliveries import MAIL, SENDER, TO, client, send
from tests.support.relay import DROP, HANG, ScriptedRelay


def test_encryption_is_used_where_it_is_offered(certificate: tuple[Path, Path]) -> None:
    with ScriptedRelay(certificate=certificate) as relay:
        outcome = send(relay)
        assert (outcome.kind, outcome.tls, relay.mails[0].tls) == ("sent", True, True)


def test_encryption_from_the_first_byte(certificate: tuple[Path, Path]) -> None:
    with ScriptedRelay(certificate=certificate, tls_from_start=True) as relay:
        outcome = client(relay, scheme="smtps").send(SENDER, TO, MAIL)
        assert (outcome.kind, outcome.tls) == ("sent", True)


def test_where_encryption_is_required_nothing_goes_without(relay: ScriptedRelay) -> None:
    outcome = client(relay, tls="required").send(SENDER, TO, MAIL)
    assert (outcome.kind, "STARTTLS" in outcome.text) == ("unreachable", True)
    assert not any(line.startswith("MAIL") for line in relay.lines)


@pytest.mark.parametrize("answer", ["454 4.7.0 not now", "501 what", DROP, HANG])
def test_a_refused_encryption_sends_nothing_in_the_clear(
    certificate: tuple[Path, Path], answer: object
) -> None:
    with ScriptedRelay(certificate=certificate) as relay:
        relay.plan("starttls", answer)
        assert send(relay).kind == "unreachable"
        assert not any(line.startswith("MAIL") for line in relay.lines)


def test_a_refused_password_fails_no_mail() -> None:
    with ScriptedRelay(extensions=("AUTH PLAIN",)) as relay:
        relay.plan("auth", "535 5.7.8 wrong")
        refused = client(relay, user="u", password="p").send(SENDER, TO, MAIL)
        assert (refused.kind, refused.code) == ("unreachable", 535)
        assert client(relay, user="u", password="p").send(SENDER, TO, MAIL).kind == "sent"


def test_where_encryption_is_off_none_is_tried(certificate: tuple[Path, Path]) -> None:
    with ScriptedRelay(certificate=certificate) as relay:
        outcome = client(relay, tls="off").send(SENDER, TO, MAIL)
        assert (outcome.kind, outcome.tls) == ("sent", False)
        assert "STARTTLS" not in relay.lines
