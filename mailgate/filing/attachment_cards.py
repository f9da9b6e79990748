"""What can be read out of a mail's attachments: an invitation as a card, an attached mail as one.

Read when the mail comes, by the same child process and under the same limits, and kept beside the
attachment as plain JSON values (``models.Attachment.reading``); pages only show it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from mailgate.parse import MailAddress, ParsedAttachment, ParsedMail
from mailgate.parse.isolated import Reader
from mailgate.parse.mail import Invitation

MOST_MAILS = 5
LARGEST = 2 * 1024 * 1024
MOST_HTML = 256 * 1024
MOST_GUESTS = 20

AttachmentCard = dict[str, Any]


def attachment_cards(
    reader: Reader, mail: ParsedMail, until: float | None = None
) -> list[AttachmentCard | None]:
    """The card of each attachment of a mail, in order; None for most.

    ``{"type": "calendar", "kind", "summary", "location", "start", "end", "all_day", "organizer",
    "attendees"}`` with ISO 8601 times in UTC, or without an offset where the sender's zone is not
    known; or ``{"type": "mail", "subject", "from", "to", "date", "text", "html", "attachments"}``.
    People are ``{"name", "address"}``.

    :param until: of the monotonic clock, for a caller with little time, who asks again elsewhere.
    :raises TimeoutError: it was not enough.
    """
    cards: list[AttachmentCard | None] = [None] * len(mail.attachments)
    for index in _attached_mails(mail.attachments):
        left = None if until is None else max(0.0, until - time.monotonic())
        result = reader.read(mail.attachments[index].content, contents=False, wall=left)
        if result.interrupted and until is not None:
            raise TimeoutError
        if result.interrupted:
            break  # one bomb costs no more than its own time
        if result.failure is None:
            cards[index] = _mail(result.mail)
    if mail.invitation is not None:
        calendars = [i for i, file in enumerate(mail.attachments) if _is_calendar(file)]
        if calendars:
            cards[calendars[0]] = _calendar(mail.invitation)
    return cards


def _attached_mails(files: Sequence[ParsedAttachment]) -> list[int]:
    found = [
        index
        for index, file in enumerate(files)
        if file.content_type in ("message/rfc822", "message/global") and file.size <= LARGEST
    ]
    return found[:MOST_MAILS]


def _is_calendar(file: ParsedAttachment) -> bool:
    return file.content_type in ("text/calendar", "application/ics") or (
        file.filename.lower().endswith(".ics")
    )


def _mail(mail: ParsedMail) -> AttachmentCard:
    html = mail.html if mail.html and len(mail.html) <= MOST_HTML else None
    return {
        "type": "mail",
        "subject": mail.subject,
        "from": _person(mail.sender) if mail.sender else None,
        "to": [_person(address) for address in mail.to[:MOST_GUESTS]],
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text[:MOST_HTML],
        "html": html,
        "attachments": [
            {"filename": file.filename, "size": file.size} for file in mail.attachments
        ],
    }


def _calendar(invitation: Invitation) -> AttachmentCard:
    return {
        "type": "calendar",
        "kind": invitation.kind,
        "summary": invitation.summary,
        "location": invitation.location,
        "start": invitation.start.isoformat() if invitation.start else None,
        "end": invitation.end.isoformat() if invitation.end else None,
        "all_day": invitation.all_day,
        "organizer": _person(invitation.organizer) if invitation.organizer else None,
        "attendees": [_person(guest) for guest in invitation.attendees[:MOST_GUESTS]],
    }


def _person(address: MailAddress) -> dict[str, str]:
    return {"name": address.name, "address": address.address}
