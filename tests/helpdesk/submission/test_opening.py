"""Opening a session: signed in as is set, by a password or a token, and what is refused by whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.settings import Relay
from helpdesk.submission.opening import probe
from helpdesk.submission.session import RelayUnreachable
from helpdesk.submission.trouble import RelayFault
from jobs.relay import SmtpRelay
from tests.helpdesk.imap.scripted import ScriptedImap
from tests.jobs.deliveries import MAIL, QUICK, SENDER, TO
from tests.support.relay import DROP, ScriptedRelay

ME = "me@shop.example"


def named(relay: ScriptedRelay, **changed: str) -> Relay:
    return replace(Relay("smtp", "127.0.0.1", relay.port, ME, "secret", "off"), **changed)  # type: ignore[arg-type]


def fault_of(relay: Relay, sender: str = "") -> tuple[RelayFault, int | None]:
    with pytest.raises(RelayUnreachable) as told:
        probe(relay, "help.shop.example", QUICK, sender=sender)
    return told.value.fault, told.value.code


def test_a_password_or_a_token_lets_in_and_no_mail_is_sent() -> None:
    with ScriptedRelay(accounts={ME: "secret"}) as relay:
        assert (
            probe(named(relay), "help.shop.example", QUICK, sender="support@shop.example") is False
        )
        probe(named(relay, password="", token="secret"), "help.shop.example", QUICK)
        assert relay.signed_in == [f"PLAIN {ME}", f"XOAUTH2 {ME}"]
        assert relay.mails == []
        assert "MAIL FROM:<support@shop.example>" in relay.lines


def test_what_is_wrong_says_with_what() -> None:
    with ScriptedRelay(accounts={ME: "secret"}) as relay:
        assert fault_of(named(relay, password="wrong")) == (RelayFault.REFUSED, 535)
        assert fault_of(named(relay, token="old")) == (RelayFault.REFUSED, 535)
        assert fault_of(named(relay, tls="required")) == (RelayFault.UNTRUSTED, None)
        relay.plan("mail", "553 5.7.1 not yours", "451 4.3.0 slowly")
        assert fault_of(named(relay), ME) == (RelayFault.SENDER, 553)
        assert fault_of(named(relay), ME) == (RelayFault.LIMIT, 451)
        relay.plan("auth", "454 4.7.0 later")
        assert fault_of(named(relay)) == (RelayFault.UNREACHABLE, 454)
        relay.plan("mail", DROP)
        assert fault_of(named(relay), ME) == (RelayFault.UNREACHABLE, None)
    assert fault_of(named(relay)) == (RelayFault.UNREACHABLE, None)
    with ScriptedRelay() as relay:
        assert fault_of(named(relay, token="any")) == (RelayFault.REFUSED, None)


def test_a_token_that_was_refused_is_asked_for_anew_once() -> None:
    asked = []

    def token(refused: str) -> tuple[str, str]:
        asked.append(refused)
        return ME, "new" if refused else "old"

    with ScriptedRelay(accounts={ME: "new"}) as relay:
        sender = SmtpRelay(
            named(relay, password=""), own_name="localhost", timeouts=QUICK, token=token
        )
        assert sender.send(SENDER, TO, MAIL).kind == "sent"
        assert asked == ["", "old"]
        sender.close()
        relay.accounts = {ME: "newer"}
        outcome = sender.send(SENDER, TO, MAIL)
        assert (outcome.kind, outcome.fault, outcome.code) == ("unreachable", "consent", 535)
        assert asked == ["", "old", "", "old"]


def test_another_port_or_another_encryption_is_named() -> None:
    with ScriptedRelay() as relay, pytest.raises(RelayUnreachable) as told:
        probe(named(relay, scheme="smtps"), "help.shop.example", QUICK)
    assert "no TLS from the first byte at this port" in str(told.value)
    with ScriptedImap({}) as imap, pytest.raises(RelayUnreachable) as told:
        probe(Relay("smtp", "127.0.0.1", imap.port, "", "", "off"), "help.shop.example", QUICK)
    assert "there is a server, but it is no SMTP server" in str(told.value)
