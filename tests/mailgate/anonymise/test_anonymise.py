"""An anonymised copy: not a word of the mail is in it, and it is read just as the mail is."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from mailgate.anonymise.anonymise import anonymise
from mailgate.anonymise.apart import NoCopyError, anonymise_apart
from mailgate.anonymise.parse_report import report_parse
from mailgate.parse.isolated import Reader
from tests.mailgate.parse.test_reader import FIXTURES

KEY = b"the same words each run"
SECRETS = ("Gwendolyn", "Hawthorne", "gwen.hawthorne", "Größenwahn", "Привет", "田中", "4111",
           "teapot", "invoice-hawthorne")  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def letter() -> bytes:
    mail = EmailMessage()
    mail["From"] = "Gwendolyn Hawthorne <gwen.hawthorne@mail.example>"
    mail["To"] = "support@shop.example"
    mail["Subject"] = "Größenwahn: mein Привет an 田中"
    mail["Message-ID"] = "<gwen.hawthorne.4111@mail.example>"
    mail["Date"] = "Mon, 23 Nov 2026 09:00:00 +0000"
    mail.set_content(
        "Hello, my teapot is broken, says 田中. Card 4111 1111 1111 1111. " + "Größenwahn " * 9
        + "\n\nOn Mon, 23 Nov 2026 at 10:00, Shop <support@shop.example> wrote:\n"
        "> Dear Gwendolyn Hawthorne,\n> which teapot?\n",
        cte="quoted-printable",
    )  # fmt: skip
    mail.add_alternative(
        '<div class="gmail_quote">My <b title="teapot">teapot</b>&nbsp;Привет '
        '<img src="cid:teapot@x"></div>', subtype="html", cte="base64",
    )  # fmt: skip
    mail.add_attachment(
        b"%PDF-1.4 Gwendolyn Hawthorne", maintype="application", subtype="pdf",
        filename="invoice-hawthorne.pdf",
    )  # fmt: skip
    return mail.as_bytes()


def test_no_word_is_left_and_the_copy_is_read_alike(reader: Reader) -> None:
    report = report_parse(reader, letter(), KEY)
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


def test_letters_keep_script_shape_and_company(reader: Reader) -> None:
    read = reader.read(report_parse(reader, letter(), KEY).copy).mail
    shape = r"[A-Z][^\W\d_]{9}: [a-z]{4} [А-Я][а-ѿ]{5} [a-z]{2} [一-鿿]{2}"
    assert re.fullmatch(shape, read.subject)
    assert read.sender is not None
    first = read.sender.name.split()[0]
    assert re.search(rf"^> [A-Z][a-z]{{3}} {first} ", read.quoted, re.M), (
        "the same word became the same other word"
    )
    assert "On Mon, 23 Nov 2026 at 10:00" in read.quoted
    assert read.attachments[0].filename.endswith(".pdf")


def test_another_copy_has_other_words() -> None:
    assert anonymise(letter()) != anonymise(letter())


def test_what_is_odd_about_a_mail_stays(reader: Reader) -> None:
    paths = [path for path in FIXTURES.glob("*.eml") if path.stem != "winmail"]
    assert len(paths) >= 9
    for path in paths:
        report = report_parse(reader, path.read_bytes(), KEY)
        assert report.shows_the_same, (path.stem, report.differences)


def test_a_copy_that_does_not_show_it_says_so(reader: Reader) -> None:
    """What stands in a winmail.dat cannot be made over: it is blank in the copy."""
    report = report_parse(reader, (FIXTURES / "winmail.eml").read_bytes(), KEY)
    assert [line.partition(":")[0] for line in report.differences] == ["files"]


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


HIDDEN = b"""\
From: Gwendolyn Hawthorne <gwen.hawthorne@mail.example>
Subject: Call +33 6 12 34 56 78
Date: Mon, 23 Nov 2026 12:00:00 +0000 (Gwendolyn)
X-Originating-IP: [198.51.100.7]
Content-Type: multipart/mixed; boundary=b; x-owner="Hawthorne"

--b
Content-Type: text/html; charset=utf-8

<body background="http://hawthorne.example/teapot.png" id="teapot"><blockquote type="cite"
 cite="mid:gwen.hawthorne@mail.example"><p style="color:red;background:url('http://teapot.example')"
 aria-label="Gwendolyn" class="hawthorne">&#71;&#119;&#101;&#110;: 06 12 34 56 78</p>
<img srcset="http://hawthorne.example/a.png 2x"> On Monday, Gwen <gwen.hawthorne@mail.example> wrote
</blockquote></body>
--b
Content-Type: application/octet-stream; name=x.bin
Content-Transfer-Encoding: base64

R3dlbmRvbHluIEhhd3Rob3JuZSwgYm9ybiB0byBtYWtlIHRlYXBvdHM=
--b--
"""


def test_what_nobody_sees_of_a_mail_tells_nobody_either(reader: Reader) -> None:
    report = report_parse(reader, HIDDEN, KEY)
    assert report.shows_the_same, report.differences
    said = report.copy.decode()
    for secret in (*SECRETS, "12 34 56 78", "198.51.100", "&#71;", "R3dlbmRvbHlu"):
        assert secret.lower() not in said.lower(), secret
    assert 'type="cite"' in said
    assert "color:red" in said


def test_no_mail_makes_a_copy_slow() -> None:
    """One that never ends: read through for each beginning, it would take hours of CPU."""
    raw = b"From: a@mail.example\n\n" + b"begin 644 a\n" * 150_000
    assert len(anonymise_apart(raw, seconds=20)) == len(raw)


def test_what_cannot_be_copied_stops_nothing() -> None:
    with pytest.raises(NoCopyError):
        anonymise_apart(b"From: a@mail.example\n\n" + b"word " * 1_000_000, seconds=1)
