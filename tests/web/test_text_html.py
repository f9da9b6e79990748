"""Plain text as HTML."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from web.text_html import message_text


@pytest.mark.parametrize(("text", "target"), [
    ("see https://a.example/x.", "https://a.example/x"),
    ("(https://a.example/x)", "https://a.example/x"),
    ("https://a.example/wiki_(b)", "https://a.example/wiki_(b)"),
    ("“https://a.example/x”", "https://a.example/x"),
    ("HTTPS://A.example/?q=1&b=2!", "HTTPS://A.example/?q=1&amp;b=2"),
])  # fmt: skip
def test_addresses_become_links_without_what_closes_the_sentence(text: str, target: str) -> None:
    assert f'href="{target}"' in message_text(text)
    assert 'rel="noopener noreferrer nofollow"' in message_text(text)


@pytest.mark.parametrize("text", [
    "javascript:alert(1)", "http://", "https://[::bad", "xhttps://a.example", "ftp://a.example",
])  # fmt: skip
def test_all_else_stays_text(text: str) -> None:
    assert "<a " not in message_text(text)


def test_markup_is_shown_not_run() -> None:
    shown = message_text('<script>alert(1)</script> https://a.example/"onmouseover="x')
    assert "<script>" not in shown
    assert 'onmouseover="x' not in shown.replace("&#34;", "_")


def test_pictures_stand_in_place_of_their_names() -> None:
    shown = message_text("a [cid:1@x] b [image: p.png] [cid:2@x]", {"1@x": Markup("<i>1</i>")})
    assert shown == "a <i>1</i> b [image: p.png] [cid:2@x]"


def test_a_very_long_text_is_shown_all_the_same() -> None:
    assert len(message_text("https://a.example/ " * 50_000)) > 900_000
