"""Aggregate reports (RFC 7489, RFC 8460) and complaints, and what only looks like them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from mailgate.parse import read_mail, reports
from mailgate.parse.isolated import Reader
from mailgate.parse.mail import AggregateReport, ParsedMail
from tests.mailgate.parse.build import file, multipart, part, text

_RECORD = b"""<record><row><source_ip>192.0.2.1</source_ip><count>%d</count><policy_evaluated>
<disposition>%s</disposition><dkim>%s</dkim><spf>%s</spf></policy_evaluated></row>
<identifiers><header_from>shop.example</header_from></identifiers></record>"""
DMARC = (
    b"""<?xml version="1.0" encoding="UTF-8" ?><feedback><report_metadata>
<org_name>big.example</org_name><report_id>1</report_id>
<date_range><begin>1791763200</begin><end>1791849599</end></date_range></report_metadata>
<policy_published><domain>Shop.example</domain><adkim>r</adkim><p>quarantine</p><pct>100</pct>
</policy_published>"""
    + _RECORD % (40, b"none", b"pass", b"fail")
    + _RECORD % (2, b"none", b"fail", b"pass")
    + _RECORD % (3, b"quarantine", b"fail", b"fail")
    + _RECORD % (1, b"reject", b"fail", b"fail")
    + b"</feedback>"
)
READ = AggregateReport(
    "dmarc",
    "big.example",
    "shop.example",
    datetime(2026, 10, 12, tzinfo=UTC),
    datetime(2026, 10, 12, 23, 59, 59, tzinfo=UTC),
    42,
    4,
    (("quarantine", 3), ("reject", 1)),
    "quarantine",
)
TLS = {
    "organization-name": "big.example",
    "date-range": {
        "start-datetime": "2026-10-12T00:00:00Z",
        "end-datetime": "2026-10-12T23:59:59Z",
    },
    "report-id": "x",
    "policies": [
        {
            "policy": {"policy-type": "sts", "policy-domain": "shop.example"},
            "summary": {"total-successful-session-count": 7, "total-failure-session-count": 2},
        }
    ],
}
NAME = b"big.example!shop.example!1791763200!1791849599"
SUBJECT = b"Report Domain: shop.example Submitter: big.example Report-ID: <1>"


def _zip(*contents: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.xml", content)
    return packed.getvalue()


def _raw(
    content: bytes,
    *,
    ending: bytes = b".xml.gz",
    kind: bytes = b"application/gzip",
    subject: bytes = SUBJECT,
    sender: bytes = b"noreply-dmarc@big.example",
    subtype: bytes = b"mixed",
    name: bytes = NAME,
) -> bytes:
    head = b"From: " + sender + b"\nTo: dmarc@shop.example\nSubject: " + subject + b"\n"
    disposition = b'Content-Disposition: attachment; filename="' + name + ending + b'"'
    return head + multipart(text(b"A report."), file(content, kind, disposition), subtype=subtype)


def _kind_of(mail: ParsedMail) -> tuple[str, AggregateReport | None]:
    return mail.kind, mail.report


@pytest.mark.parametrize(
    ("content", "ending", "kind"),
    [
        (gzip.compress(DMARC), b".xml.gz", b"application/gzip"),
        (gzip.compress(DMARC), b".xml.gz", b"application/octet-stream"),
        (_zip(DMARC), b".zip", b"application/zip"),
        (_zip(DMARC, method=zipfile.ZIP_STORED), b".zip", b"application/x-zip-compressed"),
        (DMARC, b".xml", b"text/xml"),
    ],
)
def test_a_dmarc_report(content: bytes, ending: bytes, kind: bytes) -> None:
    raw = _raw(content, ending=ending, kind=kind)
    assert _kind_of(read_mail(raw)) == ("feedback_report", READ)
    odd = raw.replace(SUBJECT, b"[Preview] Report Domain: shop.example")
    assert _kind_of(read_mail(odd)) == ("feedback_report", READ)


def test_a_report_crosses_the_readers_pipe() -> None:
    with Reader(fork=True) as reader:
        assert reader.read(_raw(gzip.compress(DMARC))).mail.report == READ


def test_a_tls_report() -> None:
    content = gzip.compress(json.dumps(TLS).encode())
    raw = _raw(
        content,
        ending=b".json.gz",
        kind=b"application/tlsrpt+gzip",
        subtype=b'report; report-type="tlsrpt"',
    )
    mail = read_mail(raw)
    assert mail.kind == "feedback_report"
    assert mail.report is not None
    assert (mail.report.kind, mail.report.domain, mail.report.policy) == (
        "tls",
        "shop.example",
        "sts",
    )
    assert (mail.report.passed, mail.report.failed) == (7, 2)


@pytest.mark.parametrize(
    "content",
    [
        _zip(DMARC, DMARC),
        gzip.compress(b" " * (reports.LARGEST + 1) + DMARC),
        _zip(b" " * (reports.LARGEST + 1) + DMARC),
        gzip.compress(DMARC.replace(b"<feedback>", b"<!DOCTYPE feedback><feedback>")),
        gzip.compress(
            DMARC.replace(b"<feedback>", b'<!DOCTYPE f [<!ENTITY a "b">]><feedback>').replace(
                b"big.example", b"&a;"
            )
        ),
        gzip.compress(DMARC)[:200],
        gzip.compress(b"<html>" + DMARC + b"</html>"),
        gzip.compress(b"<feedback>" + b"<a>" * 100_000),
        gzip.compress(b"{" + b'"a":[' * 100_000),
        _zip(DMARC)[:-4],
        b"PK\x03\x04",
        b"",
    ],
)
def test_what_may_not_be_unpacked_or_read_stays_a_mail(content: bytes) -> None:
    assert _kind_of(read_mail(_raw(content))) == ("message", None)


def test_a_person_who_passes_a_report_on_is_a_person() -> None:
    packed = gzip.compress(DMARC)
    for subject in (b"Fwd: " + SUBJECT, b"Re: " + SUBJECT, b"What does this DMARC report say?"):
        mail = read_mail(_raw(packed, subject=subject, sender=b"Ann <ann@example.org>"))
        assert _kind_of(mail) == ("message", None)


def test_a_customers_archive_is_not_unpacked() -> None:
    mail = read_mail(
        _raw(gzip.compress(DMARC), name=b"photos", subject=b"My photos", sender=b"ann@a.example")
    )
    assert _kind_of(mail) == ("message", None)


def test_microsofts_complaint_names_the_recipient_in_the_enclosed_mail() -> None:
    enclosed = (
        b"X-HmXmrOriginalRecipient: ann@live.example\nMessage-ID: <sent@shop.example>\n"
        b"From: us@shop.example\nTo: ann@live.example\n\nhello"
    )
    head = b"From: staff@hotmail.example\nTo: us@shop.example\n"
    head += b"Subject: complaint about message from 192.0.2.1\n"
    mail = read_mail(head + multipart(part(enclosed, b"Content-Type: message/rfc822")))
    assert mail.kind == "feedback_report"
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == ["ann@live.example"]
    assert mail.bounce.original_message_id == "sent@shop.example"
