"""A plain alternative that only stands in for the HTML."""

from __future__ import annotations

import pytest

from mailgate.parse import read_mail
from mailgate.parse.stub import stands_in
from tests.mailgate.parse.build import HEAD, html, multipart, text

HTML = "<style>p {margin: 0}</style><p>My kettle leaks at the bottom since Monday.</p>"


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "https://mail.example/view/1",
        "This message contains HTML. Please use a mail program that can show it.",
        "Ihr E-Mail-Programm unterstützt leider keine HTML-Mails.",
        "Votre messagerie ne permet pas d'afficher ce message.",
        "このメールはHTML形式です。",
        "您的邮件客户端不支持显示此邮件",
        "[cid:logo.png]",
    ],
)
def test_what_says_nothing_of_the_html_stands_in_for_it(plain: str) -> None:
    assert stands_in(plain, HTML)


@pytest.mark.parametrize(
    ("plain", "source"),
    [
        ("My kettle leaks at the bottom since Monday.", HTML),
        ("My kettle leaks.", HTML),
        ("Yes, please.", "<p>Yes, please.</p><blockquote>Shall we send it again?</blockquote>"),
        ("ケトルが壊れました。", "<p>ケトルが壊れました。よろしく</p>"),
        ("Please cancel it.", '<img src="cid:logo"><p>Ann</p>'),
        ("Please cancel it.\n> Shall we send it again?", HTML),
        ("I want the red one instead of the blue one, if you still have it", "<p>Ann B. C.</p>"),
        ("Order " * 200, HTML),
        (" ".join(f"word{number}" for number in range(90)), HTML),
    ],
)
def test_what_is_said_in_plain_text_too_is_kept(plain: str, source: str) -> None:
    assert not stands_in(plain, source)


def test_the_reply_is_the_html_and_the_text_keeps_both() -> None:
    stub = b"Please use a program that can show HTML."
    mail = read_mail(HEAD + multipart(text(stub), html(HTML.encode()), subtype=b"alternative"))
    assert mail.reply == "My kettle leaks at the bottom since Monday."
    assert mail.text.endswith(stub.decode())
