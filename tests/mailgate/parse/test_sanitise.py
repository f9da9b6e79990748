"""HTML made harmless."""

from __future__ import annotations

import pytest

from mailgate.parse import limits, read_mail
from mailgate.parse.sanitise import sanitise
from tests.mailgate.parse.build import HEAD, html


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
