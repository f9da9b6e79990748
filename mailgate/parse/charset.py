"""Bytes to text: the declared charset, widened to what mailers really mean, else detected.

Mailers name the standard and send its vendor's superset (WHATWG Encoding, "labels"): GB2312 is
GBK, Shift_JIS is Windows-31J, EUC-KR is UHC, ISO-8859-1 is Windows-1252. Only the codecs in this
list are ever used: Python also has punycode, idna, zlib and rot13 under the same roof, and some of
those are quadratic or raise what no one expects.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from mailgate.parse import detect, utf8

_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "iso8859-8": "cp1255",
}
_FALLS_BACK_ON = {"iso8859-6": "cp1256"}
"""Letters stand elsewhere in these: only where the declared one has holes is the other meant."""
_ALSO_KNOWN_AS = {
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "x-sjis": "shift_jis",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
    "ks_c_5601-1987": "euc_kr",
    "ks_c_5601": "euc_kr",
    "ksc5601": "euc_kr",
    "x-windows-949": "cp949",
    "cp-850": "cp850",
    "cp-1252": "cp1252",
    "ansi_x3.110-1983": "iso8859-1",
    "iso-8859-1-windows-1252": "cp1252",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "utf-8-mac": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "koi8-ru": "koi8-u",
    "cp936": "gbk",
    "cp51932": "euc_jp",
    "cp51949": "euc_kr",
    "cp20866": "koi8-r",
    "cp21866": "koi8-u",
    "cp28591": "iso8859-1",
    "cp28592": "iso8859-2",
    "cp28605": "iso8859-15",
    "cp65001": "utf-8",
    "cp50220": "iso2022_jp",
    "cp50221": "iso2022_jp",
    "cp50222": "iso2022_jp",
    "csiso2022jp": "iso2022_jp",
    "ansi": "cp1252",
    "ascii-8bit": "ascii",
    "dos-862": "cp862",
    "dos-720": "cp720",
    "dos-874": "cp874",
}
_ALLOWED = re.compile(
    r"ascii|utf-(?:7|8|8-sig|16|16-le|16-be|32|32-le|32-be)|iso8859-\d+|cp\d{3,4}|koi8-[rut]|kz1048"
    r"|mac-\w+|gb2312|gbk|gb18030|hz|big5(?:hkscs)?|shift_jis(?:x0213|_2004)?|euc_\w+"
    r"|iso2022_\w+|johab|tis-620|ptcp154|hp-roman8"
)
# Windows-874, win1251, x-cp1250, IBM-850; ISO8859_15, iso-88592
_PAGE = re.compile(r"^(?:x-)?(?:windows|win|cp|ibm|ms)[-_ ]?(\d{3,5})$")
_ISO_8859 = re.compile(r"^(?:x-)?iso[-_ ]?8859[-_ ]?(\d{1,2})$")
_DESIGNATION = re.compile(rb"\x1b(?:\$[@B]|\$[()][A-Z]|\([A-Z]|\$A)")
_JIS_RUN = re.compile(rb"\x1b\$[@B](.*?)(?=\x1b|\n|\Z)", re.DOTALL)
_UTF7_RUN = re.compile(rb"\+[A-Za-z0-9/+]{3,}-")
_WINDOWS = {c: bytes((c,)).decode("cp1252", "ignore") or chr(c) for c in range(0x80, 0xA0)}
_LATIN = frozenset({"iso8859-1", "cp1252", "iso8859-15"})
_UNSURE = _LATIN | {"utf-8", "utf-8-sig", "ascii"}
"""Charsets that are named by default: UTF-8 is tried first, whatever they say."""
_ONE_BYTE = frozenset(
    [f"iso8859-{part}" for part in range(2, 17)]
    + [f"cp{page}" for page in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)]
    + ["koi8-r", "koi8-u"]
)
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(payload: bytes, declared: str | None, hint: str | None = None) -> tuple[str, str | None]:
    """Text of bytes in the declared charset. Never raises.

    :param declared: the charset as the mail names it.
    :param hint: a charset used elsewhere in the mail, tried where nothing is declared.
    :returns: the text, and a defect if the declaration did not hold.
    """
    name = codec_name(declared)
    if payload.isascii():
        return _decode_seven_bit(payload, name)
    if name is None or name in _UNSURE:
        text = _strictly(payload, "utf-8")
        if text is not None:
            fits = name is None or name.startswith("utf-8")
            return text.lstrip("\ufeff"), None if fits else _misdeclared(declared)
        if payload[:2] in _UTF_16_MARKS and (text := _strictly(payload, "utf-16")) is not None:
            return text, _misdeclared(declared)
        text = utf8.mended(payload, believed=bool(name and name.startswith("utf-8")))
        if text is not None:
            return text.lstrip("\ufeff"), "some bytes are not UTF-8, as the rest of the text is"
    elif (text := _as_declared(payload, name)) is not None:
        if name in _ONE_BYTE and utf8.is_surely(payload):
            return payload.decode("utf-8").lstrip("\ufeff"), _misdeclared(declared)
        return text, None
    if name in _LATIN:
        other = detect.other_script(payload)
        if other:
            return _replaced(payload, other), _misdeclared(declared)
        own = _strictly(payload, name) if name == "iso8859-15" else None
        return own if own is not None else western(payload), None
    return _guessed(payload, declared, name, hint)


def _as_declared(payload: bytes, name: str) -> str | None:
    text = _strictly(payload, _WIDER.get(name, name))
    if text is None and name in _FALLS_BACK_ON:
        return _strictly(payload, _FALLS_BACK_ON[name])
    return text


def _guessed(
    payload: bytes, declared: str | None, name: str | None, hint: str | None
) -> tuple[str, str]:
    if name is not None and name not in _UNSURE:
        if name.startswith("iso2022") and _DESIGNATION.search(payload):
            return _replaced(payload, name), f"some bytes are not of {_shown(declared)}"
        if text := _strictly(payload, "utf-8"):
            return text, _misdeclared(declared)
        text = _all_but_a_few(payload, name)
        if text is not None:
            return text, f"some bytes are not of the declared charset {_shown(declared)}"
        if text := utf8.mended(payload, believed=False):
            return text, _misdeclared(declared)
    known = codec_name(hint)
    if known and known not in _UNSURE:
        text = _all_but_a_few(payload, known)
        if text:
            return text, _misdeclared(declared)
    found = detect.charset(payload)
    if found == "cp1252" or (known in _LATIN and found in detect.RESEMBLES_LATIN):
        return western(payload), _misdeclared(declared)
    return _replaced(payload, found), _misdeclared(declared)


def _all_but_a_few(payload: bytes, name: str) -> str | None:
    """The text, where the charset has a letter for nearly all bytes; a mark for the others."""
    text = _replaced(payload, _WIDER.get(name, name))
    bad = text.count("\ufffd")
    letters = len(text) if name.startswith("utf-") else sum(c > "\x7f" for c in text) - bad
    return text if bad * 2 <= letters or name.startswith("utf-1") else None


def _decode_seven_bit(payload: bytes, name: str | None) -> tuple[str, str | None]:
    """ASCII bytes may still be ISO-2022, HZ or UTF-7, whatever is declared (RFC 1468, 2152)."""
    if b"\x1b" in payload and _DESIGNATION.search(payload):
        return iso_2022(payload, name), None
    if name == "utf-7" or (name in (None, "ascii") and _UTF7_RUN.search(payload)):
        text = _strictly(payload, "utf-7")
        if text is not None and (name == "utf-7" or _plausible(text)):
            return text, None
    if name is not None and name.startswith("hz"):
        return _replaced(payload, name), None
    if name is not None and name.startswith(("utf-16", "utf-32")) and b"\0" in payload:
        return _replaced(payload, _with_order(payload, name)), None
    return payload.decode("ascii"), None


def iso_2022(payload: bytes, name: str | None = None) -> str:
    """Text in a 7-bit code of the ISO-2022 family, with the vendors' extra characters."""
    for codec in (name, "iso2022_jp_ext", "iso2022_jp_2004", "iso2022_kr"):
        if codec and codec.startswith("iso2022"):
            text = _strictly(payload, codec)
            if text is not None:
                return text
    # What is left is mostly row 13 (circled digits and the like): the same cell of Windows-31J
    moved = _JIS_RUN.sub(_as_windows_31j, payload)
    return _DESIGNATION.sub(b"", moved).decode("cp932", "replace")


