"""Twice two hundred mails that open a ticket: nothing of what they wish is folded."""

from __future__ import annotations

import json
from email.header import Header
from pathlib import Path
from typing import Any

import pytest

from helpdesk.vocabulary import MessageKind
from mailgate.parse import ParsedMail, read_mail

FIXTURES = Path(__file__).parent / "fixtures"
SETS: dict[str, list[dict[str, Any]]] = {
    name: json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    for name in ("first_mails", "first_mails_more")
}
SETS_BY_LANGUAGE = [
    (name, language)
    for name, mails in SETS.items()
    for language in sorted({mail["language"] for mail in mails})
]


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


@pytest.mark.parametrize("name", SETS)
def test_there_are_two_hundred_in_ten_languages(name: str) -> None:
    languages = {mail["language"] for mail in SETS[name]}
    assert (len(SETS[name]), len(languages)) == (200, 10)


@pytest.mark.parametrize(("name", "language"), SETS_BY_LANGUAGE)
def test_every_wish_is_in_the_reply(name: str, language: str) -> None:
    for mail in SETS[name]:
        if mail["language"] == language:
            read = _read(mail)
            assert read.kind == MessageKind.MESSAGE, mail["shape"]
            assert not read.quoted, mail["shape"]
            missing = [wish for wish in mail["wish"] if wish not in read.reply]
            assert not missing, (mail["shape"], missing, read.reply)
