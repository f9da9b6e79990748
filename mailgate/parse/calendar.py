"""Invitations (RFC 5545, 5546) as a card: what, when, where, who, and whether it still stands.

Reads what a card shows of the first event, and nothing more: no recurrences are expanded. Times
are turned into UTC; a time in a zone that nobody knows stays as it is written, without a zone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from helpdesk.text import bounded_int
from mailgate.parse import charset, html_text, sanitise
from mailgate.parse.mail import Invitation, InvitationKind, MailAddress, ParsedAttachment
from mailgate.parse.time_zones import Field, offset_at, parse_local_time
from mailgate.parse.words import clean

_LONGEST = 256 * 1024
_MOST_GUESTS = 200
_GREATEST_SEQUENCE = 10**19  # some programs count in microseconds
_LINE = re.compile(r"^([A-Za-z-]+)((?:;[^:;\"=]+=(?:\"[^\"]*\"|[^\";:]*))*):(.*)$")
_PARAMETER = re.compile(r";([^=;]+)=(?:\"([^\"]*)\"|([^\";:]*))")
_DURATION = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?")
_KINDS: dict[str, InvitationKind] = {
    "REQUEST": "invited",
    "PUBLISH": "invited",
    "ADD": "invited",
    "CANCEL": "cancelled",
    "REPLY": "answered",
    "COUNTER": "answered",
    "DECLINECOUNTER": "answered",
    "REFRESH": "answered",
}


def read_invitation(attachment: ParsedAttachment) -> Invitation | None:
    """The card of a text/calendar part, or None if it holds no event that can be shown."""
    text = charset.decode(attachment.content[:_LONGEST], "utf-8")[0]
    fields = _fields(text)
    event = _first_event(fields)
    if not event:
        return None
    values = {name: (parameters, value) for name, parameters, value in reversed(event)}
    start = _moment(values.get("DTSTART"), fields)
    method = next((v.strip().upper() for n, _, v in fields if n == "METHOD"), "PUBLISH")
    cancelled = values.get("STATUS", ({}, ""))[1].strip().upper() == "CANCELLED"
    sequence = values.get("SEQUENCE", ({}, "0"))[1].strip()
    kind: InvitationKind = "cancelled" if cancelled else _KINDS.get(method, "invited")
    if kind == "invited" and bounded_int(sequence, least=1, most=_GREATEST_SEQUENCE):
        kind = "changed"
    return Invitation(
        kind=kind,
        summary=_text(values.get("SUMMARY")),
        location=_text(values.get("LOCATION")),
        start=start,
        end=_end(values, start, fields),
        all_day=bool(start) and "T" not in values["DTSTART"][1],
        organizer=next((_person(p, v) for n, p, v in event if n == "ORGANIZER"), None),
        attendees=tuple(_person(p, v) for n, p, v in event if n == "ATTENDEE")[:_MOST_GUESTS],
        uid=_text(values.get("UID")),
    )


def read_text(attachment: ParsedAttachment) -> str:
    """The text of the first event or task: its summary, its description and comment, in lines.

    The comment is what somebody writes who answers an invitation (RFC 5545 3.8.1.4).
    """
    fields = _fields(charset.decode(attachment.content[:_LONGEST], "utf-8")[0])
    found = (
        _first_event(fields) or _first_event(fields, "VTODO") or _first_event(fields, "VJOURNAL")
    )
    event = {name: value for name, _, value in reversed(found)}
    description = _lines(event.get("DESCRIPTION", ""))
    if not description.strip() and "X-ALT-DESC" in event:
        description = html_text.text_of(sanitise.structure(_lines(event["X-ALT-DESC"])))
    summary = _lines(event.get("SUMMARY", ""))
    comment = _lines(event.get("COMMENT", ""))
    return "\n\n".join(part for part in (summary, description, comment) if part)


def _fields(text: str) -> list[Field]:
    """Unfolded content lines (RFC 5545 3.1)."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text.replace("\r\n", "\n"))
    found = []
    for line in unfolded.split("\n"):
        match = _LINE.match(line.rstrip("\r"))
        if match:
            parameters = {m[1].upper(): m[2] or m[3] or "" for m in _PARAMETER.finditer(match[2])}
            found.append((match[1].upper(), parameters, match[3]))
    return found


def _first_event(fields: list[Field], component: str = "VEVENT") -> list[Field]:
    event: list[Field] = []
    depth: list[str] = []
    for field in fields:
        name, _, value = field
        if name == "BEGIN":
            depth.append(value.strip().upper())
        elif name == "END":
            if depth and depth.pop() == component:
                break
        elif depth and depth[-1] == component:  # an alarm inside has fields of the same names
            event.append(field)
    return event


def _moment(field: tuple[dict[str, str], str] | None, calendar: list[Field]) -> datetime | None:
    """Return a DATE or DATE-TIME in UTC; without a zone where its own is not known, or none."""
    if not field:
        return None
    parameters, value = field[0], field[1].strip()
    try:
        local = parse_local_time(value)
        if local is None:
            return None
        if value.endswith("Z") or "T" not in value:
            return local.replace(tzinfo=UTC)
        offset = offset_at(local, parameters.get("TZID", ""), calendar)
        return local if offset is None else (local - offset).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _end(
    values: dict[str, tuple[dict[str, str], str]], start: datetime | None, calendar: list[Field]
) -> datetime | None:
    if "DTEND" in values:
        return _moment(values["DTEND"], calendar)
    match = _DURATION.match(values["DURATION"][1].strip()) if "DURATION" in values else None
    if not start or not match:
        return None
    weeks, days, hours, minutes = (int(part or 0) for part in match.groups())
    try:
        return start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


def _text(field: tuple[dict[str, str], str] | None) -> str:
    """A TEXT value (RFC 5545 3.3.11), in one line."""
    value = field[1] if field else ""
    return clean(re.sub(r"\\([nN\\;,])", lambda m: " " if m[1] in "nN" else m[1], value))[:1000]


def _lines(value: str) -> str:
    unescaped = re.sub(r"\\([nN\\;,])", lambda m: "\n" if m[1] in "nN" else m[1], value)
    return "\n".join(clean(line) for line in unescaped.split("\n")).strip()


def _person(parameters: dict[str, str], value: str) -> MailAddress:
    address = re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)
    return MailAddress(clean(parameters.get("CN", ""))[:200], clean(address)[:320])
