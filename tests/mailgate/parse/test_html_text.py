"""HTML: made harmless, and made text."""

from __future__ import annotations

import pytest

from mailgate.parse import limits, read_mail
from mailgate.parse.html_text import text_of
from mailgate.parse.quotes import split, unmarked
from mailgate.parse.sanitise import sanitise, structure
from tests.mailgate.parse.build import HEAD, html


def _text(source: str) -> str:
    return unmarked(text_of(structure(source)))


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><script>alert(1)</script></mtext></math>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<form action=//evil.example><input></form>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<base href=//evil.example>",
        "<style>@import url(//evil.example)</style>",
        "<template><script>alert(1)</script></template>",
        "<object data=evil></object><embed src=evil>",
        "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
        "<p onclick=alert(1)>",
        "<img src='/relative'>",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(source: str) -> None:
    clean = sanitise(source).lower()
    for word in ("alert", "script", "evil", "onerror", "javascript:", "data:", "/relative"):
        assert word not in clean


@pytest.mark.parametrize(
    "style",
    [
        "background:url(//evil.example)",
        "background:u\\72l(//evil.example)",
        "background:image-set('//evil.example' 1x)",
        "--x:1;background:var(--x)",
        "background:ur/**/l(//evil.example)",
        "@import '//evil.example'",
        "position:fixed;top:0",
        "width:expression(alert(1))",
    ],
)
def test_styles_that_fetch_or_leave_their_place_are_dropped(style: str) -> None:
    clean = sanitise(f'<p style="{style};color:red">x</p>')
    assert "evil" not in clean
    assert "position" not in clean
    assert "expression" not in clean
    assert "color:red" in clean


def test_mail_html_keeps_its_looks() -> None:
    source = '<table width="600"><tr><td align="center" style="color:#333">x</td></tr></table>'
    assert 'style="color:#333"' in sanitise(source)
    assert sanitise('<img src="cid:a@b">') == '<img src="cid:a@b">'


def test_deep_nesting_is_refused_and_the_mail_still_read() -> None:
    deep = "<div>" * 20_000 + "words"
    with pytest.raises(limits.MailTooComplexError):
        sanitise(deep)
    mail = read_mail(HEAD + html(deep.encode()))
    assert (mail.text.strip(), mail.html) == ("words", None)
    assert any("too odd" in d for d in mail.defects)


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


QUOTE = "<blockquote>Has it come?</blockquote>"


@pytest.mark.parametrize(
    "quote",
    [
        f'<div class="gmail_quote">On Monday Bob wrote:<br>{QUOTE}</div>',
        '<div class="gmail_quote">Hej Bob skriver ting:<br>' + QUOTE + "</div>",
        f'<div class="moz-cite-prefix">On 26.06.2014 14:41, Bob wrote:</div>{QUOTE}',
        '<div class="yahoo_quoted">Has it come?</div>',
        '<div class="protonmail_quote">x<br>' + QUOTE + "</div>",
        '<div id="divRplyFwdMsg">From: Bob</div><div>Has it come?</div>',
        '<div id="appendonsend"></div><hr><div>Has it come?</div>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        "<b>From:</b> Bob</div><p>Has it come?</p>",
        "<hr>Date: Thu, 26 Jun 2014 13:53:45 +0400<br>Subject: x<br>From: b@x.example<br>To: a"
        "<br><br>Has it come?",
        QUOTE,
    ],
)
def test_the_new_part_of_an_html_reply(quote: str) -> None:
    found = split(text_of(structure(f"<div>It came.</div><div>Ann</div>{quote}")))
    assert found.reply == "It came.\nAnn"
    assert "Has it come?" in found.quoted


def test_a_list_that_starts_at_no_number_leaves_the_mail_its_html() -> None:
    mail = read_mail(HEAD + html('<ol start="²"><li>One</li></ol>'.encode()))
    assert mail.text.strip() == "1. One"
    assert mail.html is not None
    assert "<li>One</li>" in mail.html
    assert mail.defects == ()


def test_marks_of_our_own_never_show() -> None:
    mail = read_mail(HEAD + html(b'<p>a</p><div class="gmail_signature">b</div>'))
    assert (mail.reply, mail.signature) == ("a", "b")
    assert "\ue001" not in mail.text + mail.reply + mail.signature
