"""Pictures as bytes: which they are, how large, and the same picture without what a camera notes.

Pure functions over the containers of four formats. Nothing is decoded, so nothing can be a
decompression bomb, and the picture itself keeps every bit.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
"""Markers without a length (ITU-T T.81, B.1.1.3)."""
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame's header, in which the size stands."""
_JPEG_NOTES = frozenset((0xFE, *range(0xE1, 0xF0))) - {0xE2, 0xEE}
"""Comments and applications' own segments: Exif, XMP, IPTC. E2 (colour profile) and EE (Adobe's
colour transform) change how the picture looks."""
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG_KEPT = frozenset(
    b"tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT".split()
)
"""The chunks, of those a decoder may pass over, that change how the picture looks."""
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_ORIENTATION = 0x0112


class BrokenPicture(ValueError):
    """The bytes begin like a picture and are none."""


def picture_type(content: bytes) -> str | None:
    """Return the type of a PNG, JPEG, GIF or WebP, by the first bytes; None for all else."""
    if content.startswith(_PNG):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def without_notes(content: bytes) -> bytes:
    """Return the picture less what cameras and programs note in it: place, time, device, preview.

    The way up that a JPEG notes stays, and so do colour profiles and animations. Bytes after the
    picture's end go.

    :raises BrokenPicture: the bytes are no picture of the four types, from begin to end.
    """
    kind = picture_type(content)
    if kind is None:
        raise BrokenPicture("These bytes are no picture.")
    try:
        return b"".join(_PARTS[kind](content))
    except (IndexError, struct.error) as problem:
        raise BrokenPicture("The picture ends too early.") from problem


def as_sent_out(content: bytes) -> bytes:
    """Return a file as it leaves the house: a picture :func:`without_notes`, all else as it is."""
    try:
        return without_notes(content)
    except BrokenPicture:
        return content


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels, of a picture that is whole.

    :raises BrokenPicture: see :func:`without_notes`.
    """
    kept = without_notes(content)
    try:
        width, height = _SIZES[picture_type(kept) or ""](kept)
    except (IndexError, struct.error) as problem:
        raise BrokenPicture("The picture ends too early.") from problem
    if not width or not height:
        raise BrokenPicture("The picture has no size.")
    return width, height


def _png_size(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _png_parts(content: bytes) -> Iterator[bytes]:
    yield _PNG
    names: set[bytes] = set()
    at = len(_PNG)
    while b"IEND" not in names:
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        chunk = content[at:end]
        if len(chunk) < 12 + length or (not names and name != b"IHDR"):
            raise BrokenPicture("The PNG ends too early.")
        if zlib.crc32(chunk[4:-4]) != struct.unpack_from(">I", chunk, 8 + length)[0]:
            raise BrokenPicture("The PNG is damaged.")
        # RFC 2083 3.3: a decoder must know the chunks whose name begins with a capital.
        if name[:1].isupper() or name in _PNG_KEPT:
            yield chunk
        names.add(name)
        at = end
    if b"IDAT" not in names:
        raise BrokenPicture("The PNG has no picture in it.")


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    yield b"\xff\xd8"
    way_up = 0
    for marker, segment in _jpeg_segments(content):
        if marker == 0xE1 and not way_up:
            way_up = _way_up(segment)
            if way_up > 1:
                yield _exif_of(way_up)
        is_other_profile = marker == 0xE2 and not segment.startswith(b"ICC_PROFILE\0", 4)
        if marker not in _JPEG_NOTES and not is_other_profile:
            yield segment


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment with its marker, a scan with the data that follows it, up to the end."""
    at, scanned = 2, False
    while True:
        if content[at] != 0xFF:
            raise BrokenPicture("The JPEG is damaged.")
        marker = content[at + 1]
        if marker == 0xFF:  # fill bytes may stand before a marker
            at += 1
            continue
        if marker == 0xD9:
            if not scanned:
                raise BrokenPicture("The JPEG has no picture in it.")
            yield marker, content[at : at + 2]
            return
        end = at + 2
        if marker not in _JPEG_ALONE:
            end += struct.unpack_from(">H", content, end)[0]
        if marker == 0xDA:
            scanned = True
            found = _SCAN_ENDS.search(content, end)
            if found is None:
                # Cut off, as by a camera whose card was full: browsers show what there is.
                yield marker, content[at:]
                return
            end = found.start()
        yield marker, content[at:end]
        at = end


