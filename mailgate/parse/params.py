"""Content-Type and Content-Disposition: the value and its parameters, in all their broken forms.

RFC 2231 (continuations, charsets), encoded words inside quotes (forbidden, and what most mailers
do), raw 8-bit, missing quotes and missing semicolons.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from helpdesk.text import bounded_int
from mailgate.parse.charset import decode
from mailgate.parse.words import clean, decode_text, unfold

_PARAMETER = re.compile(
    r";?\s*([^\s=;\"]+?)\s*=\s*"
    r"(?:\"((?:[^\"\\]|\\.)*)(?:\"|$)|((?:[^;\"]|\"(?=[^;]*[^;\s]))*))",
    re.DOTALL,
)
_WORDS = re.compile(r"\s*(?:=\?[^\s?]{1,60}\?[bBqQ]\?[^?]*\?=\s*)+")
_ESCAPED = re.compile(r"\\([\"\\])")
_SECTION = re.compile(r"^([^*]+)(?:\*(\d+))?(\*)?$")


@lru_cache(maxsize=128)
def split_value(field: str) -> tuple[str, str]:
    """The value (lower-case, clean) and the rest with the parameters. Python's parser asks for it
    many times a part."""
    field = unfold(field)
    value, _, rest = field.partition(";")
    if "=?" in value and (word := _WORDS.match(value)):  # forbidden there (RFC 2047 5), and sent
        value, _, more = (decode_text(word[0]) + field[word.end() : len(value)]).partition(";")
        rest = f"{more};{rest}" if rest else more
    if "=" in value and " " in value.strip():  # a semicolon is missing: text/plain charset=utf-8
        value, _, more = value.strip().partition(" ")
        rest = f"{more};{rest}" if rest else more
    return re.sub(r"[\s\"'\x00-\x1f]|\(.*?\)", "", value).lower(), rest


def parameters(rest: str, hint: str | None = None) -> dict[str, str]:
    """Parameters by lower-case name, decoded. The first of several equal names counts."""
    found: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(rest):
        raw = match[2] if match[2] is not None else match[3].strip()
        if "\\" in raw and match[2] is not None:
            raw = _ESCAPED.sub(r"\1", raw)
        name = _SECTION.match(match[1].lower())
        if not name:
            continue
        if name[2] is None and name[3] is None:
            found.setdefault(name[1], decode_text(raw, hint, breaks=""))
        else:
            place = bounded_int(name[2] or "", most=999) or 0
            sections.setdefault(name[1], {}).setdefault(place, (bool(name[3]), raw))
    for key, pieces in sections.items():
        joined = _join(pieces, hint)
        if joined:
            found[key] = joined
    return found


def _join(pieces: dict[int, tuple[bool, str]], hint: str | None) -> str:
    """RFC 2231 3 and 4: sections in order, percent-decoded, in the first section's charset."""
    charset, payload, plain = "", b"", ""
    encoded_any = False
    for place, (encoded, raw) in sorted(pieces.items()):
        if encoded:
            encoded_any = True
            if place == min(pieces) and raw.count("'") >= 2:
                charset, _, raw = raw.split("'", 2)
            payload += unquote_to_bytes(raw.encode("utf-8", "surrogateescape"))
        else:
            payload += raw.encode("utf-8", "surrogateescape")
        plain += raw
    if not encoded_any or "=?" in plain:
        return decode_text(plain, hint, breaks="")
    return clean(decode(payload, charset or None, hint)[0], breaks="")
