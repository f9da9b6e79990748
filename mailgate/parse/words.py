"""Header text: encoded words (RFC 2047), and raw 8-bit where there should be none.

Header values are strings in which a byte above 127 is a lone surrogate, as Python's compat32
policy keeps them; here they become text.
"""

from __future__ import annotations

import base64
import binascii
import re

from mailgate.parse.charset import codec_name, decode

# Spaces and raw 8-bit inside a word are forbidden, and common. "b" needs no lazy match.
_WORD = re.compile(
    r"=\?\s*([\w.:+*()\-\x00-\x08]{1,60})\s*\?\s*(?:([bB])\s*\?([^?]*)|([qQ])\s*\?(.*?))(?:\?=|\?\s*$|$)",
    re.DOTALL,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def decode_text(value: str, hint: str | None = None, breaks: str = " ") -> str:
    """The text of an unstructured field: unfolded, encoded words decoded, controls removed.

    :param hint: the charset of raw 8-bit letters, where the mail names one elsewhere.
    :param breaks: what stands for line breaks that were encoded.
    """
    if value.isascii() and value.isprintable() and "=?" not in value:
        return value.strip()  # nearly every field
    value = unfold(value)
    if "=?" in value:
        value = _decode_words(value, hint)
    elif not value.isascii() or "\x1b" in value:
        value = raw_text(value, hint)
    return clean(value, breaks)


def charsets_of_words(value: str) -> list[str]:
    """The charsets that the encoded words of a field name, in order."""
    return [word[1].partition("*")[0] for word in _WORD.finditer(value)]


def unfold(value: str) -> str:
    """Join folded lines (RFC 5322 2.2.3); a fold's own white space becomes one space."""
    if "\n" not in value and "\r" not in value:
        return value.strip()
    return re.sub(r"[ \t]*[\r\n]+[ \t]*", " ", value).strip()


def clean(text: str, breaks: str = " ") -> str:
    """Without controls and lone surrogates: fit to be shown, stored and put into a header."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub("", re.sub(r"[\r\n\t\x0b\x0c]+", breaks, text)).strip()


def raw_text(value: str, hint: str | None = None) -> str:
    """Text of a value in which bytes stand as surrogates."""
    return decode(value.encode("utf-8", "surrogateescape"), None, hint)[0]


def _decode_words(value: str, hint: str | None) -> str:
    """Decode encoded words; neighbours in one charset are joined first, for split characters."""
    out: list[str] = []
    run: list[tuple[str, bool]] = []
    charset, end = "", 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        own = word[1].partition("*")[0]  # RFC 2231 5: a language after the charset
        is_next = end and not between.strip()
        if not is_next or codec_name(own) != codec_name(charset):
            out.append(_text_of(run, charset))
            run = []
        if not is_next:
            out.append(_plain(between, hint))
        run.append((word[3] if word[2] else word[5], bool(word[2])))
        charset, end = own, word.end()
    out.append(_text_of(run, charset))
    out.append(_plain(value[end:], hint))
    return "".join(out)


def _text_of(run: list[tuple[str, bool]], charset: str) -> str:
    """The text of words in one charset. Some programs cut the base64 itself, not the text."""
    if not run:
        return ""
    payload = b"".join(_payload(one, base_64=is_base64) for one, is_base64 in run)
    text, defect = decode(payload, charset)
    if defect and len(run) > 1 and all(is_base64 for _, is_base64 in run):
        joined, still = decode(_payload("".join(one for one, _ in run), base_64=True), charset)
        return text if still else joined
    return text


def _plain(piece: str, hint: str | None) -> str:
    return piece if piece.isascii() else raw_text(piece, hint)


def _payload(encoded: str, *, base_64: bool) -> bytes:
    raw = encoded.encode("utf-8", "surrogateescape")
    if not base_64:
        return _QUOTED.sub(lambda m: bytes((int(m[1], 16),)), raw.replace(b"_", b" "))
    kept = _NOT_BASE64.sub(b"", raw)
    try:
        return base64.b64decode(kept[: len(kept) - (len(kept) % 4 == 1)] + b"===")
    except (binascii.Error, ValueError):
        return b""
