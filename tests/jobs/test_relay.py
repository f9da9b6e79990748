"""The relay's side of a mail, against a relay that does what the test says."""

from __future__ import annotations

import ssl
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from helpdesk.settings import Relay, SettingError
from helpdesk.submission.opening import tls_context
from jobs.relay import CaptureRelay, Relays, SmtpRelay
from tests.conftest import MakeSettings
from tests.jobs.deliveries import MAIL, QUICK, SENDER, TO, client, send
from tests.support.relay import DROP, HANG, ScriptedRelay, Slow, make_certificate


def test_a_mail_arrives_as_it_was_with_its_envelope(relay: ScriptedRelay) -> None:
    outcome = send(relay)
    assert (outcome.kind, outcome.code, outcome.text) == ("sent", 250, "2.0.0 queued as 1")
    [taken] = relay.mails
    assert (taken.envelope_from, taken.recipient, taken.content) == (SENDER, TO, MAIL)
    assert taken.mail_options == f"SIZE={len(MAIL)}"


def test_one_connection_serves_many_mails(relay: ScriptedRelay) -> None:
    sender = client(relay)
    assert [sender.send(SENDER, TO, MAIL).kind for _ in range(5)] == ["sent"] * 5
    assert relay.connections == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "content"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 4.7.1 greylisted, come back", "deferred"),
        ("421 4.3.2 shutting down", "deferred"),
        ("550 5.1.1 no such user", "failed"),
        ("554 5.7.1 refused", "failed"),
        ("530 5.7.0 authentication required", "deferred"),
    ],
)
def test_a_refusal_is_what_its_first_digit_says_and_the_next_mail_goes(
    relay: ScriptedRelay, stage: str, answer: str, kind: str
) -> None:
    relay.plan(stage, answer)
    sender = client(relay)
    outcome = sender.send(SENDER, TO, MAIL)
    assert (outcome.kind, f"{outcome.code} {outcome.text}") == (kind, answer)
    assert sender.send(SENDER, TO, MAIL).kind == "sent"


@pytest.mark.parametrize("action", [HANG, DROP, "garbage"])
@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        ("connect", "unreachable"),
        ("ehlo", "unreachable"),
        ("mail", "deferred"),
        ("rcpt", "deferred"),
        ("data", "deferred"),
        ("content", "uncertain"),
    ],
)
def test_what_a_lost_connection_means_depends_on_when(
    relay: ScriptedRelay, stage: str, kind: str, action: object
) -> None:
    relay.plan(stage, action)
    if stage == "ehlo" and action == "garbage":
        relay.plan(stage, action)  # HELO is tried after a failed EHLO
    began = time.monotonic()
    sender = client(relay)
    outcome = sender.send(SENDER, TO, MAIL)
    assert (outcome.kind, outcome.code) == (kind, None)
    assert outcome.text
    assert time.monotonic() - began < 2
    assert sender.send(SENDER, TO, MAIL).kind == "sent"


@pytest.mark.parametrize("banner", ["554 no service here", "421 too busy"])
def test_a_relay_that_will_not_talk_to_us_says_nothing_about_the_mail(
    relay: ScriptedRelay, banner: str
) -> None:
    relay.plan("connect", banner)
    outcome = send(relay)
    assert (outcome.kind, outcome.code) == ("unreachable", int(banner[:3]))


@pytest.mark.parametrize("how", [DROP, "421 4.4.2 idle too long"])
def test_a_kept_connection_that_the_relay_ended_is_opened_again(
    relay: ScriptedRelay, how: object
) -> None:
    sender = client(relay)
    sender.send(SENDER, TO, MAIL)
    relay.plan("mail", how)
    assert sender.send(SENDER, TO, MAIL).kind == "sent"
    assert relay.connections == 2


def test_a_slow_relay_is_waited_for(relay: ScriptedRelay) -> None:
    relay.plan("content", Slow(0.3))
    assert send(relay).kind == "sent"


def test_a_relay_that_is_not_there_is_told_quickly() -> None:
    with ScriptedRelay() as gone:
        pass
    outcome = send(gone)
    assert outcome.kind == "unreachable"
    assert "refused" in outcome.text


def test_an_exchange_can_be_cut_off_from_another_thread(relay: ScriptedRelay) -> None:
    relay.plan("content", HANG)
    named = Relay("smtp", "127.0.0.1", relay.port)
    sender = SmtpRelay(named, own_name="localhost", timeouts=replace(QUICK, end=20))
    threading.Timer(0.3, sender.abort).start()
    began = time.monotonic()
    assert sender.send(SENDER, TO, MAIL).kind == "uncertain"
    assert time.monotonic() - began < 5


