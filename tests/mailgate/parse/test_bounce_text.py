"""Bounces in prose."""

from __future__ import annotations

import time

import pytest

from mailgate.parse import read_mail
from tests.mailgate.parse.reports import DAEMON


@pytest.mark.parametrize(
    "prose",
    [
        b"<nobody@y.example>:\nRemote host said: 550 5.1.1 User unknown",
        b"The following address(es) failed:\n\n  nobody@y.example\n    SMTP error: 550 no",
        b"Delivery to the following recipient failed permanently:\n\n     nobody@y.example\n",
        b"   ----- The following addresses had permanent fatal errors -----\n<nobody@y.example>\n",
        b"Could not be delivered to: <nobody@y.example>\nAs their mailbox is full.",
        b"Unknown user: nobody@y.example\n\nOriginal message follows.\n\nTo: other@y.example",
        b"did not reach the following recipient(s):\n\nnobody@y.example on Thu, 29 Apr 2010",
        b"User x (nobody@y.example) not listed in Domino Directory",
        b"Recipient: <nobody@y.example>\n>>> RCPT TO:<nobody@y.example>\n<<< 550",
        b"nobody@y.example: Domain does not exist\n",
        b"----- Transcript of session follows -----\n550 nobody@y.example... User unknown\n",
        b"------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n"
        b"nobody@y.example\n\n------- Returned Message --------\nTo: other@y.example\n",
        b"The following address failed:\n\n<nobody@y.example>:\n   invalid mailbox\n",
        b"Delevery to the following recipients was aborted:\n\n  * nobody@y.example\n",
        b"inner@z.example\n    (reason: 550 5.1.1 no)\n    (expanded from: <nobody@y.example>)\n",
        b"error: rcpt=nobody@y.example code=550 text=unknown",
        b"SMTP Server <mx.y.example> rejected recipient <nobody@y.example> (Error 550)",
        b"There was an error delivering your mail to <nobody@y.example>.",
        b"Technical report:\n\nFinal-Recipient: rfc822; nobody@y.example\nAction: failed\n",
        b"No.\n--- Below this line is a copy of the message.\n\nTo: nobody@y.example\nFrom: us",
    ],
)
def test_prose_bounces(prose: bytes) -> None:
    mail = read_mail(DAEMON + b"failure notice\n\nHi. This is the mail program.\n" + prose)
    assert mail.kind == "bounce"
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == ["nobody@y.example"]


def test_a_warning_is_a_delay() -> None:
    raw = (
        DAEMON + b"Warning: could not send message for past 4 hours\n\n<nobody@y.example>:\nwait\n"
    )
    assert read_mail(raw).kind == "delayed"


@pytest.mark.parametrize(
    ("prose", "address"),
    [
        (
            "很抱歉，您的邮件被退回来了\n收件人 kit@qq.com\n邮件地址（kit@qq.com）不存在",
            "kit@qq.com",
        ),
        ("无法发送到 kit@qq.com\n", "kit@qq.com"),
        ("邮件发送到kit@qq.com失败", "kit@qq.com"),
        ("收件人：kit@163.com\n退信原因：用户不存在", "kit@163.com"),
        ("메일 전송 실패\n받는 사람: kit@naver.com\n사유: 없음", "kit@naver.com"),
        ("kit@naver.com(으)로 보낸 메일이 전송되지 못했습니다.", "kit@naver.com"),
        ("us@shop.example님, kit@naver.com에게 전송되지 않았습니다", "kit@naver.com"),
        ("Ihre Nachricht wurde nicht an kit@y.example zugestellt, weil", "kit@y.example"),
        ("Deine Nachricht wurde nicht an *kit@y.example* zugestellt", "kit@y.example"),
        (
            "Folgende Adresse / The following address failed:\n\nkit@y.example:\n550",
            "kit@y.example",
        ),
        ("Die E-Mail an kit@y.example ging nicht. Fragen an hilfe@z.example", "kit@y.example"),
        ("Échec de la remise à ces destinataires :\n\nkit@y.example\n", "kit@y.example"),
        ("Votre message n'a pas été remis à kit@y.example", "kit@y.example"),
        ("El mensaje no se ha entregado a kit@y.example", "kit@y.example"),
        ("kit@y.example へのメールは配信できませんでした。", "kit@y.example"),
        ("Сообщение не доставлено адресату kit@y.example", "kit@y.example"),
        ("  new@z.example\n    (generated from userx@y.example)\n    550 full", "userx@y.example"),
        ("<new@z.example>\n    (expanded from: <kit@y.example>)\n", "kit@y.example"),
    ],
)
def test_recipients_in_prose_of_many_languages(prose: str, address: str) -> None:
    head = DAEMON.replace(b"Subject: ", b"Content-Type: text/plain; charset=utf-8\nSubject: ")
    mail = read_mail(head + b"failure notice\n\n" + prose.encode())
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == [address]


def test_an_alias_that_nobody_wrote_to_is_not_the_recipient() -> None:
    prose = (
        b"  kit@y.example\n    (generated from alias@y.example)\n\n"
        b"------ This is a copy of the message ------\n\nTo: kit@y.example\nMessage-ID: <a@b>\n"
    )
    mail = read_mail(DAEMON + b"Mail delivery failed\n\n" + prose)
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == ["kit@y.example"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "prose",
    [b"a@b.cc" + b" " * 60_000 + b"x", b"a@b.cc " * 9_000, b"a@" * 30_000, b"a.b" * 20_000],
    ids=["blanks", "addresses", "signs", "dots"],
)
def test_long_lines_take_no_time(prose: bytes) -> None:
    started = time.process_time()
    assert read_mail(DAEMON + b"failure notice\n\n" + prose).kind == "bounce"
    assert time.process_time() - started < 2
