"""Files that stand inside the text itself: uuencode (POSIX) and yEnc 1.3."""

from __future__ import annotations

import binascii
import re
import zlib
from dataclasses import dataclass

_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?$", re.MULTILINE)
_END = re.compile(r"^(?:end|====)[ \t]*\r?$", re.MULTILINE)
_YENC = re.compile(
    r"^=ybegin ([^\r\n]*?)name=([^\r\n]+)\r?\n(?:=ypart [^\r\n]*\r?\n)?(.*?)^=yend([^\r\n]*)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class EmbeddedFile:
    """A file found in text."""

    name: str
    content: bytes


def take_out(text: str) -> tuple[str, list[EmbeddedFile]]:
    """The text without the uuencoded files in it, and the files. Broken ones stay in the text."""
    found: list[EmbeddedFile] = []
    if "begin" not in text:
        return text, found
    at, kept = 0, []
    while begin := _BEGIN.search(text, at):
        end = _END.search(text, begin.end())
        if end is None:
            break
        content = _lines(text[begin.end() : end.start()])
        if content is None:
            kept.append(text[at : end.end()])
            at = end.end()
            continue
        kept.append(text[at : begin.start()])
        found.append(EmbeddedFile(begin[1].strip(), content))
        at = end.end()
    return "".join([*kept, text[at:]]), found


def take_out_yenc(raw: bytes) -> tuple[bytes, list[EmbeddedFile]]:
    """Likewise for yEnc, which needs the bytes. A file whose checksum is wrong stays."""
    last = raw.rfind(b"\n=yend")
    if last < 0 or b"=ybegin " not in raw:
        return raw, []
    last = raw.find(b"\n", last + 1) + 1 or len(raw)
    found: list[EmbeddedFile] = []

    def taken(match: re.Match[str]) -> str:
        content = _yenc(match[3].encode("latin-1"))
        checksum = re.search(r"\bp?crc32=([0-9a-fA-F]{8})", match[4])
        if checksum and int(checksum[1], 16) != zlib.crc32(content):
            return match[0]
        found.append(EmbeddedFile(match[2].strip(), content))
        return ""

    # no further than the last end: a thousand beginnings without one would each look for it
    text = _YENC.sub(taken, raw[:last].decode("latin-1")).encode("latin-1")
    return text + raw[last:], found


def uudecode(raw: bytes) -> bytes:
    """The first file of a part that is uuencoded as a whole; empty if there is none."""
    files = take_out(raw.decode("latin-1"))[1]
    return files[0].content if files else b""


def _lines(block: str) -> bytes | None:
    out = []
    for line in block.strip("\r\n").splitlines():
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders miscount the padding of a line (as Python's own uu module notes)
            nbytes = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                out.append(binascii.a2b_uu(line[:nbytes]))
            except (binascii.Error, ValueError):
                return None
        except ValueError:
            return None
    return b"".join(out)


def _yenc(body: bytes) -> bytes:
    body = body.replace(b"\r", b"").replace(b"\n", b"")
    plain = re.sub(rb"=(.)", lambda m: bytes(((m[1][0] - 64) % 256,)), body, flags=re.DOTALL)
    return plain.translate(bytes((i - 42) % 256 for i in range(256)))
