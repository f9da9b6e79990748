from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Split:
    reply: str = ""
    quoted: str = ""
    signature: str = ""


def whole(text: str) -> Split:
    return Split(text)


def split(marked: str, subject: str) -> Split:
    return Split(unmarked(marked))


def unmarked(text: str) -> str:
    return text.replace("\ue000\n", "").replace("\ue001\n", "")