def western(payload: bytes) -> str:
    """Windows-1252, with its five holes read as Latin-1's controls."""
    try:
        return payload.decode("cp1252")
    except UnicodeDecodeError:
        return payload.decode("latin-1").translate(_WINDOWS)


@lru_cache(maxsize=256)
def codec_name(declared: str | None) -> str | None:
    """Python's name for a charset that may be used, or None."""
    if not declared or len(declared) > 60:
        return None
    name = declared.strip().strip("\"'<>").strip().rstrip(";").lower()
    name = _PAGE.sub(r"cp\1", name)
    name = _ISO_8859.sub(r"iso8859-\1", name)
    name = _ALSO_KNOWN_AS.get(name, name)
    if not re.fullmatch(r"[a-z0-9_.:+() -]+", name):
        return None
    for tried in (name, name.removeprefix("x-"), name.removeprefix("charset="), name.split()[0]):
        try:
            found = codecs.lookup(tried).name
        except (LookupError, ValueError):
            continue
        if _ALLOWED.fullmatch(found):
            return found
    return None


def tells_script(declared: str | None) -> bool:
    """Whether the charset stands for a language or two, and not for whatever there is."""
    name = codec_name(declared)
    return bool(name) and name not in _UNSURE and not str(name).startswith("utf-")


