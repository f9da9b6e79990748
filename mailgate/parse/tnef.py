"""Unpack winmail.dat: Outlook's private envelope (MS-OXTNEF), with its files and its body."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from mailgate.parse import charset

_SIGNATURE = 0x223E9F78
_ATT_REND = 0x9002
_ATT_TITLE = 0x8010
_ATT_DATA = 0x800F
_ATT_PROPERTIES = 0x9005
_MESSAGE_PROPERTIES = 0x9003
_ATT_BODY = 0x800C
_CODE_PAGE = 0x9007
_LONG_NAME = (0x3707, 0x3704, 0x3001)
_BODY_HTML = 0x1013
_BODY = 0x1000
_DATA_OBJECT = 0x3701
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_MOST_ATTRIBUTES = 10_000


@dataclass
class File:
    """A file of the envelope."""

    name: str = ""
    content: bytes = b""


@dataclass
class Unpacked:
    """What was inside."""

    files: list[File] = field(default_factory=list)
    body: str = ""
    html: str = ""


def unpack(raw: bytes) -> Unpacked | None:
    """The contents, or None if the bytes are no TNEF."""
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != _SIGNATURE:
        return None
    out = Unpacked()
    page, at = "cp1252", 6
    for _ in range(_MOST_ATTRIBUTES):
        if at + 9 > len(raw):
            break
        _, attribute, _, length = struct.unpack_from("<BHHI", raw, at)
        value = raw[at + 9 : at + 9 + length]
        at += 9 + length + 2
        if attribute == _CODE_PAGE and len(value) >= 4:
            page = f"cp{struct.unpack_from('<I', value)[0]}"
        _take(out, attribute, value, page)
    out.files = [file for file in out.files if file.content or file.name]
    return out


def _take(out: Unpacked, attribute: int, value: bytes, page: str) -> None:
    if attribute == _ATT_REND:
        out.files.append(File())
    elif attribute == _ATT_BODY:
        out.body = _text(value, page)
    elif attribute == _MESSAGE_PROPERTIES:
        properties = _properties(value)
        if _BODY_HTML in properties:
            out.html = _text(properties[_BODY_HTML][1], page)
        if _BODY in properties and not out.body:
            out.body = _typed_text(properties[_BODY], page)
    elif out.files:
        _take_file(out.files[-1], attribute, value, page)


def _take_file(file: File, attribute: int, value: bytes, page: str) -> None:
    if attribute == _ATT_TITLE:
        file.name = file.name or _text(value, page)
    elif attribute == _ATT_DATA:
        file.content = value
    elif attribute == _ATT_PROPERTIES:
        properties = _properties(value)
        for tag in _LONG_NAME:
            if tag in properties and (name := _typed_text(properties[tag], page)):
                file.name = name
                break
        if _DATA_OBJECT in properties and not file.content:
            file.content = properties[_DATA_OBJECT][1][16:]  # after the interface's GUID


def _properties(value: bytes) -> dict[int, tuple[int, bytes]]:
    """MAPI properties by id: their type and first value. Stops where the bytes make no sense."""
    found: dict[int, tuple[int, bytes]] = {}
    try:
        (count,) = struct.unpack_from("<I", value)
        at = 4
        for _ in range(min(count, _MOST_ATTRIBUTES)):
            kind, tag = struct.unpack_from("<HH", value, at)
            at += 4
            if tag >= 0x8000:
                at = _after_name(value, at)
            first, at = _value(value, at, kind)
            found.setdefault(tag, (kind & 0xFFF, first))
    except (struct.error, ValueError):
        pass
    return found


def _after_name(value: bytes, at: int) -> int:
    """Skip a named property's GUID, and its number or its string."""
    named: int = struct.unpack_from("<I", value, at + 16)[0]
    at += 20
    if named == 0:
        return at + 4
    length: int = struct.unpack_from("<I", value, at)[0]
    return at + 4 + length + (-length % 4)


def _value(value: bytes, at: int, kind: int) -> tuple[bytes, int]:
    base, many = kind & 0xFFF, bool(kind & 0x1000)
    if base in _FIXED:
        count = 1
        if many:
            (count,) = struct.unpack_from("<I", value, at)
            at += 4
        size = _FIXED[base]
        if count > len(value):
            raise ValueError("a count past the end")
        return value[at : at + size], at + size * count
    if base not in _VARIABLE:
        raise ValueError("an unknown type")
    (count,) = struct.unpack_from("<I", value, at)
    at += 4
    first = b""
    for number in range(min(count, _MOST_ATTRIBUTES)):
        (length,) = struct.unpack_from("<I", value, at)
        at += 4
        if number == 0:
            first = value[at : at + length]
        at += length + (-length % 4)
    return first, at


def _typed_text(property_: tuple[int, bytes], page: str) -> str:
    kind, value = property_
    if kind == 0x1F:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return _text(value, page)


def _text(value: bytes, page: str) -> str:
    return charset.decode(value.rstrip(b"\0"), page)[0].replace("\0", "")
