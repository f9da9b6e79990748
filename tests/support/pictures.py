"""Small pictures with notes in them, as cameras and programs write them."""

from __future__ import annotations

import struct
import zlib

SECRET = b"48.2082N 16.3738E, SecretCam 7"


def jpeg(order: str = ">", way_up: int = 6, *, progressive: bool = False) -> bytes:
    """Of 300 × 200, with Exif (the way up and a place), XMP, IPTC, a comment, and a film behind."""

    def segment(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body

    mark = {">": b"MM", "<": b"II"}[order]
    exif = struct.pack(f"{order}2sHIH", mark, 42, 8, 2)
    exif += struct.pack(f"{order}HHII", 0x010F, 2, len(SECRET), 38)
    exif += struct.pack(f"{order}HHIHHI", 0x0112, 3, 1, way_up, 0, 0) + SECRET
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            segment(0xE1, b"Exif\0\0" + exif),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>" + SECRET),
            segment(0xE2, b"ICC_PROFILE\0\1\1colours"),
            segment(0xE2, b"MPF\0" + SECRET),
            segment(0xED, b"Photoshop 3.0\0" + SECRET),
            segment(0xFE, SECRET),
            b"\xff"
            + segment(0xC2 if progressive else 0xC0, b"\x08" + struct.pack(">HH", 200, 300)),
            scan,
            (segment(0xC4, b"huffman") + scan) if progressive else b"",
            b"\xff\xd9",
            b"film: " + SECRET,
        )
    )


def png() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", 300, 200, 8, 0, 0, 0, 0)),
            chunk(b"iCCP", b"colours"),
            chunk(b"eXIf", SECRET),
            chunk(b"tEXt", b"Comment\0" + SECRET),
            chunk(b"IDAT", zlib.compress(b"\0" * 301 * 200)),
            chunk(b"IEND", b""),
            SECRET,
        )
    )


def gif() -> bytes:
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 300, 200, 0) + b"\x02\x02\x4c\x01\0"
    return b"".join(
        (
            b"GIF89a" + struct.pack("<HHBBB", 300, 200, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff",
            b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0",
            b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\0",
            b"\x21\xfe" + bytes([len(SECRET)]) + SECRET + b"\0",
            b"\x21\xf9\x04\0\x0a\0\0\0" + frame,
            frame,
            b";" + SECRET,
        )
    )


def webp() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    size = (299).to_bytes(3, "little") + (199).to_bytes(3, "little")
    body = b"WEBP" + b"".join(
        (
            chunk(b"VP8X", b"\x2c\0\0\0" + size),
            chunk(b"ICCP", b"colours"),
            chunk(b"VP8 ", b"picture"),
            chunk(b"EXIF", SECRET),
            chunk(b"XMP ", SECRET),
        )
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body