def _as_windows_31j(run: re.Match[bytes]) -> bytes:
    """JIS X 0208 in Shift_JIS's arrangement (a row's two halves interleaved)."""
    cells = run[1]
    out = bytearray()
    for row, cell in zip(cells[::2], cells[1::2], strict=False):
        lead = (row + 1) // 2 + (0x70 if row <= 0x5E else 0xB0)
        trail = cell + ((0x1F if cell <= 0x5F else 0x20) if row % 2 else 0x7E)
        out += bytes((lead & 0xFF, trail & 0xFF))
    return bytes(out)


def _with_order(payload: bytes, codec: str) -> str:
    """UTF-16 that does not say its byte order: zeros are the upper bytes of Latin letters."""
    if codec != "utf-16" or payload[:2] in _UTF_16_MARKS:
        return codec
    return "utf-16-be" if payload[::2].count(0) > payload[1::2].count(0) else "utf-16-le"


def _strictly(payload: bytes, codec: str) -> str | None:
    if codec.startswith(("utf-16", "utf-32")):
        if b"\0" not in payload and utf8.is_surely(payload):
            return None
        codec = _with_order(payload, codec)
    try:
        text = payload.decode(codec)
        if codec.startswith("utf-7"):
            text.encode("utf-8")  # utf-7 can spell lone surrogates
    except (UnicodeError, ValueError):
        return None
    return text


def _replaced(payload: bytes, codec: str) -> str:
    try:
        text = payload.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return western(payload)
    return text.encode("utf-8", "replace").decode("utf-8")


def _plausible(text: str) -> bool:
    return all(c.isprintable() or c.isspace() for c in text)


def _misdeclared(declared: str | None) -> str:
    if not declared:
        return "no charset is declared"
    return f"the declared charset {_shown(declared)} does not hold"


def _shown(declared: str | None) -> str:
    return "".join(c if c.isprintable() else "?" for c in (declared or "")[:40])
