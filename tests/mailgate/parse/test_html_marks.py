"""Where the clients' own markup begins a quoted mail or a signature."""

from __future__ import annotations

import pytest

from mailgate.parse import read_mail
from mailgate.parse.html_text import text_of
from mailgate.parse.quotes import split
from mailgate.parse.sanitise import structure
from tests.mailgate.parse.build import HEAD, html

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


@pytest.mark.parametrize("name", ["gmail_signature", "front-signature", "sh-signature"])
def test_a_signature_that_its_client_marks(name: str) -> None:
    shown = f"<div>It came.</div><div class='{name}'>Ann Example<br>Buyer</div>"
    assert split(text_of(structure(shown))).reply == "It came."


def test_marks_of_our_own_never_show() -> None:
    mail = read_mail(HEAD + html(b'<p>a</p><div class="gmail_signature">b</div>'))
    assert (mail.reply, mail.signature) == ("a", "b")
    assert "\ue001" not in mail.text + mail.reply + mail.signature


def test_an_answer_typed_into_the_clients_quote_above_its_head() -> None:
    head = "On Mon, Oct 12, 2026 at 10:46 AM Bob &lt;bob@x.example&gt; wrote:<br>"
    quote = f"<div class='gmail_attr'>{head}</div><blockquote class='gmail_quote'>It?</blockquote>"
    shown = f"<div class='gmail_quote'><div>I need the large one.</div>{quote}</div>"
    found = split(text_of(structure(shown)))
    assert found.reply == "I need the large one."
    assert "It?" in found.quoted
