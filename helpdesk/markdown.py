"""What staff write, as HTML: the same on the desk, on the customer's page and in the mail.

Markdown (CommonMark) with HTML switched off: tags that someone types stay text, and only http,
https and mailto links are made. A line break stays one.
"""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt


def to_html(text: str) -> str:
    """The text as HTML. Safe to show: nothing in it comes through unescaped."""
    html: str = _parser().render(text)
    return html


@cache
def _parser() -> MarkdownIt:
    options = {"html": False, "linkify": True, "breaks": True}
    # Images would have every reader's program ask another host for them.
    return MarkdownIt("commonmark", options).enable("linkify").disable("image")
