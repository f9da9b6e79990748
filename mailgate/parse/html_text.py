"""Text of an HTML mail: paragraphs, lists, tables and links as one would type them.

Works on the well-formed output of :func:`mailgate.parse.sanitise.structure` in one pass. Quoted
text gets the marks of plain text (``> ``), and the places where a client's own markup begins the
quoted mail get :data:`CUT`, so that one set of rules finds the new part of both kinds of mail.
"""

from __future__ import annotations

import html as entities
import re

from helpdesk.text import bounded_int
from mailgate.parse import html_marks

CUT = "\ue000"
"""A line of its own: what follows is the quoted mail. Private use, removed from what is shown."""
SIGNATURE = "\ue001"
"""Likewise: what follows is the signature, as the client marked it."""
SIGNATURE_END = "\ue002"
"""Likewise: the client's mark ends here."""
OWN = "\ue003"
"""At the end of a line: a blockquote that bears no client's mark. Its author may have made it."""
MARKS = (CUT, SIGNATURE, SIGNATURE_END, OWN)

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+)|<")
_ATTRIBUTE = re.compile(r"([a-z-]+)=\"([^\"]*)\"")
_PARAGRAPHS = frozenset(
    [
        "p",
        "ul",
        "ol",
        "dl",
        "table",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "figure",
    ]
)
_LINES = frozenset(
    [
        "div",
        "tr",
        "li",
        "dt",
        "dd",
        "address",
        "article",
        "aside",
        "section",
        "header",
        "footer",
        "main",
        "center",
        "caption",
        "figcaption",
        "details",
        "summary",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_IS_SIGNATURE = " signature"
"""No attribute's name: noted on an element until it ends."""
_DEEPEST = 20
"""Quotes and lists are marked and indented no deeper."""
_BEFORE_LINK = 20
"""So many pieces of a line are looked at for the address of a link."""
_BLANKS = re.compile(r"[ \t\r\n\f]+")


class _TextWriter:
    """Collects lines; knows the quote depth, the lists and the row it is in."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.gap = 0
        self.bullets: list[int | None] = []
        self.pre = 0
        self.cells = 0
        self.hidden = 0
        self.signatures = 0
        self.own_depth = 0
        """How many of the blockquotes that stand open bear no client's mark, from the outermost."""
        self.marks: set[str] = set()

    def text(self, piece: str) -> None:
        if self.hidden:
            return
        if self.pre:
            first, *rest = piece.split("\n")
            self.line.append(first)
            for more in rest:
                self.end_line(force=True)
                self.line.append(more)
            return
        piece = _BLANKS.sub(" ", piece)
        if not self.line or self.line[-1].endswith((" ", "\n")):
            piece = piece.lstrip(" ")
        if piece:
            self.line.append(piece)

    def end_line(self, *, force: bool = False) -> None:
        content = "".join(self.line).rstrip(" \xa0").replace("\xa0", " ")
        self.line = []
        self.cells = 0
        if not content.strip() and not force:
            return
        mark = "> " * self.depth
        while self.gap > 0 and self.lines:
            self.lines.append(mark.rstrip() if self.lines[-1].startswith(">") else "")
            self.gap = 0
        self.gap = 0
        own = OWN if self.depth and self.own_depth == self.depth else ""
        self.lines.append((mark + content).rstrip() + own)

    def paragraph(self) -> None:
        self.end_line()
        self.gap = 1

    def marker(self, mark: str) -> None:
        if self.hidden:
            return
        self.paragraph()
        if mark not in self.marks:
            self.marks.add(mark)
            self.gap = 0
            self.lines.append(mark)


def text_of(well_formed: str) -> str:
    """The text of sanitised HTML, with :data:`CUT` and :data:`SIGNATURE` as lines of their own."""
    out = _TextWriter()
    stack: list[tuple[str, dict[str, str]]] = []
    for closing, tag, attributes, text in _TOKEN.findall(well_formed):
        if text:
            out.text(entities.unescape(text) if "&" in text else text)
        elif closing:
            _leave_to(out, stack, tag)
        elif tag:
            found = dict(_ATTRIBUTE.findall(attributes)) if attributes else {}
            _enter(out, tag, found)
            if tag not in _VOID:
                stack.append((tag, found))
    out.end_line()
    return "\n".join(out.lines).strip("\n")


def _leave_to(out: _TextWriter, stack: list[tuple[str, dict[str, str]]], tag: str) -> None:
    """Leave the elements that stand open, up to the innermost of this tag."""
    while stack:
        name, attributes = stack.pop()
        _leave(out, name, attributes)
        if name == tag:
            return


def _enter(out: _TextWriter, tag: str, attributes: dict[str, str]) -> None:
    if attributes:
        if out.hidden or _HIDDEN.search(attributes.get("style", "")):
            out.hidden += tag not in _VOID
            return
        mark = html_marks.mark_of(tag, attributes)
        if mark:
            out.marker(CUT if mark == "quote" else SIGNATURE)
            if mark == "signature":
                out.signatures += tag not in _VOID
                attributes[_IS_SIGNATURE] = ""
    elif out.hidden:
        out.hidden += tag not in _VOID
        return
    if tag == "br":
        out.end_line(force=True)
    elif tag == "hr":
        out.paragraph()
        out.lines.append("> " * out.depth + "-" * 8)
    elif tag == "img" and attributes.get("alt", "").strip() and not out.pre:
        out.text(f"[{entities.unescape(attributes['alt']).strip()}]")
    elif tag in ("td", "th"):
        if out.cells and any(piece.strip() for piece in out.line):
            out.line.append(" | ")
        out.cells += 1
    elif tag in _PARAGRAPHS:
        _enter_paragraph(out, tag, attributes)
    elif tag in _LINES:
        out.end_line()
        if tag == "li":
            _bullet(out)


def _enter_paragraph(out: _TextWriter, tag: str, attributes: dict[str, str]) -> None:
    if tag in ("ul", "ol"):
        out.end_line() if out.bullets else out.paragraph()
        start = bounded_int(attributes.get("start", "1"), most=99_999)
        number = 1 if start is None else start
        out.bullets.append(number if tag == "ol" else None)
        return
    out.paragraph()
    out.pre += tag == "pre"
    if tag == "blockquote" and out.depth < _DEEPEST:
        is_own = not html_marks.is_clients_quote(attributes)
        out.own_depth += is_own and out.own_depth == out.depth
        out.depth += 1


def _bullet(out: _TextWriter) -> None:
    indent = "  " * min(len(out.bullets) - 1, _DEEPEST)
    if out.bullets and (number := out.bullets[-1]) is not None:
        out.line.append(f"{indent}{number}. ")
        out.bullets[-1] = number + 1
    else:
        out.line.append(f"{indent}- ")


def _leave(out: _TextWriter, tag: str, attributes: dict[str, str]) -> None:
    if out.hidden:
        out.hidden -= 1
        return
    _leave_element(out, tag, attributes)
    if _IS_SIGNATURE in attributes:
        out.signatures -= 1
        if not out.signatures:
            out.marker(SIGNATURE_END)


def _leave_element(out: _TextWriter, tag: str, attributes: dict[str, str]) -> None:
    if tag == "a":
        _link(out, attributes.get("href", ""))
    elif tag in ("ul", "ol"):
        if out.bullets:
            out.bullets.pop()
        out.end_line()
        out.gap = 0 if out.bullets else 1
    elif tag in _PARAGRAPHS:
        out.paragraph()
        out.pre -= tag == "pre" and out.pre > 0
        out.depth -= tag == "blockquote" and out.depth > 0
        out.own_depth = min(out.own_depth, out.depth)
    elif tag in _LINES:
        out.end_line()


def _link(out: _TextWriter, href: str) -> None:
    """The address after the words, where the words do not say it already."""
    address = entities.unescape(href).strip()
    if not address.startswith(("http://", "https://")) or len(address) > 500:
        return
    shown = "".join(out.line[-_BEFORE_LINK:]).rstrip()
    bare = re.sub(r"^https?://(www\.)?|/$", "", address)
    if shown and bare not in shown:
        out.line.append(f" <{address}>")
