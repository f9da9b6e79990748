"""Undo the transfer encoding of a part (RFC 2045 6), however it is broken."""

from __future__ import annotations

import binascii
import re

from mailgate.parse.aside import put_back
from mailgate.parse.embedded import uudecode
from mailgate.parse.structure import Leaf
from mailgate.parse.words import decode_text

_LOOKED_AT = 400
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=\r\n]*")
# The fast decoder stops at padding: what follows would be lost
_PADDED_INSIDE = re.compile(rb"=[=\s]*[^=\s]")
_PADDED_BREAK = re.compile(rb"=[ \t]{1,80}(\r?\n)")
_WORDS = re.compile(rb"[A-Za-z]{2,20}[,;:!.]? [A-Za-z]{2,20}[,;:!.]? [A-Za-z]{2,20}")
_MARK = re.compile(rb"[,;:!?.'-]")
_QUOTED = re.compile(rb"=[0-9A-Fa-f]{2}|=\r?\n")


def decoded(leaf: Leaf, defects: list[str]) -> bytes:
    """The bytes of a leaf part."""
    part = leaf.message
    payload = part.wire_text()
    if payload is None:
        return b""
    raw = put_back(payload.encode("utf-8", "surrogateescape"), leaf.aside)
    field = str(part.get("content-transfer-encoding", ""))
    named = re.sub(r"[\"'\s]|\(.*?\)|;.*", "", decode_text(field) if "=?" in field else field)
    encoding = named.lower().replace("_", "-")
    if encoding in ("base64", "b", "base-64", "8bit/base64"):
        return _base64(raw, defects)
    raw = bytes(raw)
    if encoding in ("quoted-printable", "quotedprintable", "qp", "quoted/printable"):
        # blanks after the mark of a soft break were added on the way (RFC 2045 6.7)
        return binascii.a2b_qp(_PADDED_BREAK.sub(rb"=\1", raw) if b"= " in raw else raw)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return uudecode(raw) or raw
    if encoding and encoding not in ("7bit", "8bit", "binary", "7-bit", "8-bit", "none"):
        defects.append("a part has an unknown transfer encoding")
    return raw


def _is_plain(raw: bytes) -> bool:
    """Whether what is said to be base64 begins with words."""
    first = next((line for line in raw.split(b"\n") if line.strip()), b"")
    return _WORDS.search(first) is not None and _MARK.search(first) is not None


def _base64(raw: bytes | memoryview, defects: list[str]) -> bytes:
    if _is_plain(bytes(raw[:_LOOKED_AT])):
        defects.append("a part is not in base64, as it says")
        return bytes(raw)
    try:
        if _PADDED_INSIDE.search(raw):
            return _piecewise(bytes(raw))
        return binascii.a2b_base64(raw)
    except binascii.Error:
        defects.append("a part's base64 is broken")
        return _piecewise(bytes(raw))


def _piecewise(raw: bytes) -> bytes:
    """Each padded run by itself; what follows the base64 (a list's footer) is kept as it is."""
    kept, _, footer = raw.partition(b"\n\n") if b"\n\n" in raw.strip() else (raw, b"", b"")
    if footer and _BASE64_LINE.fullmatch(footer.replace(b" ", b"")):
        kept, footer = raw, b""
    out = []
    for run in re.findall(rb"[A-Za-z0-9+/]+", _NOT_BASE64.sub(b"", kept)):
        run = run[: len(run) - (len(run) % 4 == 1)]
        out.append(binascii.a2b_base64(run + b"=" * (-len(run) % 4)))
    return b"".join(out) + (b"\n" + footer if footer.strip() else b"")
