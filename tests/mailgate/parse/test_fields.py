"""Header fields: split, mended, decoded."""

from __future__ import annotations

import pytest

from mailgate.parse import fields, limits, read_mail
from mailgate.parse.addresses import read_addresses, read_date
from mailgate.parse.mail import MailAddress
from mailgate.parse.params import parameters, split_value
from mailgate.parse.reader import message_ids, scan_headers
from mailgate.parse.words import decode_text

NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(120)
)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ?=", "Grüße"),
        ("=?utf-8?b?44GT44KT?= =?utf-8?b?44Gr?=", "こんに"),
        ("=?utf-8?b?44E=?= =?utf-8?b?kw==?=", "こ"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("a =?utf-8?q?b?=\r\n c", "a b c"),
        ("=?utf-8?q?a b c?=", "a b c"),
        ("=?utf-8*en?q?x?=", "x"),
        ("=?iso-8859-1?Q?Die_Fr\udcf6sche?=", "Die Frösche"),
        ("R\udce9clamation", "Réclamation"),
        ("x\r\n y\r\n\tz", "x y z"),
        ("=?utf-8?q?a=0D=0ABcc=3A_x?=", "a Bcc: x"),
        ("=?punycode?q?a-b?=", "a-b"),
        ("100=?", "100=?"),
        ("a\0b", "ab"),
    ],
)
def test_encoded_words(field: str, text: str) -> None:
    assert decode_text(field) == text


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("Ann <Ann@Example.ORG>", [MailAddress("Ann", "Ann@example.org")]),
        ("ann@example.org (Ann)", [MailAddress("Ann", "ann@example.org")]),
        (
            '"Doe, John" <j@example.org>, b@example.org',
            [MailAddress("Doe, John", "j@example.org"), MailAddress("", "b@example.org")],
        ),
        ("=?utf-8?q?Gr=C3=BCn?= <g@example.org>", [MailAddress("Grün", "g@example.org")]),
        ('"=?utf-8?q?Gr=C3=BCn?=" <g@example.org>', [MailAddress("Grün", "g@example.org")]),
        ("Gr\udcfcn <g@example.org>", [MailAddress("Grün", "g@example.org")]),
        ("clement@example.com.", [MailAddress("", "clement@example.com.")]),
        ("Bob bb@example.com", [MailAddress("Bob", "bb@example.com")]),
        ('"finances@example.com"', [MailAddress("", "finances@example.com")]),
        (
            "Team: a@example.org, b@example.org;",
            [MailAddress("", "a@example.org"), MailAddress("", "b@example.org")],
        ),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("", []),
    ],
)  # fmt: skip
def test_addresses(field: str, found: list[MailAddress]) -> None:
    assert list(read_addresses([field])) == found


@pytest.mark.parametrize(
    ("field", "iso"),
    [
        ("Mon, 23 Nov 2026 10:44:36 +0200", "2026-11-23T08:44:36+00:00"),
        ("23 Nov 26 10:44 GMT (a comment)", "2026-11-23T10:44:00+00:00"),
        ("Thu Apr 29 2010 00:00:00 -0000", "2010-04-29T00:00:00+00:00"),
        ("yesterday", None),
        ("Mon, 99 Foo 99999 99:99:99", None),
        (None, None),
    ],
)
def test_dates(field: str | None, iso: str | None) -> None:
    found = read_date(field)
    assert (found.isoformat() if found else None) == iso


def test_message_ids() -> None:
    assert message_ids(["<a@x>\r\n <b@x> <a@x>"]) == ("a@x", "b@x")
    assert message_ids(["a@x b@x"]) == ("a@x", "b@x")
    assert message_ids(["=?utf-8?q?=3Ca=40x=3E?="]) == ("a@x",)
    assert message_ids(["<@>", "", "nonsense"]) == ("@",)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('attachment; filename="a.pdf"', "a.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ("attachment; filename*=utf-8''Gr%C3%BCn.pdf", "Grün.pdf"),
        ("attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BCn; filename*2=.pdf", "Grün.pdf"),
        ("attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ('attachment; filename="=?utf-8?q?Gr=C3=BCn?=.pdf"', "Grün.pdf"),
        ("attachment; filename*=undefined''a.pdf", "a.pdf"),
        ("attachment; filename*=idna''" + "a" * 80 + ".pdf", "a" * 80 + ".pdf"),
        ("attachment; filename*=x; filename*1=y", "xy"),
        ('attachment; filename="Hofj\udce4ger.png"', "Hofjäger.png"),
        ('attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        ('attachment; filename="unclosed.pdf', "unclosed.pdf"),
    ],
)
def test_parameters(field: str, name: str) -> None:
    assert parameters(split_value(field)[1])["filename"] == name


def test_a_missing_semicolon_is_mended() -> None:
    assert split_value("text/plain charset=utf-8") == ("text/plain", "charset=utf-8")
    assert split_value("TEXT/Plain (comment); x=y")[0] == "text/plain"


def test_a_line_that_lost_its_indent_does_not_end_the_header() -> None:
    raw = b"Subject: One\r\nNet Business\r\nFrom: a@example.org\r\n\r\nbody"
    mail = read_mail(raw)
    assert (mail.subject, mail.text) == ("One Net Business", "body")
    assert "a header line is broken" in mail.defects


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"From x Mon\nFrom: a@example.org\nSubject: s\n\nbody", "body"),
        (b"From: a@example.org\rSubject: s\r\rbody", "body"),
        (b"From: a@example.org\r\r\nSubject: s\r\r\n\r\r\nbody", "body"),
        (b"\n\nFrom: a@example.org\nSubject: s\n\nbody", "body"),
        (b"From : a@example.org\nSubject : s\n\nbody", "body"),
        (b"Subject:\n \n s\nFrom: a@example.org\n\nbody", "body"),
        (b"From: a@example.org\nSubject: s\nThis is the body", "This is the body"),
    ],
)
def test_broken_line_ends(raw: bytes, text: str) -> None:
    mail = read_mail(raw)
    assert (mail.subject, mail.sender, mail.text) == ("s", MailAddress("", "a@example.org"), text)


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


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"X: y\n" * 1001, "more than 1000 fields"),
        (b"Received: x\n" * 51, "go in circles"),
        (b"X-Long: " + b"a" * 33_000, "X-Long field is too long"),
        (b"From: " + b"a" * 5_000, "From field is too long"),
        ((b"X-Long: " + b"a" * 30_000 + b"\n") * 4, "header is too long"),
        (b"A: b\n\n" + b"\n" * 500_001, "lines"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 1_001, "boundaries"),
        (NESTED, "containers"),
    ],
)  # fmt: skip
def test_a_mail_over_a_limit_is_refused_by_name(raw: bytes, words: str) -> None:
    with pytest.raises(limits.MailTooComplexError, match=words):
        read_mail(raw)
    assert "only the header was read" in scan_headers(raw).defects


def test_a_long_list_of_recipients_is_cut_with_a_defect() -> None:
    raw = (
        b"From: a@x.example\nTo: "
        + b", ".join(b"u%d@x.example" % i for i in range(4000))
        + b"\n\nhi"
    )
    mail = read_mail(raw)
    assert mail.text == "hi"
    assert "the To field is too long, and was cut" in mail.defects


def test_the_fields_of_the_judgement_are_kept() -> None:
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
