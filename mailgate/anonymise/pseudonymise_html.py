"""HTML made over: its tags and what gives them their form stay, whatever could be somebody's goes.

An address in angle brackets is no tag, a class or an identity may be a person's, an attribute that
nobody sees names servers and mails, and letters may be spelled by their numbers.
"""

from __future__ import annotations

import re

from mailgate.anonymise.pseudonymise import Pseudonymiser
from mailgate.parse.html_marks import is_mark

_MARKUP = re.compile(r"<[^<>]*>|(?:&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});)+|&\w{1,10};")
_TAG = re.compile(r"(</?)([a-z][a-z0-9]*(?::[a-z]+)?)(?=[\s/>])([^<>]*>)", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!doctype html\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?<![\w:.-])([a-z][\w:.-]*)(\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE
)
_NUMBERED = re.compile(r"&#(?:(\d+)|[xX]([0-9a-fA-F]+));")
_IN_STYLE = re.compile(r"(url\()([^)]*)|\"[^\"]*\"|'[^']*'", re.IGNORECASE)
_LAST_CHARACTER = 0x10FFFF
_TAGS = re.compile(
    r"a|abbr|acronym|address|area|article|aside|b|base|bdi|bdo|big|blockquote|body|br|button"
    r"|caption|center|cite|code|col|colgroup|dd|del|details|dfn|dir|div|dl|dt|em|fieldset"
    r"|figcaption|figure|font|footer|form|frame|frameset|h1|h2|h3|h4|h5|h6|head|header|hr|html"
    r"|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|math|menu|meta|nav|nobr"
    r"|noscript|object|ol|optgroup|option|p|param|picture|pre|q|s|samp|script|section|select"
    r"|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template"
    r"|textarea|tfoot|th|thead|time|title|tr|tt|u|ul|var|video|wbr",
    re.IGNORECASE,
)
_OF_FORM = re.compile(
    r"align|bgcolor|border|cellpadding|cellspacing|charset|clear|color|colspan|dir|height"
    r"|hspace|http-equiv|lang|link|media|noshade|nowrap|rel|role|rowspan|size|span|start|target"
    r"|type|valign|vlink|vspace|width|xml:lang"
)


def pseudonymise_html(pseudonymiser: Pseudonymiser, text: str, charset: str) -> str:
    """The same markup around other words; linear in the text's length.

    :param charset: the letters are chosen such that this charset has them.
    """
    made = _Html(pseudonymiser, charset)
    parts, end = [], 0
    for found in _MARKUP.finditer(text):
        parts += [made.words(text[end : found.start()]), made.markup(found[0])]
        end = found.end()
    return "".join([*parts, made.words(text[end:])])


class _Html:
    def __init__(self, pseudonymiser: Pseudonymiser, charset: str) -> None:
        self._pseudonymiser = pseudonymiser
        self._charset = charset

    def words(self, text: str) -> str:
        return self._pseudonymiser.text(text, self._charset)

    def markup(self, text: str) -> str:
        if text.startswith("&#"):
            return self._numbered(text)
        if text.startswith("&"):
            return text
        tag = _TAG.fullmatch(text)
        if tag is None or not (_TAGS.fullmatch(tag[2]) or ":" in tag[2]):
            return text if _DOCTYPE.fullmatch(text) else self.words(text)
        return tag[1] + tag[2] + self._attributes(tag[3])

    def _attributes(self, text: str) -> str:
        parts, end = [], 0
        for found in _ATTRIBUTE.finditer(text):
            name, equals, value = found.groups()
            parts += [self.words(text[end : found.start()]), name, equals, self._value(name, value)]
            end = found.end()
        return "".join([*parts, self.words(text[end:])])

    def _value(self, name: str, value: str) -> str:
        name = name.lower()
        if _OF_FORM.fullmatch(name) or name.startswith("xmlns"):
            return value
        if name in ("class", "id"):
            return re.sub(
                r"[^\s\"']+", lambda one: one[0] if is_mark(one[0]) else self.words(one[0]), value
            )
        if name == "style":
            quoted = value[:1] if value[:1] in "\"'" else ""
            inner = value[len(quoted) : -1] if quoted else value
            return quoted + _IN_STYLE.sub(self._named_in_style, inner) + quoted
        return self.words(value)

    def _named_in_style(self, found: re.Match[str]) -> str:
        return found[1] + self.words(found[2]) if found[1] else self.words(found[0])

    def _numbered(self, text: str) -> str:
        """Letters spelled by their numbers (Outlook writes whole alphabets so)."""
        codes = [int(one[1]) if one[1] else int(one[2], 16) for one in _NUMBERED.finditer(text)]
        if any(code > _LAST_CHARACTER or 0xD800 <= code <= 0xDFFF for code in codes):
            return text
        other = self._pseudonymiser.text("".join(map(chr, codes)))
        return "".join(f"&#{ord(letter)};" for letter in other)
