"""Which mails machines wrote, and what their reports say."""

from __future__ import annotations

import pytest

from mailgate.parse import read_mail


@pytest.mark.parametrize(
    "fields",
    [
        b"Auto-Submitted: auto-replied (vacation)",
        b"Auto-Submitted: auto-generated; owner=x",
        b"Auto-Submitted: auto-replied\nReturn-Path: <>",
        b"X-Autoreply: yes",
        b"Precedence: auto_reply",
        b"X-FC-MachineGenerated: true",
        b"Subject: Yahoo! Auto Response",
        b"Subject: Automatic reply: order",
        b"Subject: Abwesenheitsnotiz: Frage",
        b"Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_x?=",
        b"Subject: =?utf-8?b?6Ieq5YuV6L+U5L+h?=",
        b"Subject: Out of Office\nReturn-Path: <>",
        b"X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: a@b.example",
    ],
)
def test_automatic_answers(fields: bytes) -> None:
    assert read_mail(b"From: a@b.example\n" + fields + b"\n\nI am away.").kind == "auto_reply"


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: Re: Automatic reply: order\n\nThanks",
        b"Subject: Mail delivery failed\nReferences: <a@b>\n\nI got this message, what is it?",
        b"Subject: Fwd: Undelivered Mail Returned to Sender\n\n550 5.1.1 user unknown",
        b"Subject: my parcel was returned to sender\n\nIt could not be delivered. 550 Main St.",
        b"Subject: delivery failed again\n\nThe courier did not find me.",
        b"Subject: Auto: the seat is torn\n\nhello",
        b"Subject: Out of office chairs?\n\nDo you have more?",
        b"Subject: Away until May, please hold my order\n\nThanks",
        b"Auto-Submitted: no\nSubject: hello\n\nhello",
        b"X-Loop: yes\nSubject: hello\n\nhello",
        b"X-Auto-Response-Suppress: DR, OOF\nSubject: hello\n\nhello",
        b"Return-Path: <ann@b.example>\nSubject: user unknown?\n\nwho is this",
    ],
)
def test_peoples_mail_is_neither(raw: bytes) -> None:
    assert read_mail(b"From: Ann <ann@b.example>\n" + raw).kind == "message"


@pytest.mark.parametrize(
    "fields", [b"List-Id: <l.example>", b"Precedence: bulk", b"List-Post: <m>"]
)
def test_lists(fields: bytes) -> None:
    assert read_mail(b"From: a@b.example\n" + fields + b"\n\nnews").kind == "list"


def test_a_postmasters_answer_to_a_mail_of_ours_is_a_bounce() -> None:
    raw = (
        b"Return-Path: <>\nFrom: postmaster@b.example\nAuto-Submitted: auto-replied\n"
        b"Subject: Echec de la remise / Delivery failure\n\n<ann@b.example>\n550 5.1.1 unknown\n"
    )
    assert read_mail(raw).kind == "bounce"
