"""An anonymised copy: not a word of the mail is in it, and it is read just as the mail is."""

from __future__ import annotations

import pytest

from mailgate.anonymise.anonymise import anonymise
from mailgate.anonymise.parse_report import report_parse
from mailgate.parse.isolated import Reader
from tests.mailgate.anonymise.secret_mail import KEY, SECRETS, secret_mail


def test_no_word_is_left_and_the_copy_is_read_alike(reader: Reader) -> None:
    report = report_parse(reader, secret_mail(), KEY)
    assert report.shows_the_same, report.differences
    read = reader.read(report.copy).mail
    everything = "\n".join(
        (report.copy.decode(), read.text, read.subject, read.html or "", repr(read.sender),
         repr(read.attachments), *(a.content.decode("latin-1") for a in read.attachments))
    )  # fmt: skip
    for secret in SECRETS:
        assert secret.lower() not in everything.lower(), secret
    assert b"gmail_quote" not in report.copy, "it stands in base64"
    assert "gmail_quote" in (read.html or "") or "<div" in (read.html or "")


def test_another_copy_has_other_words() -> None:
    assert anonymise(secret_mail()) != anonymise(secret_mail())


@pytest.mark.parametrize(
    "raw",
    [b"", b"\r\n", b"no header at all", b"Subject: x", b"Content-Type: text/plain; charset=zlib\r\n"
     b"\r\n\xff\xfe", b"Content-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!\r\n",
     b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\n--b--", b"\0" * 500],
)  # fmt: skip
def test_anything_at_all_can_be_copied(raw: bytes) -> None:
    assert len(anonymise(raw, KEY)) == len(raw)


def test_a_broken_encoding_stays_broken(reader: Reader) -> None:
    raw = (
        b"From: a@mail.example\r\nSubject: =?utf-8?B?broken=?=\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"SGVsbG8gd29y*bGQhIQ\r\n"
    )
    report = report_parse(reader, raw, KEY)
    before, after = reader.read(raw).mail, reader.read(report.copy).mail
    assert before.defects == after.defects != ()
    assert b"SGVsbG8" not in report.copy
