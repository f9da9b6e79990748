"""Longer texts are packed; everything else is stored as it is."""

from __future__ import annotations

import os
import zlib

import pytest

from helpdesk.blobs.packing import DEFLATED, MARK, SMALLEST, inflated, packed

TEXT = "Grüße, where is my order?\r\n".encode() * 400


def unpacked(stored: bytes, size: int = 100) -> bytes:
    """The content, read in pieces of a size."""
    rest = stored.removeprefix(DEFLATED)
    return b"".join(inflated(iter([rest[at : at + size] for at in range(0, len(rest), size)])))


def test_a_text_takes_less() -> None:
    stored = packed(TEXT)
    assert len(stored) < len(TEXT) / 10
    assert unpacked(stored) == TEXT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        TEXT[: SMALLEST - 1],
        os.urandom(50_000),
        b"\x89PNG\r\n\x1a\n" + TEXT,
        TEXT + b"\0" + TEXT[:100],
    ],
    ids=["nothing", "short", "noise", "picture", "a zero at its end"],
)
def test_others_stay_as_they_are(content: bytes) -> None:
    assert packed(content) == content


@pytest.mark.parametrize("content", [MARK, DEFLATED + b"x", MARK + os.urandom(9000)], ids=len)
def test_what_begins_like_a_packed_one_is_packed(content: bytes) -> None:
    assert packed(content) != content
    assert unpacked(packed(content)) == content


@pytest.mark.parametrize("cut", [1, 5, 200])
def test_a_cut_one_is_damaged(cut: int) -> None:
    with pytest.raises(zlib.error):
        unpacked(packed(TEXT)[:-cut] if cut < 200 else DEFLATED)
