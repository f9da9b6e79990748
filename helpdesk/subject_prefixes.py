"""How mail programs say "answer to" and "forwarded" at the front of a subject, by language.

One table for mail in and mail out. A prefix is followed by a colon (also the full-width one), and may
count: ``Re[2]:``, ``AW(3):``. Most rows are known from memory, those of ``SEEN`` from mails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Prefixes:
    """One language's prefixes, divided by ``|``."""

    answer: str
    forward: str


PREFIXES: dict[str, Prefixes] = {
    "en": Prefixes("Re|Reply|Ans", "Fwd|Fw|Forward"),
    "de": Prefixes("AW|Antwort|Antw", "WG|Weitergeleitet"),
    "fr": Prefixes("RE|RÉ|Rép|TR RE", "TR|Tr"),
    "es": Prefixes("RE|Resp", "RV|Rv|Reenv|RENV"),
    "ca": Prefixes("RE", "RV|FW"),
    "gl": Prefixes("RE", "RV"),
    "pt": Prefixes("RES|Resp", "ENC"),
    "it": Prefixes("R|RIF|Rif", "I|Inoltro"),
    "nl": Prefixes("Antw|Betr", "Doorst|Doorgest|DS"),
    "sv": Prefixes("SV", "VB"),
    "nb": Prefixes("SV", "VS|Vs"),
    "da": Prefixes("SV", "VS|Vs"),
    "is": Prefixes("SV|Svar", "FS|Áfr"),
    "fi": Prefixes("VS", "VL"),
    "et": Prefixes("VS|Vast", "Edasi|EDS|ED"),
    "lv": Prefixes("Atb|AT", "Pārs|Pārsūtīts|PĀR"),
    "lt": Prefixes("Ats|AT|Atsakymas", "Pers|PER|Persiųsta"),
    "pl": Prefixes("Odp|ODP", "PD|Przek|PDD"),
    "cs": Prefixes("Odp|RE", "Přep|Předáno|PŘ"),
    "sk": Prefixes("Odp|OD", "Prep|Preposlané|PS"),
    "sl": Prefixes("Odg|OD", "Posr|PS"),
    "hr": Prefixes("Odg|OG", "Proslj|Prosl|PR"),
    "sr-Latn": Prefixes("Odg|OG", "Prosl|Prosleđeno"),
    "sr-Cyrl": Prefixes("Одг|ОГ", "Просл|Прослеђено"),
    "hu": Prefixes("Vá|VÁ|Válasz", "Továbbítás|Tov|Továbbítva|TO"),
    "ro": Prefixes("Răsp|RE", "Redir|Redirecționat|Trim"),
    "bg": Prefixes("Отг|ОТН", "Препр|ПР|НП"),
    "uk": Prefixes("Відп|Відповідь|НА", "Пересл|Переслано|ПЕР"),
    "ru": Prefixes("Отв|Ответ|НА|HA", "Пересл|Переслано|Пер|ПЕРЕСЛ"),
    "el": Prefixes("ΑΠ|Απ|ΣΧΕΤ|Σχετ|Απάντηση", "ΠΡΘ|Πρθ|Προωθ"),
    "tr": Prefixes("YNT|Ynt|YAN|CVP", "İLT|ILT|İlt|ilt|Yönl|TV"),
    "sq": Prefixes("Përgj", "Përc|PËRC"),
    "he": Prefixes("השב|תגובה|תשובה", "הועבר|העברה|FW"),
    "ar": Prefixes("رد|ردّ", "إعادة توجيه|تحويل|إعادة إرسال"),
    "fa": Prefixes("پاسخ|جواب", "هدایت|ارسال مجدد|بازارسال"),
    "hi": Prefixes("उत्तर|जवाब", "अग्रेषित|अग्रे"),
    "th": Prefixes("ตอบ|ตอบกลับ", "ส่งต่อ"),
    "vi": Prefixes("Trả lời|TL|Hồi âm", "Chuyển tiếp|CT"),
    "id": Prefixes("BLS|Bls|Balas", "TRS|Trs|Terusan|Teruskan"),
    "ms": Prefixes("BLS|Bls|Balas|Balasan", "TRS|Maju|Majukan"),
    "tl": Prefixes("Sagot|Re", "Ipinasa|Fwd"),
    "zh-CN": Prefixes("回复|答复|回覆", "转发|转寄"),
    "zh-TW": Prefixes("回覆|回復|答覆|回信", "轉寄|轉發|轉"),
    "ja": Prefixes("返信|RE|Re", "転送"),
    "ko": Prefixes("답장|회신|RE", "전달|FW"),
}  # fmt: skip

