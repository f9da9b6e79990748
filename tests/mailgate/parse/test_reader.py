"""Whole mails, from the fixtures: what a page shows of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.parse import ParsedMail, read_mail

FIXTURES = Path(__file__).parent / "fixtures"


def _read(name: str) -> ParsedMail:
    return read_mail((FIXTURES / f"{name}.eml").read_bytes())


@pytest.mark.parametrize(
    ("name", "kind", "reply", "files"),
    [
        ("file-beside-text", "message", "Grüße", ["é.png"]),
        ("html-reply", "message", "It came.", []),
        ("interleaved-signature", "message", "> One?\n\nYes.\n\n> Two?\n\nNo.", []),
        ("winmail", "message", "plain", ["winmail.dat", "Grün.pdf"]),
        ("invitation", "message", "Come", ["invitation.ics"]),
        ("japanese-7bit", "message", "こんにちは、世界。", []),
        ("uuencoded-flowed", "message", "Here it is.", ["hello.txt"]),
        ("attached-mail", "message", "See below.", ["inner.eml"]),
        ("bounce-report", "bounce", "Your mail could not be delivered.", None),
        ("bounce-prose", "bounce", None, []),
    ],
)
def test_a_mail(name: str, kind: str, reply: str | None, files: list[str] | None) -> None:
    mail = _read(name)
    assert mail.kind == kind
    assert mail.defects == ()  # nothing is wrong with these
    if reply is not None:
        assert mail.reply == reply
    if files is not None:
        assert [a.filename for a in mail.attachments] == files


def test_the_header_of_a_mail() -> None:
    mail = _read("japanese-7bit")
    assert mail.sender is not None
    assert (mail.sender.name, mail.sender.address) == ("田中", "tanaka@example.com")
    assert mail.subject == "お問い合わせ"


@pytest.mark.parametrize("name", ["bounce-report", "bounce-prose"])
def test_a_bounce_names_what_it_is_about(name: str) -> None:
    mail = _read(name)
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == ["nobody@y.example"]
    assert mail.bounce.original_message_id == "sent@shop.example"


def test_reading_is_pure() -> None:
    for path in FIXTURES.glob("*.eml"):
        raw = path.read_bytes()
        assert read_mail(raw) == read_mail(raw)
