"""Numbers of tickets in what staff typed, as links to them: on the desk alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup

_TAG = re.compile(r"(<[^>]*>)")
_NUMBER = re.compile(r"(?<![\w/])(#?)(TKT\d{11,20})(?!\w)", re.IGNORECASE)
_PLAIN = ("a", "code", "pre")
"""Elements in which a number stays as it is."""


def with_ticket_links(body: Markup, address: Callable[[str], str]) -> Markup:
    """Make links of the numbers in a text.

    Whether there is such a ticket, or its reader may see it, is not asked: its own page says so.

    :param body: HTML that was made safe.
    :param address: of the page of a ticket, by its number.
    """
    if "TKT" not in body.upper():
        return body
    inside, pieces = 0, []
    for piece in _TAG.split(body):
        if piece.startswith("<"):
            name = re.match(r"</?(\w*)", piece)
            if name and name[1].lower() in _PLAIN:
                inside += -1 if piece.startswith("</") else 1
            pieces.append(piece)
        else:
            pieces.append(piece if inside > 0 else _NUMBER.sub(_link(address), piece))
    return Markup("".join(pieces))  # noqa: S704 (what was safe, and links of ours)


def _link(address: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    def made(found: re.Match[str]) -> str:
        number = found[2].upper()
        return str(Markup('<a href="{}">{}</a>').format(address(number), found[0]))

    return made