SEEN = ("en", "de", "fr", "es", "pt", "it", "nl", "sv", "nb", "da", "fi", "pl", "tr", "zh-CN")

# Words that begin ordinary subjects too ("PS: …", "Pro: …") are no prefixes by themselves.
_ORDINARY = frozenset({"ps", "pr", "to", "od", "at", "ed", "ct", "per", "maju", "ds", "пер", "пр"})  # fmt: skip


def _listed(lists: list[str]) -> str:
    words = {word.lower() for listed in lists for word in listed.split("|")} - _ORDINARY
    # "İ" in lower case is two characters, and matches nothing in any case: it is listed as written
    words |= {word for listed in lists for word in listed.split("|") if "İ" in word}
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


_ANSWER = _listed([each.answer for each in PREFIXES.values()])
_FORWARD = _listed([each.forward for each in PREFIXES.values()])
_BLANK = r"[ \t\xa0\u2009\u202f\u3000]"  # the French put an unbreakable one before the colon
_AFTER = rf"{_BLANK}?(?:\[\d{{1,4}}\]|\(\d{{1,4}}\)|\^\d{{1,4}})?{_BLANK}?[:：﹕∶]+{_BLANK}*"
_ONE = re.compile(
    rf"[ \t]*(?:(?P<forward>{_FORWARD})|(?P<answer>{_ANSWER})){_AFTER}", re.IGNORECASE
)
_ANSWERS = re.compile(rf"[ \t]*(?:{_ANSWER}){_AFTER}", re.IGNORECASE)
# What servers and lists put before it: "[EXTERNAL] Fwd:", "***SPAM*** Re:", "EXTERN: WG:".
_TAGS = re.compile(
    r"(?:(?:\[[^\[\]]{1,40}\]|\{[^{}]{1,40}\}|\*{2,5}[^*]{1,30}\*{2,5}"
    r"|(?:ext(?:ern(?:al|e|o|a)?)?|esterno|spam|suspect)\s?[:|-])[ \t]*){1,3}",
    re.IGNORECASE,
)
# An older way: the prefix and all that follows in brackets.
_IN_BRACKETS = re.compile(r"\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*){0,5})\]$")
_MARKS = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff\u200b\xa0 \t"
_MOST = 50


@dataclass(frozen=True)
class SubjectParts:
    """The rest of a subject, and what its prefixes say."""

    rest: str
    answers: bool = False
    forwards: bool = False
    """Whether the first prefix says "forwarded". In some languages it may say "answer" as well
    (``VS:`` in Danish and Norwegian, and in Finnish): then ``answers`` is true too."""


def subject_parts(subject: str) -> SubjectParts:
    """Take the prefixes off a subject. What a server or a list put before one stays."""
    rest = subject.strip().lstrip(_MARKS)
    tags = ""
    answers = forwards = begun = False
    for _ in range(_MOST):
        found = _ONE.match(rest)
        if not found:
            tag, rest = _tagged(rest)
            if tag is None:
                break
            tags += "" if tag.strip() in tags else tag
            continue
        is_forward = found["forward"] is not None
        answers = answers or not is_forward or _ANSWERS.match(rest) is not None
        forwards = forwards or (is_forward and not begun)
        begun = True
        rest = rest[found.end() :].lstrip(_MARKS)
    tags = tags.strip()
    return SubjectParts(f"{tags} {rest}" if tags and tags not in rest else rest, answers, forwards)


def _tagged(rest: str) -> tuple[str | None, str]:
    """What stands before the next prefix, and the rest; None where no prefix follows."""
    bracketed = _IN_BRACKETS.match(rest)
    if bracketed and _ONE.match(bracketed[1]):
        return "", bracketed[1]
    found = _TAGS.match(rest)
    if found is None or not _ONE.match(rest, found.end()):
        return None, rest
    return found.group(), rest[found.end() :]
