"""What staff write, as HTML: the same on the desk, on the customer's page and in the mail.

Markdown (CommonMark) with HTML switched off: tags that someone types stay text, and only http,
https and mailto links are made. A line break stays one. Pictures are those of the message's own
files, shown where the text says ``[image: photo.png]``: none is ever fetched from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from markdown_it import MarkdownIt

PICTURE = re.compile(r"\[(?:cid|image):\s*([^\]\n]{1,200})\]")
"""How a text says that it shows a picture, by its file's name or Content-ID."""

# Stand for a picture while the text is read: of the private use area, so never typed.
_BEGIN, _END = "\ue000", "\ue001"
_PLACE = re.compile(f"{_BEGIN}([0-9]+){_END}")


def to_html(text: str, pictures: Mapping[str, str] | None = None) -> str:
    """The text as HTML. Safe to show: nothing in it comes through unescaped.

    :param pictures: for the name of each picture that may be shown, its HTML.
    """
    text = text.replace(_BEGIN, "").replace(_END, "")
    if not pictures:
        return _rendered(text)
    placed: list[str] = []

    def place(found: re.Match[str]) -> str:
        picture = pictures.get(found[1].strip())
        if picture is None:
            return found[0]
        placed.append(picture)
        return f"{_BEGIN}{len(placed) - 1}{_END}"

    marked = _rendered(PICTURE.sub(place, text))
    return _PLACE.sub(lambda found: placed[int(found[1])], marked)


def named_pictures(text: str) -> set[str]:
    """The names of the pictures that a text says it shows."""
    return {found[1].strip() for found in PICTURE.finditer(text)}


def _rendered(text: str) -> str:
    html: str = _parser().render(text)
    return html


@cache
def _parser() -> MarkdownIt:
    options = {"html": False, "linkify": True, "breaks": True}
    # Images would have every reader's program ask another host for them.
    return MarkdownIt("commonmark", options).enable("linkify").disable("image")
