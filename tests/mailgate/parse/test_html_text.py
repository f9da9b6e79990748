"""HTML: made harmless, and made text."""

from __future__ import annotations

import pytest

from mailgate.parse import read_mail
from mailgate.parse.html_text import text_of
from mailgate.parse.quotes import unmarked
from mailgate.parse.sanitise import structure
from tests.mailgate.parse.build import HEAD, html


def _text(source: str) -> str:
    return unmarked(text_of(structure(source)))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<ol start=²><li>a</li></ol>", "1. a"),
        ("<ol start=٣><li>a</li></ol>", "1. a"),
        ("<ol start=-3><li>a</li></ol>", "1. a"),
        ("<ol start=1000000><li>a</li></ol>", "1. a"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("<a href='https://x.example/y'>here</a>", "here <https://x.example/y>"),
        ("<a href='https://x.example/'>x.example</a>", "x.example"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("<blockquote>q</blockquote>a", "> q\n\na"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a&nbsp;b &lt;c&gt; &eacute;", "a b <c> é"),
        ("<style>x</style><title>t</title>a", "a"),
        ("a <span style='display:none'>hidden</span>b", "a b"),
        ("<img alt='Logo' src='cid:x'> a", "[Logo] a"),
        ("  many   spaces\n and lines ", "many spaces and lines"),
        ("<p>un<b>closed", "unclosed"),
        ("", ""),
    ],
)
def test_html_becomes_text(source: str, text: str) -> None:
    assert _text(source) == text


def test_a_list_that_starts_at_no_number_leaves_the_mail_its_html() -> None:
    mail = read_mail(HEAD + html('<ol start="²"><li>One</li></ol>'.encode()))
    assert mail.text.strip() == "1. One"
    assert mail.html is not None
    assert "<li>One</li>" in mail.html
    assert mail.defects == ()
