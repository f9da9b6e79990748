"""Addresses and dates of the header.

mail-parser reads well-formed fields; it is handed them with every encoded word and raw 8-bit letter
rewritten as UTF-8, which it decodes without loss. What it gives up on (a trailing dot, a missing
bracket, a quoted address) is read by a scan of our own.
"""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses

from mailgate.parse.mail import MailAddress
from mailgate.parse.words import clean, decode_text, raw_text, unfold

_MAX_ADDRESSES = 500
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@(?:[^\s<>()\[\],;:\"@]+|\[[^\]]+\])")
_QUOTED_LOCAL = re.compile(r"(?:(?<=[<,:;\s])|^)\"((?:[^\"\\<>]|\\.){1,64})\"(?=@[\w\[])")
_PLACEHOLDER = re.compile(r"=_quoted_(\d{1,3})_=")
_DOT_ATOM = re.compile(r"[^\s\x00-\x20()<>\[\]:;@\\,.\"]+(?:\.[^\s\x00-\x20()<>\[\]:;@\\,.\"]+)*")
_WELL_FORMED = re.compile(r"[^\s<>@\"(),:;]+@[^\s<>@\"(),:;]+")
_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=(?:\s+=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)*")
_RAW_RUN = re.compile(r"[^\x00-\x7f]+")
_AROUND_WORDS = re.compile(r"([\s<>()\[\],;:\"]+)")
_SIMPLE = re.compile(
    r"(?:\"?([\w .'’&!/+-]*?)\"?\s*<([\w.+=/-]+@[\w.-]*\w)>|([\w.+=/-]+@[\w.-]*\w))"
)


def read_addresses(fields: list[str], hint: str | None = None) -> tuple[MailAddress, ...]:
    """The addresses of all fields of one name, in order, each once."""
    found: dict[str, MailAddress] = {}
    for field in fields:
        for address in _with_quoted_locals(unfold(field), hint):
            found.setdefault(address.address.lower(), address)
            if len(found) >= _MAX_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


def _with_quoted_locals(value: str, hint: str | None) -> list[MailAddress]:
    """The addresses of a field. A quoted local part stands aside while the others are read, and
    keeps its quotes only where it needs them (RFC 5321 4.1.2)."""
    if '"@' not in value:
        return _read_field(value, hint)
    quoted: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        quoted.append(match[1])
        return f"=_quoted_{len(quoted) - 1}_="

    found = _read_field(_QUOTED_LOCAL.sub(put_aside, value), hint)
    return [replace(one, address=_put_back(one.address, quoted)) for one in found]


def _put_back(address: str, quoted: list[str]) -> str:
    local, at, domain = address.rpartition("@")
    mark = _PLACEHOLDER.fullmatch(local)
    if not mark or int(mark[1]) >= len(quoted):
        return address
    written = clean(raw_text(quoted[int(mark[1])]))
    bare = re.sub(r"\\(.)", r"\1", written)
    return f"{bare}{at}{domain}" if _DOT_ATOM.fullmatch(bare) else f'"{written}"{at}{domain}'


def _read_field(value: str, hint: str | None) -> list[MailAddress]:
    if not value or value == "<>":
        return []
    simple = _SIMPLE.fullmatch(value)
    if simple and value.isascii():  # nearly every mail, with nothing left to interpret
        return [_address(simple[1] or "", simple[2] or simple[3], hint)]
    try:
        pairs = get_addresses(_in_utf8_words(value, hint), decode_names=True)
    except Exception:
        pairs = []
    found = [_address(name, address, hint) for name, address in pairs if "@" in address]
    if not found or any(not _WELL_FORMED.fullmatch(a.address) for a in found):
        return _scan(value, hint) or found
    return found


def _address(name: str, address: str, hint: str | None) -> MailAddress:
    local, _, domain = clean(raw_text(address) if not address.isascii() else address).rpartition(
        "@"
    )
    if local.startswith("'") and domain.endswith("'"):
        local, domain = local[1:], domain[:-1]
    name = decode_text(name, hint).strip("'\" ")
    if name.lower() == address.lower():
        name = ""
    return MailAddress(name, f"{local.strip(' ')}@{domain.lower()}" if local else domain)


def _scan(value: str, hint: str | None) -> list[MailAddress]:
    """Anything that looks like an address, with the words before it as its name."""
    value = decode_text(value, hint)
    found: list[MailAddress] = []
    end = 0
    angled = [m for m in re.finditer(r"<\s*([^<>]*@[^<>]*?)\s*>", value) if _ADDRESS.search(m[1])]
    for match in angled or list(_ADDRESS.finditer(value)):
        inner = _ADDRESS.search(match[1]) if angled else None
        address = (inner[0] if inner else match[0]).strip("'\"")
        name = re.sub(r"^[\s,;>]+|[\s<,;(]+$", "", value[end : match.start()])
        name = name.strip("\"' ").replace('\\"', '"')
        found.append(_address("" if "@" in name else name, address, None))
        end = match.end()
    return found


def _in_utf8_words(value: str, hint: str | None) -> str:
    value = _ENCODED.sub(lambda m: _word(decode_text(m[0], hint)), value)
    if value.isascii():
        return value
    # An address is no place for encoded words: one with other letters (RFC 6532) stays as it is.
    words = _AROUND_WORDS.split(raw_text(value, hint))
    return "".join(
        word if "@" in word else _RAW_RUN.sub(lambda m: _word(m[0]), word) for word in words
    )


def _word(text: str) -> str:
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    return f"=?utf-8?b?{encoded}?="


def read_date(value: str | None) -> datetime | None:
    """A Date field as UTC, or None where it says nothing usable."""
    if not value:
        return None
    text = clean(unfold(value))
    try:
        # the standard library also takes what RFC 5322 forbids and mailers write
        found = parse_mail_date(text).value or parsedate_to_datetime(text)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC).replace(microsecond=0)
    except Exception:
        return None
