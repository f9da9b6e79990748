"""What an access token is handed over in."""

from __future__ import annotations

import pytest

from helpdesk.xoauth2 import refusal_words, xoauth2


def test_the_response_is_as_google_and_microsoft_write_it() -> None:
    wanted = b"user=me@shop.example\x01auth=Bearer abc\x01\x01"
    assert xoauth2("me@shop.example", "abc") == wanted


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        (b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}', "status 400"),
        (b'{"schemes":"Bearer"}', ""),
        (b"[]", ""),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_a_refusal_is_read_or_left(challenge: bytes, words: str) -> None:
    assert refusal_words(challenge) == words
