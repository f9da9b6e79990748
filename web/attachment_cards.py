"""What was read out of an attachment, made ready to be shown: an invitation, an attached mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from helpdesk.queries.conversation import FileView
from helpdesk.text import clean_line
from web.text_html import message_text

_INVITATION = {
    "invited": "Invitation",
    "changed": "Invitation, changed",
    "cancelled": "Cancelled",
    "answered": "Answer to an invitation",
}


@dataclass(frozen=True)
class InvitationCard:
    """A calendar's event: what, when, where, who."""

    headline: str
    summary: str
    location: str
    start: datetime | None
    end: datetime | None
    all_day: bool
    organizer: str
    guests: tuple[str, ...]

    @property
    def is_in_senders_zone(self) -> bool:
        """Whether its times are the sender's own, in a time zone that is not known."""
        times = [time for time in (self.start, self.end) if time is not None]
        return not self.all_day and any(time.tzinfo is None for time in times)


@dataclass(frozen=True)
class AttachedMail:
    """A mail that was attached to a mail."""

    file_id: int
    subject: str
    sender: str
    recipients: tuple[str, ...]
    date: datetime | None
    body: Markup
    has_html: bool
    files: tuple[str, ...]


def invitation_of(file: FileView) -> InvitationCard | None:
    """The invitation in this file, if it is one that could be read."""
    reading = file.reading or {}
    if reading.get("type") != "calendar":
        return None
    return InvitationCard(
        headline=_INVITATION.get(_line(reading, "kind"), "Invitation"),
        summary=_line(reading, "summary") or "(no title)",
        location=_line(reading, "location"),
        start=_moment(reading.get("start")),
        end=_moment(reading.get("end")),
        all_day=bool(reading.get("all_day")),
        organizer=_person(reading.get("organizer")),
        guests=_people(reading.get("attendees")),
    )


def attached_mail_of(file: FileView) -> AttachedMail | None:
    """The mail in this file, if it is one that could be read."""
    reading = file.reading or {}
    if reading.get("type") != "mail":
        return None
    date = _moment(reading.get("date"))
    return AttachedMail(
        file_id=file.id,
        subject=_line(reading, "subject") or "(no subject)",
        sender=_person(reading.get("from")),
        recipients=_people(reading.get("to")),
        date=date if date and date.tzinfo else None,
        body=message_text(str(reading.get("text") or "").strip("\n")),
        has_html=bool(reading.get("html")),
        files=tuple(_file_name(one) for one in reading.get("attachments") or ()),
    )


def _line(reading: dict[str, Any], name: str) -> str:
    return clean_line(str(reading.get(name) or ""), 300)


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _person(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    name, address = _line(value, "name"), _line(value, "address")
    return f"{name} <{address}>" if name and address else name or address


def _people(values: Any) -> tuple[str, ...]:
    return tuple(filter(None, map(_person, values or ())))


def _file_name(value: Any) -> str:
    return _line(value, "filename") if isinstance(value, dict) else clean_line(str(value), 200)
