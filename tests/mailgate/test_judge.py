"""Which mails may get an automatic answer: every row of the rules, one mail each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailgate.filing.judge import may_acknowledge
from mailgate.parse import Address, InboundMail

SUPPORT = "support@shop.example"
ANN = InboundMail(sender=Address("Ann", "ann@mail.example"), to=(Address("", SUPPORT),))


def may(mail: InboundMail, envelope_from: str = "ann@mail.example") -> bool:
    return may_acknowledge(mail, envelope_from, {SUPPORT})


def with_fields(*fields: tuple[str, str]) -> InboundMail:
    return replace(ANN, headers=fields)


def test_a_person_who_writes_to_us_is_answered() -> None:
    assert may(ANN)
    assert may(replace(ANN, to=(), cc=(Address("", "Support+Tag@Shop.example"),)))


@pytest.mark.parametrize(
    "kind", ["auto_reply", "bounce", "delayed", "delivered", "feedback_report", "list"]
)
def test_machines_are_not(kind: str) -> None:
    assert not may(replace(ANN, kind=kind))  # type: ignore[arg-type]


def test_nor_is_who_cannot_be_answered() -> None:
    assert not may(ANN, envelope_from="")
    assert not may(replace(ANN, sender=None))
    assert not may(with_fields(("return-path", "<>")))


@pytest.mark.parametrize(
    ("name", "value", "answered"),
    [
        ("auto-submitted", "no", True),
        ("auto-submitted", "No (by hand)", True),
        ("auto-submitted", "", True),
        ("auto-submitted", "auto-replied", False),
        ("auto-submitted", "auto-generated; owner=x", False),
        ("auto-submitted", "(a comment) auto-notified", False),
        ("x-auto-response-suppress", "DR, AutoReply", False),
        ("x-auto-response-suppress", "OOF", False),
        ("x-auto-response-suppress", "all", False),
        ("x-auto-response-suppress", "DR, RN", True),
        ("x-autoreply", "yes", False),
        ("x-autorespond", "", False),
        ("x-autoresponder", "v1", False),
        ("x-loop", "x", False),
        ("precedence", "bulk", False),
        ("precedence", "JUNK", False),
        ("precedence", "list", False),
        ("precedence", "auto_reply", False),
        ("precedence", "first-class", True),
        ("list-id", "<news.shop.example>", False),
        ("list-unsubscribe", "<mailto:x@y>", False),
        ("list-post", "<mailto:x@y>", False),
        ("feedback-id", "1:2:3", False),
        ("return-path", "<ann@mail.example>", True),
        ("subject", "auto-replied", True),
    ],
)
def test_a_field_that_says_so_stops_the_answer(name: str, value: str, answered: bool) -> None:
    assert may(with_fields((name, value))) is answered


def test_a_second_field_counts_as_the_first_does() -> None:
    assert not may(with_fields(("auto-submitted", "no"), ("auto-submitted", "auto-replied")))


@pytest.mark.parametrize(
    ("address", "answered"),
    [
        ("noreply@shop.example", False),
        ("No-Reply@shop.example", False),
        ("no_reply@shop.example", False),
        ("noreply-billing@shop.example", False),
        ("do-not-reply@shop.example", False),
        ("donotreply+x@shop.example", False),
        ("mailer-daemon@shop.example", False),
        ("postmaster@shop.example", False),
        ("bounces@shop.example", False),
        ("nora.reply@shop.example", True),
        ("bounce.house.hire@shop.example", True),
    ],
)
def test_nobody_reads_the_answer_there(address: str, answered: bool) -> None:
    assert may(replace(ANN, sender=Address("", address))) is answered
    assert may(replace(ANN, reply_to=(Address("", address),))) is answered


def test_who_only_has_us_in_blind_copy_is_not_answered() -> None:
    assert not may(replace(ANN, to=(Address("", "bob@mail.example"),)))
