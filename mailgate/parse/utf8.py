"""UTF-8 with bad bytes in it: one of them says nothing against the rest of the text.

Seen in the wild: a footer in Windows-1252 that a list appends, a text cut inside of a character,
a character cut by a fold or by a line of 998 bytes, surrogates encoded one by one (CESU-8), NUL as
two bytes, quotation marks of Windows-1252.
"""

from __future__ import annotations

import codecs
import re

from mailgate.parse import detect

_ASCII = bytes(range(0x80))
_REPLACEMENT = "\ufffd"
_MARK = _REPLACEMENT.encode()
_CONTINUED = rb"[\x80-\xbf]"
_PAIR = re.compile(rb"\xed([\xa0-\xaf])([\x80-\xbf])\xed([\xb0-\xbf])([\x80-\xbf])")
_NEVER = re.compile(
    rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]|\xf0[\x80-\x8f][\x80-\xbf]{2}"
    rb"|\xed[\xa0-\xbf][\x80-\xbf]"
)
"""Overlong forms (RFC 3629 3), and half a surrogate pair."""
_CUT = re.compile(
    rb"([\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})"
    rb"(!?\r?\n[ \t]?|[ \t])([\x80-\xbf]{1,3})"
)
_LENGTH = {**dict.fromkeys(range(0xC2, 0xE0), 2), **dict.fromkeys(range(0xE0, 0xF0), 3)}
_FOREIGN = re.compile(r"[^\x00-\u024f\u0300-\u036f\u1e00-\u1eff\u2000-\u2bff\ufe0f\ufeff\ufffd]")
_LATIN = re.compile(r"[\u00a1-\u017f\u1e00-\u1eff\u2010-\u203a\u20ac]")
# The punctuation of Windows-1252: the other code pages of Windows have it at the same places.
_PUNCTUATION = dict(
    zip(
        b"\x80\x82\x84\x85\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b\xa0",
        "€‚„…‹‘’“”•–—™›\xa0",
        strict=True,
    )
)
_LEGACY_LINE = 4


def mended(payload: bytes, *, believed: bool) -> str | None:
    """The text of bytes that are UTF-8 but for a few, or None where they are not.

    :param believed: whether the mail calls them UTF-8.
    """
    payload = _NEVER.sub(_MARK, _PAIR.sub(_joined, _CUT.sub(_moved, payload)))
    kept = payload.decode("utf-8", "ignore")
    good = len(kept.encode("utf-8").translate(None, _ASCII))
    bad = len(payload.translate(None, _ASCII)) - good
    if not bad:
        return kept
    latin, foreign = len(_LATIN.findall(kept)), len(_FOREIGN.findall(kept))
    is_latin = latin >= foreign
    if is_latin:
        # A letter of UTF-8 would be two or three symbols in Windows-1252: nobody writes those.
        if not latin or latin * (20 if believed else 4) < bad:
            return None
    elif good < bad * (2 if believed else 4):
        return None
    if not is_latin and bad >= _LEGACY_LINE:
        return "\n".join(_line(line) for line in payload.split(b"\n"))
    return payload.decode("utf-8", "postdesk-windows" if is_latin else "postdesk-marks")


def is_surely(payload: bytes) -> bool:
    """Whether the bytes are UTF-8 that is hardly anything else: three letters or more of it."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(text) + 3 <= len(payload) and sum(c > "\x7f" for c in text) >= 3


def _line(line: bytes) -> str:
    """A line of a text in another script: one that holds no UTF-8 at all was added by a server."""
    high = line.translate(None, _ASCII)
    if len(high) >= _LEGACY_LINE and not high.decode("utf-8", "ignore"):
        return line.decode(detect.charset(line), "replace")
    return line.decode("utf-8", "postdesk-marks")


def _joined(pair: re.Match[bytes]) -> bytes:
    high, low = (
        (0xD << 12) | ((a[0] & 0x3F) << 6) | (b[0] & 0x3F)
        for a, b in ((pair[1], pair[2]), (pair[3], pair[4]))
    )
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).encode()


def _moved(cut: re.Match[bytes]) -> bytes:
    """A character in one piece again; the break comes after it, and a fold is undone."""
    whole = cut[1] + cut[3]
    if len(whole) != _LENGTH.get(whole[0], 4):
        return cut[0]
    return whole + (cut[2].lstrip(b"!") if cut[2].endswith(b"\n") else b"")


def _windows(error: UnicodeError) -> tuple[str, int]:
    """What a bad byte of a text in Latin letters is in Windows-1252, where that makes sense."""
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.end]
    if len(bad) > 1:  # the beginning of a character
        return _REPLACEMENT, error.end
    letter = _PUNCTUATION.get(bad[0]) or bad.decode("cp1252", "replace")
    before = error.object[max(error.start - 1, 0) : error.start]
    if letter.isupper() and before.islower():
        letter = _REPLACEMENT  # not a capital inside of a word, but a character cut short
    return letter, error.end


def _marks(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _PUNCTUATION.get(error.object[error.start], _REPLACEMENT), error.end


codecs.register_error("postdesk-windows", _windows)
codecs.register_error("postdesk-marks", _marks)
