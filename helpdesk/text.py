"""Text as people typed or mailed it: made safe to keep, and cut short to show."""

from __future__ import annotations

import re
import unicodedata

# Lone surrogates have no UTF-8, and are taken out with the controls.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

# What is not seen, or turns the direction of what follows, so that an address reads backwards.
# The joiners U+200C and U+200D stay: they are part of Persian and Hindi words, and of emoji.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)

_LONGEST_NUMBER = 20
_BOUNCE_MARK = re.compile(r"\A(?:prvs|btv1)=[0-9a-z]{4,16}=", re.IGNORECASE)


def clean_text(text: str) -> str:
    """Several lines: line ends as ``\\n``, controls gone, no blank lines around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text).strip("\n").rstrip()


def clean_line(text: str, limit: int = 500) -> str:
    """One line: controls, line ends and unseen marks gone, spaces folded, cut at ``limit``."""
    text = _UNSEEN.sub("", _LINE_CONTROLS.sub(" ", text))
    return " ".join(text.split())[:limit].rstrip()


def name_in_mail(text: str, limit: int = 120) -> str:
    """A person's name as a mail gives it; empty where it shows an address, in whatever letters:
    whoever reads it would take that for the person's own."""
    name = clean_line(text, limit)
    return "" if "@" in unicodedata.normalize("NFKC", name) else name


def preview(text: str, limit: int = 160) -> str:
    """The beginning of a text in one line, for lists."""
    line = clean_line(text[: limit * 4], limit + 1)
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def shortened(text: str, limit: int) -> str:
    """The beginning of a text of several lines, with a mark where something was left out."""
    text = text.strip()
    return text if len(text) <= limit else text[:limit].rstrip() + " …"


def bounded_int(text: str, *, least: int = 0, most: int) -> int | None:
    """Return the whole number that a text writes in ASCII digits, or None where it writes none.

    ``str.isdigit`` accepts “²”, on which ``int`` raises, and the digits of other alphabets; and the
    time that ``int`` takes grows with the square of the length.

    :param least: the smallest number accepted; a sign is allowed only where it is negative.
    :param most: the greatest number accepted. Leading zeros count towards 20 characters in all.
    """
    digits = text[1:] if least < 0 and text[:1] in ("+", "-") else text
    if not (len(digits) <= _LONGEST_NUMBER and digits.isascii() and digits.isdigit()):
        return None
    number = -int(digits) if text[0] == "-" else int(digits)
    return number if least <= number <= most else None


def fold_address(text: str) -> str:
    """An address as we compare it: trimmed, in lower case."""
    return text.strip().lower()


def unmarked(local: str) -> str:
    """A local part without the mark by which a server knows its own bounces (BATV):
    ``prvs=0123abcdef=support`` → ``support``."""
    return _BOUNCE_MARK.sub("", local, count=1)


def split_tag(address: str) -> tuple[str, str]:
    """``support+token@shop.example`` → ``("support@shop.example", "token")``, folded; without the
    mark of a server on the way (:func:`unmarked`)."""
    local, at, domain = fold_address(address).rpartition("@")
    base, _, tag = unmarked(local).partition("+")
    return f"{base}{at}{domain}", tag
