"""The names that parts are shown under."""

from __future__ import annotations

import pytest

from mailgate.parse import read_mail
from tests.mailgate.parse.build import HEAD, PNG, file, multipart, text


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ((b"application/pdf",), "attachment.pdf"),
        ((b"image/png", b"Content-ID: <img1@example.com>"), "image-1.png"),
        ((b"image/png",), "image-1.png"),
        ((b"application/pkcs7-signature",), "smime.p7s"),
        ((b"application/pgp-signature",), "signature.asc"),
        ((b"application/x; name=../../etc/x",), "../../etc/x"),
        ((b'application/x; name="a\x00\x08b"',), "ab"),
        ((b"application/x; name*=utf-8''a%0D%0Ab.pdf",), "ab.pdf"),
        ((b"application/x; name*=utf-8''a%E2%80%AEfdp.exe",), "afdp.exe"),
        ((b"application/x; name*=utf-8''%D8%9Ca%E2%80%A8b%C2%AD.pdf",), "ab.pdf"),
        ((b"application/x; name=" + b"n" * 300,), "n" * 99 + "…" + "n" * 99),
    ],
)
def test_names(fields: tuple[bytes, ...], name: str) -> None:
    (found,) = read_mail(HEAD + multipart(text(b"x"), file(PNG, *fields))).attachments
    assert found.filename == name


def test_made_names_are_the_same_at_every_reading_and_differ() -> None:
    raw = HEAD + multipart(
        text(b"x"), file(b"1", b"application/pdf"), file(b"2", b"application/pdf")
    )
    names = [[a.filename for a in read_mail(raw).attachments] for _ in range(2)]
    assert names == [["attachment.pdf", "attachment-2.pdf"]] * 2
