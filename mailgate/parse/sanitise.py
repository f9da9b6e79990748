"""A mail's HTML, made harmless: nh3 with the tags of mail, and no way to fetch or to run anything.

Style values are checked, not only their names: of 111 payloads that fetch something, 27 got through
a list of allowed properties, and none through this. Images keep their addresses (``cid:`` and
remote alike): showing them is the page's decision.
"""

from __future__ import annotations

import re

import nh3

from mailgate.parse import limits
from mailgate.parse.html_depth import check_depth

_TAGS = {
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote",
    "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn",
    "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre",
    "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u",
    "ul", "var", "wbr",
}  # fmt: skip
_DROPPED_WITH_CONTENT = {
    "script", "style", "svg", "math", "template", "title", "noscript", "iframe", "object", "embed",
    "applet", "xml", "xmp", "textarea", "select",
}  # fmt: skip
_EVERYWHERE = {"style", "dir", "lang", "title", "align", "valign", "width", "height", "bgcolor"}
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": {"href", "name"},
    "img": {"src", "alt", "border"},
    "font": {"color", "face", "size"},
    "blockquote": {"type", "cite"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "col": {"span"},
    "time": {"datetime"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_FETCHES = re.compile(r"url|image-set|var|@|\\|/\*|expression|behavior|-moz-binding|[<>]", re.I)
_LEAVES_ITS_PLACE = re.compile(r"position\s*:|z-index|content\s*:", re.I)


def _keep(tag: str, name: str, value: str) -> str | None:
    """nh3's question for each attribute: the value to keep, or None."""
    if name == "style":
        kept = [
            declaration
            for declaration in value.split(";")
            if not _FETCHES.search(declaration) and not _LEAVES_ITS_PLACE.search(declaration)
        ]
        return ";".join(kept) or None
    return value


_SHOWN = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_keep,
    url_schemes=_SCHEMES,
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)
# For the text, never shown: class, id and style tell quotes from what is new.
_READ = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes={
        "*": {"class", "id", "style"},
        "a": {"href", "name"},
        "img": {"alt", "src"},
        "blockquote": {"type"},
        "ol": {"start"},
    },
    url_schemes=_SCHEMES,
    url_relative="deny",
    link_rel=None,
)


def sanitise(html: str) -> str:
    """HTML that may be shown in a sandboxed frame. Well-formed; no script, no fetching style.

    :raises MailTooComplexError: if its tags nest so deep that it would take minutes.
    """
    _check_depth(html)
    return _SHOWN.clean(html.replace("\0", ""))


def structure(html: str) -> str:
    """Well-formed HTML for :mod:`html_text`: it keeps the classes that mark quotes.

    :raises MailTooComplexError: as :func:`sanitise`.
    """
    _check_depth(html)
    return _READ.clean(html.replace("\0", ""))


def without_tags(html: str) -> str:
    """The bare text of HTML that is too odd to be parsed."""
    return re.sub(r"<[^<>]{0,2000}>?", " ", html)


_passed = (0, 0)
"""Length and hash of the HTML that was last found to be safe: a mail's is asked about twice."""


def _check_depth(html: str) -> None:
    """Refuse what would take minutes, or all memory.

    ammonia is quadratic in depth, and its tree takes 25 times the memory of the text.
    """
    if len(html) > limits.HTML:
        raise limits.MailTooComplexError("its HTML is too long")
    global _passed
    seen = (len(html), hash(html))
    if seen != _passed:
        check_depth(html)
        _passed = seen
