"""Which bytes are a picture."""

from __future__ import annotations

import pytest

from web.pictures import picture_type


@pytest.mark.parametrize(("content", "kind"), [
    (b"\x89PNG\r\n\x1a\n rest", "image/png"),
    (b"\xff\xd8\xff\xe0 rest", "image/jpeg"),
    (b"GIF89a rest", "image/gif"),
    (b"RIFF....WEBPVP8 ", "image/webp"),
    (b"RIFF....WAVEfmt ", None),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
    (b"<html>GIF89a", None),
    (b"", None),
])  # fmt: skip
def test_pictures_are_known_by_their_first_bytes(content: bytes, kind: str | None) -> None:
    assert picture_type(content) == kind
