"""Text as people typed or mailed it: made safe to keep, and cut short to show."""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BIDI = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# RFC 5321 4.1.2, strict: what we are ready to send to. No quoted local parts, no literals.
_ADDR_SPEC = re.compile(
    r"(?=.{3,254}$)(?=[^@]{1,64}@)"
    r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]+(?<!\.)@(?!-)[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f.]+"
    r"(\.[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f.]+)*$"
)


def clean_text(text: str) -> str:
    """Several lines: line ends as ``\\n``, controls gone, no blank lines around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text).strip("\n").rstrip()


def clean_line(text: str, limit: int = 500) -> str:
    """One line: controls, line ends and bidi marks gone, spaces folded, cut at ``limit``."""
    text = _BIDI.sub("", _LINE_CONTROLS.sub(" ", text))
    return re.sub(r"\s+", " ", text).strip()[:limit]


def preview(text: str, limit: int = 160) -> str:
    """The beginning of a text in one line, for lists."""
    line = clean_line(text[: limit * 4], limit + 1)
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def is_address(text: str) -> bool:
    """Whether this is a plain addr-spec that we would send mail to."""
    return bool(_ADDR_SPEC.match(text)) and ".." not in text and not text.startswith(".")


def fold_address(text: str) -> str:
    """An address as we compare it: trimmed, in lower case."""
    return text.strip().lower()


def split_tag(address: str) -> tuple[str, str]:
    """``support+token@shop.example`` → ``("support@shop.example", "token")``, folded."""
    local, at, domain = fold_address(address).rpartition("@")
    base, _, tag = local.partition("+")
    return f"{base}{at}{domain}", tag
