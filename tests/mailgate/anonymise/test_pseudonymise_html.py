"""HTML made unreadable, also where nobody sees it."""

from __future__ import annotations

from mailgate.anonymise.parse_report import report_parse
from mailgate.parse.isolated import Reader
from tests.mailgate.anonymise.secret_mail import KEY, SECRETS

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
