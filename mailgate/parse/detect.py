"""Guess the charset of undeclared 8-bit text.

A few bytes of a subject are too little for statistics over all charsets, so the likely scripts are
tried by their own marks first: kana for Japanese, the frequent half of GB2312 for Chinese, runs of
lower-case letters for Cyrillic. What is left goes to charset-normalizer when it is long enough.
"""

from __future__ import annotations

import re

_SAMPLE = 4096
_LONG_ENOUGH = 48
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u3000-\u303f\uff00-\uffef]")
_RUNS = re.compile(rb"[\x80-\xff]+")
_RUSSIAN = re.compile(r"[а-яё]")
_COMMON_RUSSIAN = re.compile(r"[оеаинтсрвл]")
_LEGACY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2",
    "iso8859_7", "koi8_r", "cp874", "gb18030", "big5", "euc_jp", "cp932", "cp949", "mac_roman",
    "cp850",
]  # fmt: skip
RESEMBLES_LATIN = frozenset(
    {"cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2", "mac_roman", "cp850"}
)
"""Guesses that letters of Western Europe lead to: another word for them outweighs the guess."""


def charset(payload: bytes) -> str:
    """The likeliest of the legacy charsets (UTF-8 is tried before anyone asks)."""
    sample = payload[:_SAMPLE]
    high = sum(len(run) for run in _RUNS.findall(sample))
    for codec, marks in (("euc_jp", _kana), ("cp932", _kana), ("cp949", _hangul)):
        if _decodes(payload, codec) and marks(sample.decode(codec, "ignore"), high):
            return codec
    if _chinese(sample, high):
        return "gb18030"
    if found := _cyrillic(sample, high):
        return found
    if high >= 8 and len(sample) >= _LONG_ENOUGH:
        return _by_statistics(sample)
    return "cp1252"


def _decodes(payload: bytes, codec: str) -> bool:
    try:
        payload.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _kana(text: str, high: int) -> bool:
    full = len(re.findall(r"[\u3041-\u30fe]", text))
    half = len(re.findall(r"[\uff61-\uff9f]", text))
    return full >= 2 and full * 6 > high / 2 and half * 3 < full


def _hangul(text: str, high: int) -> bool:
    return len(re.findall(r"[\uac00-\ud7a3]", text)) * 3 > high and high >= 4


def _chinese(sample: bytes, high: int) -> bool:
    """Most high bytes are pairs in GB2312's level 1 (rows 16 to 55), where frequent words are."""
    if high < 4 or (len(sample) < _SAMPLE and not _decodes(sample, "gb18030")):
        return False
    pairs = re.findall(rb"[\xb0-\xd7][\xa1-\xfe]", sample)
    return len(pairs) * 2 > high * 0.7 and len(max(_RUNS.findall(sample), key=len)) >= 4


def _cyrillic(sample: bytes, high: int) -> str | None:
    if high < 4 or len(max(_RUNS.findall(sample), key=len)) < 3:
        return None
    best, best_score = None, 0.6
    for codec in ("cp1251", "koi8-r", "iso8859-5", "cp866"):
        text = sample.decode(codec, "ignore")
        low, common = len(_RUSSIAN.findall(text)), len(_COMMON_RUSSIAN.findall(text))
        score = (low * 0.5 + common * 0.9) / high
        if score > best_score:
            best, best_score = codec, score
    return best


def _by_statistics(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # slow to load, and rarely wanted

    found = from_bytes(sample, cp_isolation=_LEGACY, steps=3, chunk_size=512).best()
    return found.encoding if found else "cp1252"
