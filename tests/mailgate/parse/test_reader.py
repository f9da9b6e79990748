"""Whole mails, from the fixtures: what a page shows of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.parse import ParsedMail, fields, read_mail
from mailgate.parse.mail import MailAddress
from mailgate.parse.reader import message_ids, scan_headers

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


def test_message_ids() -> None:
    assert message_ids(["<a@x>\r\n <b@x> <a@x>"]) == ("a@x", "b@x")
    assert message_ids(["a@x b@x"]) == ("a@x", "b@x")
    assert message_ids(["=?utf-8?q?=3Ca=40x=3E?="]) == ("a@x",)
    assert message_ids(["<@>", "", "nonsense"]) == ("@",)


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (b"From: a@x.example\nFrom: b@x.example\n\n", "there are several From fields"),
        (b"From: a@x.example, b@x.example\n\n", "there are several senders"),
        (
            b'From: "staff@corp.example" <evil@x.example>\n\n',
            "the sender's name shows another address",
        ),
        (b"Subject: a\nSubject: b\nFrom: a@x.example\n\n", "there are several Subject fields"),
        (b"Subject: a\n\n", "no sender's address can be found"),
        (b"", "there is no header"),
    ],
)
def test_what_is_wrong_is_said(raw: bytes, defect: str) -> None:
    assert defect in read_mail(raw).defects


def test_the_fields_that_later_decisions_need_are_kept() -> None:
    raw = (
        b"Received: x\nReceived: y\nAuto-Submitted: no\nList-Id: <l.example>\nReturn-Path: <>\n"
        b"X-Postdesk-Loop: z\nX-Other: w\nFrom: a@x.example\n\n"
    )
    kept = dict(read_mail(raw).headers)
    assert kept["received-count"] == "2"
    assert kept["auto-submitted"] == "no"
    assert kept["return-path"] == "<>"
    assert kept["x-postdesk-loop"] == "z"
    assert "x-other" not in kept


def test_the_scan_reads_the_header_of_anything() -> None:
    found = scan_headers(
        b"From: Ann <a@x.example>\nSubject: =?utf-8?q?=C3=A9?=\n\nbody" + b"\n" * 9
    )
    assert (found.subject, found.sender) == ("é", MailAddress("Ann", "a@x.example"))
    assert scan_headers(bytes(range(256)) * 900).subject == ""
    assert fields.split(b"").fields == []
