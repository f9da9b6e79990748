"""Plain text as HTML: escaped, its links live, its inline pictures where they stood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from helpdesk.markdown import PICTURE

# Addresses as people type them. What closes a sentence or a bracket is not part of the address.
_LINK = re.compile(r"\bhttps?://[^\s<>\"“”«»]+", re.IGNORECASE)
_TRAILING = ".,;:!?'’*_"
_LONGEST_LINKED = 200_000


def message_text(text: str, pictures: Mapping[str, Markup] | None = None) -> Markup:
    """A text as it is read: paragraphs kept, links live (in a new tab, telling them nothing).

    :param pictures: what to show in place of ``[cid:…]`` and ``[image: …]``, by that name.
    """
    if not text or len(text) > _LONGEST_LINKED:
        return escape(text)
    if not pictures:
        return _linked(text)
    parts, end = [], 0
    for found in PICTURE.finditer(text):
        picture = pictures.get(found[1].strip())
        if picture is not None:
            parts += [_linked(text[end : found.start()]), picture]
            end = found.end()
    parts.append(_linked(text[end:]))
    return Markup("").join(parts)


def _linked(text: str) -> Markup:
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = _without_trailing(found[0])
        if not _host(address):
            continue
        parts.append(escape(text[end : found.start()]))
        parts.append(
            Markup(
                '<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>'
            ).format(address)
        )
        end = found.start() + len(address)
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def _without_trailing(address: str) -> str:
    while address and (
        address[-1] in _TRAILING
        or (address[-1] == ")" and address.count(")") > address.count("("))
        or (address[-1] == "]" and address.count("]") > address.count("["))
    ):
        address = address[:-1]
    return address


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
