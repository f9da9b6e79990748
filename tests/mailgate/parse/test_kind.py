"""Which mails machines wrote, and what their reports say."""

from __future__ import annotations

import pytest

from mailgate.parse import BouncedRecipient, read_mail
from tests.mailgate.parse.build import HEAD, multipart, part, text

DAEMON = b"From: MAILER-DAEMON@x.example\nTo: us@shop.example\nReturn-Path: <>\nSubject: "
STATUS = (
    b"Reporting-MTA: dns; x.example\n\nFinal-Recipient: rfc822; nobody@y.example\n"
    b"Action: %s\nStatus: 5.1.1\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 <nobody@y.example>:\n User unknown\n"
)
RETURNED = (
    b"Message-ID: <sent@shop.example>\nFrom: us@shop.example\nTo: nobody@y.example\n\nORIGINAL\n"
)


def _report(action: bytes) -> bytes:
    return (
        DAEMON
        + b"Undelivered Mail Returned to Sender\n"
        + multipart(
            text(b"Your mail could not be delivered."),
            part(STATUS % action, b"Content-Type: message/delivery-status"),
            part(RETURNED, b"Content-Type: message/rfc822"),
            subtype=b"report; report-type=delivery-status",
        )
    )


@pytest.mark.parametrize(
    ("action", "kind"),
    [(b"failed", "bounce"), (b"delayed", "delayed"), (b"delivered", "delivered")],
)
def test_a_delivery_report(action: bytes, kind: str) -> None:
    mail = read_mail(_report(action))
    assert mail.kind == kind
    assert mail.bounce is not None
    assert mail.bounce.original_message_id == "sent@shop.example"
    assert mail.bounce.recipients == (
        BouncedRecipient(
            "nobody@y.example",
            action.decode(),
            "5.1.1",
            "550 5.1.1 <nobody@y.example>: User unknown",
        ),
    )
    assert "ORIGINAL" not in mail.text


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


def test_a_feedback_report() -> None:
    feedback = b"Feedback-Type: abuse\nOriginal-Rcpt-To: <ann@y.example>\n"
    raw = HEAD + multipart(
        text(b"complaint"),
        part(feedback, b"Content-Type: message/feedback-report"),
        part(RETURNED, b"Content-Type: message/rfc822"),
        subtype=b"report; report-type=feedback-report",
    )
    mail = read_mail(raw)
    assert mail.kind == "feedback_report"
    assert mail.bounce is not None
    assert mail.bounce.recipients[0].address == "ann@y.example"
    assert mail.bounce.original_message_id == "sent@shop.example"


@pytest.mark.parametrize(
    "fields",
    [
        b"Auto-Submitted: auto-replied (vacation)",
        b"Auto-Submitted: auto-generated; owner=x",
        b"Auto-Submitted: auto-replied\nReturn-Path: <>",
        b"X-Autoreply: yes",
        b"Precedence: auto_reply",
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
