"""What machines write about mails that did not arrive."""

from __future__ import annotations

DAEMON = b"From: MAILER-DAEMON@x.example\nTo: us@shop.example\nReturn-Path: <>\nSubject: "


STATUS = (
    b"Reporting-MTA: dns; x.example\n\nFinal-Recipient: rfc822; nobody@y.example\n"
    b"Action: %s\nStatus: 5.1.1\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 <nobody@y.example>:\n User unknown\n"
)


RETURNED = (
    b"Message-ID: <sent@shop.example>\nFrom: us@shop.example\nTo: nobody@y.example\n\nORIGINAL\n"
)
