"""Guess the charset of undeclared 8-bit text.

A few bytes of a subject are too little for statistics over all charsets, so the likely scripts are
tried by their own marks first: kana for Japanese, the frequent half of GB2312 and of Big5 for
Chinese, runs of frequent letters for Cyrillic, Greek, Hebrew and Arabic, the letters that each
language of Western Europe has. What is left goes to charset-normalizer when it is long enough.
"""

from __future__ import annotations

import re

_SAMPLE = 4096
_LONG_ENOUGH = 48
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u3000-\u303f\uff00-\uffef]")
_RUNS = re.compile(rb"[\x80-\xff]+")
_LONG_RUN = re.compile(rb"[\x80-\xff]{4,}")
_LEAST_LETTERS = 6
_HIGH = bytes(range(128, 256))
_NO_LATIN_LETTERS = bytes(c for c in range(256) if not bytes((c,)).isalpha())
_MIXED = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
_RUSSIAN = (re.compile(r"[а-яё]"), re.compile(r"[оеаинтсрвл]"))
_BY_LETTERS = (
    ("cp1251", *_RUSSIAN),
    ("koi8-r", *_RUSSIAN),
    ("iso8859-5", *_RUSSIAN),
    ("cp866", *_RUSSIAN),
    ("cp1253", re.compile(r"[ά-ώ]"), re.compile(r"[αοιετσνηυρ]")),
    ("cp1255", re.compile(r"[א-ת]"), re.compile(r"[יוהלאתרמבש]")),
    ("cp1256", re.compile(r"[ء-ي]"), re.compile(r"[اليمنوتره]")),
)
"""Charsets of other alphabets, with their small letters and the most frequent of these."""
_COMMON_TRADITIONAL = frozenset(
    "的是我不一有在人了他這個你們請您好謝說要會對時為沒可以到來和訂單貨寄收件問題給嗎"
)
_COMMON_BIG5 = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]")
_MARKS = frozenset("“”„‚‘’–—…€«»°\xa7´`·©®™½¼ \xad‹›•¡¿ºª£")
_ALPHABETS = tuple(
    frozenset(letters) | _MARKS
    for letters in (
        "äöüß", "àâæçéèêëîïôùûüÿœ", "áéíóúüñç", "áâãàçéêíóôõúü", "àèéìíîòóùú", "åäöéüæø",
        "ëïéèêöüóáä", "áéíóúýþðæö", "àèéíïòóúüç",
    )
)  # fmt: skip
"""What Western Europe's languages write above ASCII: German, French, Spanish, Portuguese, Italian,
those of the North, Dutch, Icelandic, Catalan."""
_ASCII = frozenset(map(chr, range(128)))
_FIRST_OF_BIG5 = bytes(range(0xA1, 0xFA))
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
    if found := _by_script(payload, sample, high):
        return found
    if _western(sample):
        return "cp1252"
    if high >= 8 and len(sample) >= _LONG_ENOUGH:
        return _by_statistics(sample)
    return "cp1252"


def other_script(payload: bytes) -> str | None:
    """The charset of a text that is said to be in Latin letters, and has hardly any of them.

    No word of a language that Latin-1 was made for has four letters above ASCII in a row: where
    most stand so, and are many different ones, the text is of another script. Big5 mixes letters
    and others, but a quarter of Latin text is not made of its first bytes.
    """
    sample = payload[:_SAMPLE]
    high = len(sample) - len(sample.translate(None, _HIGH))
    if high * 4 < len(sample) or high < _LEAST_LETTERS:
        return None  # nearly every mail
    if high < len(sample.translate(None, _NO_LATIN_LETTERS)):
        return "big5" if _traditional(sample, high) else None
    long = _LONG_RUN.findall(sample)
    if sum(map(len, long)) * 2 <= high or len(set(b"".join(long))) < _LEAST_LETTERS:
        return "big5" if _traditional(sample, high) else None
    return _by_script(payload, sample, high)


def _by_script(payload: bytes, sample: bytes, high: int) -> str | None:
    """A script that is told by its own marks."""
    for codec, marks in (("euc_jp", _kana), ("cp932", _kana), ("cp949", _hangul)):
        if _decodes(payload, codec) and marks(sample.decode(codec, "ignore"), high):
            return codec
    if _chinese(sample, high):
        return "gb18030"
    if _traditional(sample, high):
        return "big5"
    return _by_letters(sample, high)


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


def _traditional(sample: bytes, high: int) -> bool:
    """Most high bytes begin pairs of Big5's level 1, and frequent characters are among them."""
    if high < 4 or len(sample.translate(None, _FIRST_OF_BIG5)) * 4 > len(sample) * 3:
        return False
    if len(sample) < _SAMPLE and not _decodes(sample, "big5hkscs"):
        return False
    pairs = _COMMON_BIG5.findall(sample)
    common = sum(c in _COMMON_TRADITIONAL for c in b"".join(pairs).decode("big5hkscs", "ignore"))
    return len(pairs) * 2 > high * 0.7 and common >= 2


def _western(sample: bytes) -> bool:
    """Whether one language of Western Europe writes all the letters that stand here."""
    used = set(sample.decode("cp1252", "ignore").lower()) - _ASCII
    return any(used <= letters for letters in _ALPHABETS)


def _by_letters(sample: bytes, high: int) -> str | None:
    """An alphabet of its own, by its frequent letters; its words hold no Latin letters."""
    runs = _RUNS.findall(sample)
    if high < 4 or len(max(runs, key=len)) < 3:
        return None
    if len(_MIXED.findall(sample)) * 3 > len(runs):
        return None
    best, best_score = None, 0.6
    for codec, letter, common in _BY_LETTERS:
        text = sample.decode(codec, "ignore")
        score = (len(letter.findall(text)) * 0.5 + len(common.findall(text)) * 0.9) / high
        if score > best_score:
            best, best_score = codec, score
    return best


def _by_statistics(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # slow to load, and rarely wanted

    found = from_bytes(sample, cp_isolation=_LEGACY, steps=3, chunk_size=512).best()
    return found.encoding if found else "cp1252"
