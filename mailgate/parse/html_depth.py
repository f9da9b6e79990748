"""How deep HTML nests, told in one linear pass, without its tree.

A sanitiser takes time with the square of the depth, and what counts there is what stands open: an
end tag that a browser ignores, like that of ``<div></b>``, closes nothing. So this follows the
rules by which a browser closes elements (WHATWG HTML 13.2.6), and where it simplifies them it
closes less than a browser would: the depth may be told too large, never much too small.
"""

from __future__ import annotations

import re

from mailgate.parse.limits import MailTooComplexError

DEEPEST = 500
"""The deepest that is sanitised. Mails nest up to a hundred deep, those of Outlook."""
FEW_TAGS = 1000
"""HTML with fewer tags is sanitised at once, however deep they nest."""
MOST_ODD_TAGS = 3000
"""As many tags may stand where some change how the others are read: closing then counts nothing."""

MOST_MARKS = 500_000
"""As many ``<`` may stand in HTML that is to be sanitised."""
MOST_WORK = 20_000_000
"""Steps for all tags together, each at most as many as elements stand open. Half a second, at
worst, where an honest mail of 20,000 tags takes two million."""
_COPY = 100
"""Steps for formatting that stays open, which the rules copy into each block after it."""

_FAR = 50
"""An end tag closes what is at most so many elements up."""
_FAR_FORMATTING = 6
"""The rules for an end tag like ``</b>`` give up after eight elements between."""

_SPACE = r" \t\n\f\r"
_MARKUP = re.compile(rf"<(?:(/?)([a-zA-Z][^{_SPACE}/>]*+)|(!--)|[!?/])")
_ATTRIBUTES = re.compile(
    rf"""(?:[{_SPACE}/]++
    |[^{_SPACE}/>][^{_SPACE}/>=]*+
     (?:[{_SPACE}]*+=[{_SPACE}]*+
        (?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^{_SPACE}>"'][^{_SPACE}>]*+|(?=>)))?+
    )*+(?:>|\Z)""",
    re.VERBOSE,
)
_EMPTY_COMMENT = re.compile(r"<!---?>")
_END_OF_COMMENT = re.compile(r"--!?>")
_ANY_TAG = re.compile(r"<[a-zA-Z]")

_VOID = frozenset(
    {
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img",
        "image", "input", "keygen", "link", "meta", "param", "source", "track", "wbr", "html",
        "head", "body", "colgroup",
    }
)  # fmt: skip
"""What opens nothing: the void elements, and those of which there is one."""
_RAW = frozenset(
    {
        "iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title",
        "xmp",
    }
)  # fmt: skip
"""What stands in these is no markup."""
_ODD = re.compile(
    r"<(?:svg|math|select|template|plaintext|frameset)\b|<script[^<]*<!--", re.IGNORECASE
)
_FORMATTING = frozenset(
    {
        "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong",
        "tt", "u",
    }
)  # fmt: skip
"""What an end tag closes alone: what was opened inside stays open."""
_CLOSES_PARAGRAPH = frozenset(
    {
        "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
        "h4", "h5", "h6", "header", "hgroup", "li", "listing", "main", "menu", "nav", "ol", "p",
        "pre", "search", "section", "summary", "ul",
    }
)  # fmt: skip
_SPECIAL_BESIDES = frozenset(
    {
        "applet", "button", "caption", "marquee", "object", "table", "tbody", "td", "tfoot", "th",
        "thead", "tr",
    }
)  # fmt: skip
_SPECIAL = _CLOSES_PARAGRAPH | _RAW | _SPECIAL_BESIDES
"""Past these, an end tag of an element that is not special closes nothing."""
_WALLS = frozenset(("applet", "button", "caption", "marquee", "object", "table", "td", "th"))
"""From inside these, end tags do not reach out."""
_CELLS = frozenset(("td", "th"))
_TABLE_PARTS = frozenset(("caption", "tbody", "td", "tfoot", "th", "thead", "tr"))
_ITEMS = {"li": ("li",), "dd": ("dd", "dt"), "dt": ("dd", "dt")}
_NO_BAR_TO_ITEMS = frozenset(("address", "div", "p"))


def check_depth(html: str) -> None:
    """Refuse HTML that nests too deep.

    :raises MailTooComplexError: it nests deeper than :data:`DEEPEST`, or perhaps does.
    """
    marks = html.count("<")
    if marks < FEW_TAGS:
        return
    if marks > MOST_MARKS:
        raise MailTooComplexError("its HTML has too many tags")
    if _ODD.search(html):
        if sum(1 for _ in _ANY_TAG.finditer(html)) > MOST_ODD_TAGS:
            raise MailTooComplexError("its HTML nests too deep, perhaps")
        return
    _follow(html, _OpenElements())


