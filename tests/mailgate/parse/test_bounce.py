"""Delivery reports (RFC 3464) and complaints (RFC 5965)."""

from __future__ import annotations

import pytest

from mailgate.parse import BouncedRecipient, read_mail
from tests.mailgate.parse.build import HEAD, multipart, part, text
from tests.mailgate.parse.reports import DAEMON, RETURNED, STATUS


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
    ("fields", "addresses"),
    [
        (b"Final-Recipient: rfc822;\n  kit.very.long\n  @y.example\n", ["kit.very.long@y.example"]),
        (b"Final-Recipient: rfc822 ; kit@exam\n ple.org\n", ["kit@example.org"]),
        (b"Final-Recipient: rfc822; kit @ y.example\n", ["kit@y.example"]),
        (b"Final-Recipient: rfc822; < kit@y.example >\n", ["kit@y.example"]),
        (
            b"Original-Recipient: rfc822;kit@y.example\nFinal-Recipient: rfc822;new@z.example\n",
            ["kit@y.example", "new@z.example"],
        ),
        (
            b"Final-Recipient: rfc822;new@z.example\nOriginal-Recipient: rfc822;kit@y.example\n"
            b"Action: failed\n\nFinal-Recipient: rfc822;\n two@y.example\n",
            ["kit@y.example", "new@z.example", "two@y.example"],
        ),
    ],
)
def test_recipients_of_a_report(fields: bytes, addresses: list[str]) -> None:
    raw = DAEMON + b"x\n"
    raw += multipart(
        text(b"It failed."),
        part(b"Reporting-MTA: dns; x\n\n" + fields, b"Content-Type: message/delivery-status"),
        subtype=b"report; report-type=delivery-status",
    )
    mail = read_mail(raw)
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == addresses


@pytest.mark.parametrize(
    ("spelled", "address"),
    [
        (b"utf-8; j\\x{F6}rg@y.example", "jörg@y.example"),
        ("utf-8; jörg@y.example".encode(), "jörg@y.example"),
        (b"utf-8; a\\x{D800}b\\x{0}@y.example", "a\\x{D800}b\\x{0}@y.example"),
    ],
)
def test_a_recipient_with_letters_beyond_ascii(spelled: bytes, address: str) -> None:
    status = b"Reporting-MTA: dns; x\n\nFinal-Recipient: %s\nAction: failed\n" % spelled
    mail = read_mail(
        DAEMON
        + b"Undelivered\n"
        + multipart(
            text(b"Failed."),
            part(status, b"Content-Type: message/delivery-status"),
            subtype=b"report; report-type=delivery-status",
        )
    )
    assert mail.bounce is not None
    assert [one.address for one in mail.bounce.recipients] == [address]
