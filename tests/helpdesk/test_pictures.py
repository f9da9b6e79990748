"""Pictures: known by their bytes, whole or not, and without what a camera notes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest

from helpdesk.pictures import (
    BrokenPicture,
    as_sent_out,
    picture_size,
    picture_type,
    without_notes,
)
from tests.support.pictures import SECRET, gif, jpeg, png, webp

EACH = [jpeg, png, gif, webp]


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


@pytest.mark.parametrize("make", EACH)
def test_notes_go_and_the_picture_stays(make: Callable[[], bytes]) -> None:
    content = make()
    assert SECRET in content
    kept = without_notes(content)
    assert SECRET not in kept
    assert picture_type(kept) == picture_type(content)
    assert picture_size(kept) == picture_size(content) == (300, 200)
    assert without_notes(kept) == kept
    if make is not gif:
        assert b"colours" in kept


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("way_up", [3, 6, 8])
def test_a_jpeg_keeps_the_way_up(order: str, way_up: int) -> None:
    exif = without_notes(jpeg(order, way_up)).partition(b"Exif\0\0")[2]
    assert struct.unpack_from(">HHIH", exif, 10) == (0x0112, 3, 1, way_up)
    assert b"Exif" not in without_notes(jpeg(order, 1))
    assert b"Exif" not in without_notes(jpeg(order, 77))


def test_every_scan_of_a_progressive_jpeg_stays() -> None:
    kept = without_notes(jpeg(progressive=True))
    assert kept.count(b"\x12\xff\x00\x34\xff\xd0\x56") == 2
    assert kept.endswith(b"\x56\xff\xd9")


def test_an_animation_goes_on() -> None:
    kept = without_notes(gif())
    assert b"NETSCAPE2.0" in kept
    assert kept.count(b"\x2c\0\0\0\0") == 2
    assert without_notes(webp())[20] == 0x20  # of the flags, the colour profile's is left


@pytest.mark.parametrize("make", EACH)
def test_what_is_cut_or_damaged_is_said_to_be_broken(make: Callable[[], bytes]) -> None:
    content = make().removesuffix(SECRET)
    for length in range(len(content)):
        try:
            without_notes(content[:length])
        except BrokenPicture:
            assert as_sent_out(content[:length]) == content[:length]
        else:  # a JPEG whose last rows are missing, or what stood behind the picture
            assert make is jpeg
    for at in range(len(content)):
        changed = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        try:
            without_notes(changed)
            picture_size(changed)
        except BrokenPicture:
            pass


@pytest.mark.parametrize("content", [
    b"", b"words", b"<svg/>", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xd9",
    b"\xff\xd8\xff\xe0\0\0", b"GIF89a" + b"\0" * 40, b"RIFF\4\0\0\0WEBP",
])  # fmt: skip
def test_first_bytes_alone_are_no_picture(content: bytes) -> None:
    with pytest.raises(BrokenPicture):
        picture_size(content)
    assert as_sent_out(content) == content


def test_a_picture_of_no_size_is_none() -> None:
    head = struct.pack(">IIBBBBB", 0, 200, 8, 0, 0, 0, 0)
    whole = struct.pack(">IIBBBBB", 300, 200, 8, 0, 0, 0, 0)
    crc = [struct.pack(">I", zlib.crc32(b"IHDR" + body)) for body in (whole, head)]
    flat = png().replace(whole + crc[0], head + crc[1])
    assert flat != png()
    for content in (flat, gif()[:6] + b"\0\0" + gif()[8:]):
        with pytest.raises(BrokenPicture, match="no size"):
            picture_size(content)
