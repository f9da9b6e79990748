"""A plain alternative that only stands in for the HTML: "this message is in HTML", a lone link.

Told by what it holds, not by its phrases: it is short, and the words of the HTML are not in it. The
alternatives of one mail say the same (RFC 2046 5.1.4), so where they do not, the last is meant.
"""

from __future__ import annotations

import html as entities
import re

_LONGEST = 600
_MOST_WORDS = 60
_MOST_LINES = 6
_LONGER = 3
"""So many times the words of the HTML say: this is no notice, whatever the HTML is."""
_FEWEST_IN_HTML = 3
_LOOKED_AT = 64 * 1024
_STRANGER = 1 / 3
"""A share of the plain words in the HTML that says: it is about something else."""
_COVERED = 1 / 4
"""A share of the HTML's words in the plain text that says: most is missing there, and its link
leads to it."""
_DROPPED = ("style", "script", "title", "head")
_LINK = re.compile(r"(?:https?://|www\.|mailto:)\S+|\[(?:cid|image)[^\]\n]{0,100}\]", re.IGNORECASE)
# A sign of the East Asian scripts is a word of its own; Thai and its like have no spaces either.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
    r"|[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|\d+"
)


def stands_in(plain: str, html: str) -> bool:
    """Whether the HTML is to be read in the place of the plain text."""
    plain = plain.strip()
    if len(plain) > _LONGEST or _is_letter(plain):
        return False
    said = _words(plain)
    if len(said) > _MOST_WORDS:
        return False
    written = _words(_bare(html[:_LOOKED_AT]))
    if len(written) < _FEWEST_IN_HTML or len(said) > _LONGER * len(written):
        return False
    if not said:
        return True
    common = len(said & written)
    if common <= _STRANGER * len(said):
        return True
    return bool(_LINK.search(plain)) and common <= _COVERED * len(written)


def _is_letter(plain: str) -> bool:
    """Whether it quotes another mail, or has more lines than a notice."""
    lines = [line for line in plain.split("\n") if line.strip()]
    return len(lines) > _MOST_LINES or any(line.startswith(">") for line in lines)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(_LINK.sub(" ", text))}


def _bare(html: str) -> str:
    """The words of HTML, nearly: good enough to be counted."""
    low = html.lower()
    for name in _DROPPED:
        if f"<{name}" in low:
            html = _without(html, low, name)
            low = html.lower()
    return entities.unescape(re.sub(r"<[^<>]*>", " ", html))


def _without(html: str, low: str, name: str) -> str:
    """HTML without the elements of a name. One that is not closed stays."""
    kept, at = [], 0
    while (begin := low.find(f"<{name}", at)) >= 0:
        end = low.find(f"</{name}", begin)
        if end < 0:
            break
        kept.append(html[at:begin])
        at = end
    return "".join([*kept, html[at:]])
