"""A mail over a limit is refused before it costs anything."""

from __future__ import annotations

import pytest

from mailgate.parse import limits, read_mail
from mailgate.parse.reader import scan_headers

NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(120)
)


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
