"""Mails to look at before they are sent: each template with made-up values, and an answer's draft.

They are filled by :mod:`helpdesk.mail_out.render`, as those that leave; only nothing leaves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from helpdesk.mail_out.claims import ClaimedMail
from helpdesk.mail_out.notifications import STAFF_KINDS
from helpdesk.models import Mailbox, Person, Ticket

NUMBER = "TKT20261123001"
_NOBODY = 0
"""Whose the links in a preview are: they open nothing, since a customer's own speaks for them."""
_WHEN = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)

_QUESTION = """Hello,

my kettle leaks at the bottom, where it stands on its base. I have had it for three weeks.

Can you help?
Ann"""
_ANSWER = """Dear Ann,

I am sorry to hear that. **Please do not use it any more.** A new one is on its way to you:

- Parcel: https://carrier.example/track/1Z999AA1
- You may keep the old one, or recycle it.

Is your address still the same?"""

SAMPLES: dict[str, dict[str, Any]] = {
    "ticket_created_customer": {"verified": True},
    "comment_added_customer": {
        "text": _ANSWER,
        "author_name": "Mia Berg",
        "quoted": [
            {"author_name": "Ann Lee", "at": "2026-11-23T08:05:00+00:00", "text": _QUESTION}
        ],
    },
    "status_changed_customer": {"status": "resolved"},
    "survey_customer": {},
    "tracking_link": {},
    "sign_in_link": {"path": "/my/in/example", "minutes": 30},
    "confirm_address": {"path": "/my/address/example", "minutes": 30},
    "ticket_created_staff": {
        "requester_name": "Ann Lee",
        "requester_address": "ann@mail.example",
        "text": _QUESTION,
    },
    "comment_added_staff": {"author_name": "Ann Lee", "text": "Yes, it is. Thank you!"},
    "assigned_staff": {"by_name": "Tom Ray", "text": _QUESTION},
    "mentioned_staff": {
        "author_name": "Tom Ray",
        "text": "@mia this is the third kettle of this batch. Can you ask the factory?",
    },
    "digest_staff": {
        "events": [
            {
                "kind": kind,
                "number": NUMBER,
                "subject": subject,
                "who": "Ann Lee",
                "text": "It leaks at the bottom, where it stands on its base.",
            }
            for kind, subject in zip(
                STAFF_KINDS,
                ("My kettle leaks", "Wrong colour", "Refund for order 77", "Parcel late"),
                strict=True,
            )
        ],
        "more": 3,
    },
    "delivery_failed_staff": {
        "outcome": "failed",
        "recipient": "ann@mial.example",
        "words": "550 5.1.2 Host unknown: Name server: mial.example: no data known",
        "text": _ANSWER,
    },
    "mail_alarm_staff": {
        "kind": "silence",
        "mailbox": "support@shop.example",
        "hours": 6,
        "usual": 40,
    },
    "canary": {"name": "20261123-0912"},
}
"""Values for each template of :mod:`helpdesk.mail_out.templates`, those for customers first."""


OF_NO_TICKET = (
    "sign_in_link",
    "confirm_address",
    "digest_staff",
    "mail_alarm_staff",
    "canary",
)


def sample_mail(template: str, mailbox: Mailbox, language: str, status: str = "") -> ClaimedMail:
    """A template with made-up values, as this mailbox would send it in this language.

    :param status: for ``status_changed_customer``: the status to explain.
    """
    values = SAMPLES[template]
    if template == "status_changed_customer" and status:
        values = {"status": status}
    return _mail(
        mailbox,
        template=template,
        values=values,
        subject="Re: My kettle leaks",
        recipient="mia@shop.example" if template.endswith("_staff") else "ann@mail.example",
        recipient_name="Mia Berg" if template.endswith("_staff") else "Ann Lee",
        ticket_id=1,
        comment_id=None,
        ticket_number=None if template in OF_NO_TICKET else NUMBER,
        ticket_subject="My kettle leaks",
        link_generation=1,
        person_id=_NOBODY,
        person_language=language,
        person_time_zone="",
        reply_to=mailbox.address,
    )


def draft_mail(
    ticket: Ticket, mailbox: Mailbox, person: Person, values: dict[str, Any], subject: str
) -> ClaimedMail:
    """An answer that is not sent yet, as this person on the ticket would get it."""
    return _mail(
        mailbox,
        template="comment_added_customer",
        values=values,
        subject=subject,
        recipient=person.address,
        recipient_name=person.name,
        ticket_id=ticket.id,
        comment_id=None,
        ticket_number=ticket.number,
        ticket_subject=ticket.subject,
        link_generation=ticket.link_generation,
        person_id=_NOBODY,
        person_language=person.language,
        person_time_zone=person.time_zone,
        reply_to=mailbox.address,
    )


def _mail(mailbox: Mailbox, **given: Any) -> ClaimedMail:
    return ClaimedMail(
        id=0,
        queue="answers",
        message_id="preview@postdesk",
        in_reply_to="",
        references=[],
        rendered_sha256=None,
        attempt_count=0,
        created_at=_WHEN,
        mailbox_address=mailbox.address,
        mailbox_name=mailbox.name,
        mailbox_signature=mailbox.signature,
        mailbox_colour=mailbox.colour,
        mailbox_language=mailbox.language,
        **given,
    )
