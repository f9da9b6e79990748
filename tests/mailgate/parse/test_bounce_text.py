"""Bounces in prose."""

from __future__ import annotations

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
