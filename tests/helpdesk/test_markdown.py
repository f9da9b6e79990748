"""What staff write, as HTML: nothing typed comes through as a tag, nothing is fetched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.markdown import named_pictures, to_html

PICTURE = '<img src="/files/1">'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("It *left* today.", "<p>It <em>left</em> today.</p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("<b>&</b>", "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>\n"),
        (
            "https://shop.example/a",
            '<p><a href="https://shop.example/a">https://shop.example/a</a></p>\n',
        ),
        ("", ""),
    ],
)
def test_markdown_without_html(text: str, html: str) -> None:
    assert to_html(text).replace("<br />", "<br>") == html


@pytest.mark.parametrize(
    "text", ["[x](javascript:alert(1))", "![x](https://evil.example/x.png)", "<img src=x>"]
)
def test_no_script_and_no_picture_of_another_host(text: str) -> None:
    html = to_html(text)
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_a_picture_of_the_message_stands_where_the_text_says() -> None:
    text = "Look: [image: photo.png] and [cid: other]"
    assert named_pictures(text) == {"photo.png", "other"}
    html = to_html(text, {"photo.png": PICTURE})
    assert f"Look: {PICTURE} and [cid: other]" in html


def test_the_sign_that_stands_for_a_picture_cannot_be_typed() -> None:
    assert PICTURE not in to_html("\ue0000\ue001", {"photo.png": PICTURE})


@given(st.text())
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    html = to_html(f"<script>{text}", {"photo.png": PICTURE})
    assert "<script" not in html
