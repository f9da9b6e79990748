"""What mail services post, in their own forms, as their documentation shows them."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import datetime
from typing import Any

RAW = (
    b"Return-Path: <ann@mail.example>\r\n"
    b"From: Ann <ann@mail.example>\r\nTo: support@shop.example\r\nSubject: My kettle leaks\r\n"
    b"Date: Mon, 23 Nov 2026 08:59:00 +0000\r\nMessage-ID: <1@mail.example>\r\n\r\n"
    b"It leaks at the bottom.\r\n"
)
BOUNDARY = "xYzZY"


def postmark(raw: bytes = RAW, **changed: Any) -> dict[str, Any]:
    """The body of Postmark's inbound webhook, with the raw mail."""
    return {
        "FromName": "Ann",
        "MessageStream": "inbound",
        "From": "ann@mail.example",
        "OriginalRecipient": "451d9b70cf9364d23ff6f9d51d870251569e+ahoy@inbound.postmarkapp.com",
        "Subject": "My kettle leaks",
        "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
        "MailboxHash": "ahoy",
        "TextBody": "It leaks at the bottom.",
        "Attachments": [],
        "RawEmail": raw.decode("utf-8", "replace"),
        **changed,
    }


def mailgun(
    key: str, now: datetime, raw: bytes = RAW, *, token: str = "a" * 50, **changed: str
) -> tuple[bytes, str]:
    """The body and content type of a route's post to an address that ends in mime."""
    timestamp = str(int(now.timestamp()))
    signature = hmac.new(key.encode(), (timestamp + token).encode(), "sha256").hexdigest()
    fields = {
        "recipient": "support+k3y@shop.example",
        "sender": "ann@mail.example",
        "from": "Ann <ann@mail.example>",
        "subject": "My kettle leaks",
        "timestamp": timestamp,
        "token": token,
        "signature": signature,
        **changed,
    }
    return form({name: value.encode() for name, value in fields.items()} | {"body-mime": raw})


def sendgrid(raw: bytes = RAW, **changed: bytes) -> tuple[bytes, str]:
    """The body and content type of Inbound Parse, with the raw mail."""
    envelope = {"to": ["support@shop.example"], "from": "ann@mail.example"}
    fields = {
        "headers": b"Subject: My kettle leaks",
        "dkim": b"{@mail.example : pass}",
        "SPF": b"pass",
        "to": b"support@shop.example",
        "envelope": json.dumps(envelope).encode(),
        "charsets": b'{"to":"UTF-8"}',
        "email": raw,
        **changed,
    }
    return form({name: value for name, value in fields.items() if value})


def ses(raw: bytes | None = RAW, *, encoding: str = "BASE64", **action: str) -> dict[str, Any]:
    """The message of a notification of Amazon SES; without the mail where ``raw`` is None."""
    told: dict[str, Any] = {
        "notificationType": "Received",
        "mail": {
            "timestamp": "2026-11-23T09:00:00.000Z",
            "source": "ann@mail.example",
            "messageId": "d6iitobk75ur44p8kdnnp7g2n800",
            "destination": ["support@shop.example"],
            "headersTruncated": False,
            "headers": [
                {"name": "From", "value": "Ann <ann@mail.example>"},
                {"name": "Subject", "value": "My kettle leaks"},
                {"name": "Content-Type", "value": "multipart/mixed; boundary=x"},
            ],
        },
        "receipt": {
            "recipients": ["support@shop.example"],
            "spfVerdict": {"status": "PASS"},
            "action": {"type": "SNS", "encoding": encoding, **action},
        },
    }
    if raw is not None:
        coded = base64.b64encode(raw).decode() if encoding == "BASE64" else raw.decode()
        told["content"] = coded
    return told


def form(fields: dict[str, bytes]) -> tuple[bytes, str]:
    """A form as multipart/form-data, its values byte for byte; and its content type."""
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + value
        + b"\r\n"
        for name, value in fields.items()
    )
    end = f"--{BOUNDARY}--\r\n".encode()
    return b"".join(parts) + end, f"multipart/form-data; boundary={BOUNDARY}"
