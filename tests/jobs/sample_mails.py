"""Mails for the tests of rendering and composing: one of each template, and hostile texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from helpdesk.mail_out.claims import ClaimedMail
from helpdesk.mail_out.notification_kinds import STAFF_KINDS
from helpdesk.mail_out.templates import TEMPLATES
from jobs.compose import ComposedMail

NUMBER = "TKT20261123001"


VALUES: dict[str, dict[str, Any]] = {
    **{name: dict(template.sample) for name, template in TEMPLATES.items()},
    "comment_added_customer": {
        "text": "Hello **Ann**,\nit is <b>on</b> its way: https://carrier.example/1",
        "author_name": "Mia",
        "quoted": [
            {"author_name": "Ann", "at": "2026-11-20T08:05:00+00:00", "text": "Where?\nAnn"}
        ],
    },
    "ticket_created_staff": {
        "requester_name": "Ann Lee",
        "requester_address": "ann@example.org",
        "text": "Where is <it>?",
    },
    "comment_added_staff": {"author_name": "Ann Lee", "text": "Any news?"},
    "assigned_staff": {"by_name": "Mia", "text": "Any news?"},
    "mentioned_staff": {"author_name": "Mia", "text": "@tom can you look?"},
    "digest_staff": {
        "events": [
            {
                "kind": kind,
                "number": NUMBER,
                "subject": "Parcel late",
                "who": "Ann <Lee>",
                "text": "Any news?",
            }
            for kind in STAFF_KINDS
        ],
        "more": 2,
    },
    "delivery_failed_staff": {
        "outcome": "failed",
        "recipient": "ann@example.org",
        "words": "550 <no> such user",
        "text": "Hello Ann",
    },
    "canary": {"name": "c1-aaaaaaaaaaaaaaaaaaaaaaaaaa"},
}


PLAIN = ClaimedMail(
    id=7,
    queue="answers",
    template="comment_added_customer",
    values=VALUES["comment_added_customer"],
    recipient="ann@example.org",
    recipient_name="Ann Lee",
    subject="Re: Parcel late",
    message_id="mac.nonce@shop.example",
    in_reply_to="q2@example.org",
    references=["q1@example.org", "q2@example.org"],
    reply_to="support+token@shop.example",
    rendered_sha256=None,
    attempt_count=0,
    person_id=9,
    created_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    ticket_id=5,
    comment_id=None,
    ticket_number=NUMBER,
    ticket_subject="Parcel late",
    link_generation=2,
    mailbox_address="support@shop.example",
    mailbox_name="The Shop",
    mailbox_signature="The Shop team\n+49 30 1234",
    mailbox_colour="#2f6d4f",
)


HOSTILE = [
    "x\r\nBcc: eve@evil.example",
    "x\nBcc: eve@evil.example\n\nbody",
    "=?utf-8?q?x=0D=0ABcc=3A_eve=40evil.example?=",
    "=?utf-8?b?eA0KQmNjOiBldmVAZXZpbC5leGFtcGxl?=",
    "=?=?utf-8?q?x=0ABcc=3A?= eve@evil.example",
    '"; Bcc: eve@evil.example',
    "eve@evil.example, bob",
    "<eve@evil.example>",
    'a "quoted\\" name',
    "a\\",
    "(comment) name",
    "\u202eelpmaxe.live\u2066",
    "a\u2028Bcc: b\u0085c\x0bd\x00e",
    "Müller, Jürgen: {{ 7*7 }} {% raw %}",
    "👨‍👩‍👧 " * 60,
    "é" * 400,
    "word " * 100,
    "x" * 2000,
    "\ud800lone",
    "",
    "   ",
    "名前" * 40,
]


def of(template: str, **changed: Any) -> ClaimedMail:
    return replace(PLAIN, **{"template": template, "values": VALUES[template], **changed})


def read(written: ComposedMail) -> EmailMessage:
    message = message_from_bytes(written.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body(written: ComposedMail, kind: str) -> str:
    part = read(written).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
