"""Transfer encodings, however they are broken."""

from __future__ import annotations

from mailgate.parse import read_mail
from tests.mailgate.parse.build import HEAD, part


def test_broken_base64_gives_what_can_be_read() -> None:
    broken = part(b"aGVsbG8=\nIHdvcmxk!\n", b"Content-Transfer-Encoding: base64")
    assert read_mail(HEAD + broken).text.startswith("hello world")