def _jpeg_size(content: bytes) -> tuple[int, int]:
    for marker, segment in _jpeg_segments(content):
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", segment, 5)
            return width, height
    raise BrokenPicture("The JPEG has no size.")


def _way_up(segment: bytes) -> int:
    """How a camera was held: Exif's orientation (CIPA DC-008, 4.6.4), 1 to 8; 0 where none is."""
    if segment[4:10] != b"Exif\0\0":
        return 0
    tiff = segment[10:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 0
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if (tag, kind) == (_ORIENTATION, 3):
                return value if 1 <= value <= 8 else 0
    except struct.error:
        pass
    return 0


def _exif_of(way_up: int) -> bytes:
    """An Exif segment that says nothing but the way up."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, way_up, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _gif_size(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _gif_parts(content: bytes) -> Iterator[bytes]:
    at = 13 + _gif_colours(content[10])
    yield content[:at]
    frames = 0
    while content[at] != 0x3B:
        start, introducer = at, content[at]
        if introducer == 0x2C:
            at = _gif_blocks_end(content, at + 11 + _gif_colours(content[at + 9]))
            frames += 1
            yield content[start:at]
        elif introducer == 0x21:
            label = content[at + 1]
            at = _gif_blocks_end(content, at + 2)
            is_loop = label == 0xFF and content.startswith(_GIF_KEPT, start + 3)
            if label == 0xF9 or is_loop:
                yield content[start:at]
        else:
            raise BrokenPicture("The GIF is damaged.")
    if not frames:
        raise BrokenPicture("The GIF has no picture in it.")
    yield b";"


def _gif_colours(packed: int) -> int:
    """The length of a colour table, from the field that announces it."""
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0


def _gif_blocks_end(content: bytes, at: int) -> int:
    while length := content[at]:
        at += 1 + length
    return at + 1


def _webp_parts(content: bytes) -> Iterator[bytes]:
    kept = [chunk for name, chunk in _webp_chunks(content) if name not in (b"EXIF", b"XMP ")]
    if not any(chunk[:4] in (b"VP8 ", b"VP8L", b"ANMF") for chunk in kept):
        raise BrokenPicture("The WebP has no picture in it.")
    if kept[0][:4] == b"VP8X":  # its flags say which other chunks there are
        kept[0] = kept[0][:8] + bytes([kept[0][8] & ~0x0C]) + kept[0][9:]
    body = b"WEBP" + b"".join(kept)
    yield b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, whole = 12, 8 + struct.unpack_from("<I", content, 4)[0]
    if whole > len(content):
        raise BrokenPicture("The WebP ends too early.")
    while at + 8 <= whole:
        name, length = struct.unpack_from("<4sI", content, at)
        end = at + 8 + length + length % 2
        if at + 8 + length > whole:
            raise BrokenPicture("The WebP ends too early.")
        yield name, content[at:end]
        at = end


def _webp_size(content: bytes) -> tuple[int, int]:
    name, first = next(_webp_chunks(content))
    if name == b"VP8X":
        width, height = (int.from_bytes(first[at : at + 3], "little") + 1 for at in (12, 15))
    elif name == b"VP8L":
        bits = int.from_bytes(first[9:13], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", first, 14))
    return width, height


_PARTS = {
    "image/png": _png_parts,
    "image/jpeg": _jpeg_parts,
    "image/gif": _gif_parts,
    "image/webp": _webp_parts,
}
_SIZES = {
    "image/png": _png_size,
    "image/jpeg": _jpeg_size,
    "image/gif": _gif_size,
    "image/webp": _webp_size,
}
