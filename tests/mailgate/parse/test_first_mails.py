"""Two hundred mails that open a ticket, in ten languages: nothing of what they wish is folded."""

from __future__ import annotations

import json
from email.header import Header
from pathlib import Path
from typing import Any

import pytest

from helpdesk.vocabulary import MessageKind
from mailgate.parse import ParsedMail, read_mail

MAILS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "fixtures" / "first_mails.json").read_text("utf-8")
)
LANGUAGES = sorted({mail["language"] for mail in MAILS})


def _read(mail: dict[str, Any]) -> ParsedMail:
    subject = Header(mail["subject"], "utf-8").encode().replace("\n", "\r\n")
    sender = Header(mail["from"], "utf-8").encode()
    head = (
        f"From: {sender} <ann@example.org>\r\nTo: support@shop.example\r\nSubject: {subject}\r\n"
        "Date: Mon, 12 Oct 2026 10:00:00 +0000\r\nMessage-ID: <a1@example.org>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return read_mail((head + mail["text"]).encode())


def test_there_are_two_hundred_in_ten_languages() -> None:
    assert (len(MAILS), len(LANGUAGES)) == (200, 10)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wish_is_in_the_reply(language: str) -> None:
    for mail in MAILS:
        if mail["language"] == language:
            read = _read(mail)
            assert read.kind == MessageKind.MESSAGE, mail["shape"]
            assert not read.quoted, mail["shape"]
            missing = [wish for wish in mail["wish"] if wish not in read.reply]
            assert not missing, (mail["shape"], missing, read.reply)