def _follow(html: str, elements: _OpenElements) -> None:
    """Follow the tags to the end."""
    found = _MARKUP.search(html)
    while found:
        closing, name, comment = found.groups()
        if name:
            tag = name.lower()
            end = _end_of(_ATTRIBUTES.match(html, found.end()))
            if closing:
                elements.close(tag)
            elif tag in _RAW:
                end = _end_of(re.compile(rf"</{tag}(?=[{_SPACE}/>])", re.I).search(html, end))
            elif tag not in _VOID:
                elements.open(tag)
        elif comment:
            empty = _EMPTY_COMMENT.match(html, found.start())
            end = _end_of(empty or _END_OF_COMMENT.search(html, found.end()))
        else:
            end = html.find(">", found.end())
        if end < 0:
            return
        found = _MARKUP.search(html, end)


def _end_of(found: re.Match[str] | None) -> int:
    return found.end() if found else -1


class _Room:
    """What stands open within a wall: the elements in order, and the formatting apart."""

    def __init__(self, wall: str) -> None:
        self.wall = wall
        self.elements: list[str] = []
        self.formatting: dict[str, list[int]] = {}
        """How many elements stood open in the room when each began."""
        self.paragraph = -1
        """Where its paragraph stands among the elements, of which there is one at most."""
        self.depth = 1


class _OpenElements:
    """The elements that stand open."""

    def __init__(self) -> None:
        self._rooms = [_Room("")]
        self._outside = 0
        """The depth of all rooms but the innermost."""
        self._work = 0

    def open(self, tag: str) -> None:
        """Note a start tag.

        :raises MailTooComplexError: it is one too many.
        """
        if tag in _TABLE_PARTS and not self._clear_to_table():
            return  # ignored outside a table
        room = self._rooms[-1]
        if tag in _CLOSES_PARAGRAPH and room.paragraph >= 0:
            self._close_down_to(room, room.paragraph)
        if tag in _ITEMS:
            self._close_item(room, tag)
        if tag in _FORMATTING:
            if tag == "a":
                self.close(tag)
            room.formatting.setdefault(tag, []).append(len(room.elements))
            room.depth += 1
        elif tag in _WALLS:
            self._outside += room.depth
            self._rooms.append(_Room(tag))
        elif tag not in _TABLE_PARTS:
            if tag == "p":
                room.paragraph = len(room.elements)
            self._work += _COPY * (room.depth - len(room.elements) - 1)
            room.elements.append(tag)
            room.depth += 1
        self._count()

    def close(self, tag: str) -> None:
        """Note an end tag; most that match nothing are ignored.

        :raises MailTooComplexError: as :meth:`open`.
        """
        self._count()
        room = self._rooms[-1]
        if tag in _FORMATTING:
            began = room.formatting.get(tag)
            if began and len(room.elements) - began[-1] <= _FAR_FORMATTING:
                began.pop()
                room.depth -= 1
        elif tag == "table":
            if self._clear_to_table():
                self._leave_room()
        elif tag in _TABLE_PARTS - {"caption"}:
            self._close_cell(tag)
        elif tag in _WALLS:
            if room.wall == tag:
                self._leave_room()
        elif tag != "form" or room.elements[-1:] == ["form"]:  # else it closes the form alone
            self._close_element(room, tag)

    def _count(self) -> None:
        depth = self._outside + self._rooms[-1].depth
        self._work += depth
        if depth > DEEPEST or self._work > MOST_WORK:
            raise MailTooComplexError("its HTML nests too deep")

    def _close_element(self, room: _Room, tag: str) -> None:
        for place in range(len(room.elements) - 1, max(-1, len(room.elements) - 1 - _FAR), -1):
            name = room.elements[place]
            if name == tag:
                self._close_down_to(room, place)
                return
            if name in _SPECIAL if tag not in _SPECIAL else tag == "li" and name in ("ul", "ol"):
                return

    def _close_item(self, room: _Room, tag: str) -> None:
        """Close the item before this one, as its start tag does."""
        for place in range(len(room.elements) - 1, max(-1, len(room.elements) - 1 - _FAR), -1):
            name = room.elements[place]
            if name in _ITEMS[tag]:
                self._close_down_to(room, place)
                return
            if name in _SPECIAL and name not in _NO_BAR_TO_ITEMS:
                return

    def _close_cell(self, tag: str) -> None:
        """Leave the cell around, however many other walls stand within it."""
        for room in reversed(self._rooms):
            if room.wall in ("table", "caption", ""):
                return
            if room.wall == tag or (room.wall in _CELLS and tag not in _CELLS):
                break
        while self._rooms[-1] is not room:
            self._leave_room()
        self._leave_room()

    def _clear_to_table(self) -> bool:
        """Leave all that stands open in the innermost table; False where there is none."""
        if not any(room.wall == "table" for room in self._rooms):
            return False
        while self._rooms[-1].wall != "table":
            self._leave_room()
        room = self._rooms[-1]
        self._close_down_to(room, 0)
        return True

    def _close_down_to(self, room: _Room, place: int) -> None:
        room.depth -= len(room.elements) - place
        del room.elements[place:]
        if room.paragraph >= place:
            room.paragraph = -1

    def _leave_room(self) -> None:
        self._rooms.pop()
        self._outside -= self._rooms[-1].depth