def test_letters_beyond_ascii_need_smtputf8_in_the_name_and_none_in_the_domain() -> None:
    with ScriptedRelay() as plain:
        outcome = send(plain, to="jürgen@example.org")
        assert (outcome.kind, "SMTPUTF8" in outcome.text) == ("failed", True)
        assert send(plain, to="ann@bücher.example").kind == "sent"
        assert plain.mails[0].recipient == "ann@xn--bcher-kva.example"
    with ScriptedRelay(extensions=("SMTPUTF8", "8BITMIME")) as modern:
        assert send(modern, to="jürgen@bücher.example").kind == "sent"
        assert modern.mails[0].recipient == "jürgen@xn--bcher-kva.example"
        assert modern.mails[0].mail_options == "BODY=8BITMIME SMTPUTF8"


def test_certificates_are_checked_but_for_a_relay_on_this_machine() -> None:
    elsewhere, here = tls_context("relay.example"), tls_context("127.0.0.1")
    assert (elsewhere.verify_mode, elsewhere.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert here.verify_mode == ssl.CERT_NONE


def test_the_second_relay_takes_over_and_the_first_is_left_alone_for_a_while() -> None:
    now = [0.0]
    with ScriptedRelay() as first, ScriptedRelay() as second:
        first.plan("connect", "554 closed", "554 closed")
        both = Relays([client(first), client(second)], monotonic=lambda: now[0])
        kinds = [outcome.kind for outcome in both.send(SENDER, TO, MAIL)]
        assert kinds == ["unreachable", "sent"]
        both.send(SENDER, TO, MAIL)
        assert (first.connections, len(second.mails)) == (1, 2)
        now[0] = 31.0
        both.send(SENDER, TO, MAIL)
        assert first.connections == 2
        now[0] = 62.0
        assert [outcome.kind for outcome in both.send(SENDER, TO, MAIL)] == ["sent"]
        assert len(first.mails) == 1


@pytest.mark.parametrize("answer", ["451 later", "550 never"])
def test_a_relay_that_refuses_a_mail_was_reached(answer: str) -> None:
    with ScriptedRelay() as first, ScriptedRelay() as second:
        first.plan("rcpt", answer)
        outcomes = Relays([client(first), client(second)]).send(SENDER, TO, MAIL)
        assert (len(outcomes), second.mails) == (1, [])


def test_captured_mails_stand_in_a_maildir_whole(tmp_path: Path) -> None:
    outcome = CaptureRelay(tmp_path / "sent").send(SENDER, TO, MAIL)
    assert outcome.kind == "sent"
    [file] = (tmp_path / "sent" / "new").iterdir()
    assert file.read_bytes() == (
        b"Return-Path: <support+b1@shop.example>\nDelivered-To: ann@example.org\n"
        b"Subject: hello\n\nOne line.\n.a dot\n..\n"
    )
    assert list((tmp_path / "sent" / "tmp").iterdir()) == []


def test_a_folder_that_cannot_be_written_keeps_the_mail_waiting(tmp_path: Path) -> None:
    (tmp_path / "sent").write_text("a file where the folder should be")
    assert CaptureRelay(tmp_path / "sent").send(SENDER, TO, MAIL).kind == "unreachable"


def test_only_the_authority_that_is_named_vouches_for_a_relay(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    stranger = make_certificate(tmp_path)
    with ScriptedRelay(certificate=certificate) as relay:
        trusted = client(relay, host="localhost", authority=certificate[0])
        assert trusted.send(SENDER, TO, MAIL).tls
        for wrong in ({"authority": stranger[0]}, {"host": "127.0.0.1"}):
            given = {"host": "localhost", "authority": certificate[0], **wrong}
            outcome = client(relay, **given).send(SENDER, TO, MAIL)
            assert outcome.kind == "unreachable"
            assert "certificate" in outcome.text.lower()
        assert len(relay.mails) == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ("offered", 0)),
        ("?tls=required&rate=14/second", ("required", 14)),
        ("?rate=600/minute&tls=off", ("off", 10)),
    ],
)
def test_how_a_relay_is_named(
    make_settings: MakeSettings, query: str, expected: tuple[str, float]
) -> None:
    relay = make_settings(RELAY_URL=f"smtp://u%40x:p%2Fw@relay.test:587/{query}").relay
    assert (relay.tls, relay.per_second) == expected
    assert (relay.user, relay.password, relay.name) == ("u@x", "p/w", "smtp://relay.test:587")


@pytest.mark.parametrize("query", ["tls=maybe", "rate=9", "rate=0/second", "verify=no", "ca=/no"])
def test_what_a_relay_knows_nothing_of_is_refused(make_settings: MakeSettings, query: str) -> None:
    with pytest.raises(SettingError, match="POSTDESK_RELAY_URL"):
        make_settings(RELAY_URL=f"smtp://relay.test?{query}")
