"""How letters are compared: capitals and accents make no difference."""

from __future__ import annotations

import re
import unicodedata

# Marks that people leave out when they type: accents, Hebrew and Arabic points. Marks of Indian
# scripts are letters of their own, and stay.
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670]")
UNDIVIDED = {
    "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h",
    "ŧ": "t", "ŋ": "n", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ɖ": "d", "ƙ": "k", "ƴ": "y", "ɣ": "g",
    "ƀ": "b", "ɨ": "i", "ɔ": "o", "ɛ": "e", "ə": "e", "ǝ": "e", "ʉ": "u", "ȼ": "c", "ǥ": "g",
    "ɍ": "r", "ɏ": "y", "ⱥ": "a", "ⱦ": "t", "ƶ": "z", "ƚ": "l", "ɫ": "l",
}  # fmt: skip
"""Letters that are one piece for Unicode, with a stroke or two in one, and the ones that people
type for them where a keyboard lacks them. Their capitals are folded before; ß is, too."""
_UNDIVIDED = str.maketrans(UNDIVIDED)


def folded(text: str) -> str:
    """A text as it is compared: no capitals, no accents, no letters that hardly a keyboard has."""
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKC", bare).casefold().translate(_UNDIVIDED)
