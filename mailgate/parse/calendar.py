"""Invitations (RFC 5545, 5546) as a card: what, when, where, who, and whether it still stands.

Reads what a card shows of the first event, and nothing more: no recurrences are expanded. Times
keep the zone they are written in; the page shows them in the reader's.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from helpdesk.text import bounded_int
from mailgate.parse import charset
from mailgate.parse.mail import Invitation, InvitationKind, MailAddress, ParsedAttachment
from mailgate.parse.words import clean

_LONGEST = 256 * 1024
_MOST_GUESTS = 200
_GREATEST_SEQUENCE = 10**19  # some programs count in microseconds
_LINE = re.compile(r"^([A-Za-z-]+)((?:;[^:;\"=]+=(?:\"[^\"]*\"|[^\";:]*))*):(.*)$")
_PARAMETER = re.compile(r";([^=;]+)=(?:\"([^\"]*)\"|([^\";:]*))")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?$")
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
# Outlook's zone names (Unicode CLDR windowsZones), the frequent ones
_WINDOWS_ZONES = {
    "GMT Standard Time": "Europe/London",
    "W. Europe Standard Time": "Europe/Berlin",
    "Central Europe Standard Time": "Europe/Budapest",
    "Romance Standard Time": "Europe/Paris",
    "Central European Standard Time": "Europe/Warsaw",
    "E. Europe Standard Time": "Europe/Chisinau",
    "FLE Standard Time": "Europe/Kyiv",
    "GTB Standard Time": "Europe/Bucharest",
    "Russian Standard Time": "Europe/Moscow",
    "Turkey Standard Time": "Europe/Istanbul",
    "Eastern Standard Time": "America/New_York",
    "Central Standard Time": "America/Chicago",
    "Mountain Standard Time": "America/Denver",
    "Pacific Standard Time": "America/Los_Angeles",
    "E. South America Standard Time": "America/Sao_Paulo",
    "India Standard Time": "Asia/Kolkata",
    "China Standard Time": "Asia/Shanghai",
    "Singapore Standard Time": "Asia/Singapore",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Korea Standard Time": "Asia/Seoul",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "New Zealand Standard Time": "Pacific/Auckland",
    "UTC": "UTC",
}
Field = tuple[str, dict[str, str], str]


def read_invitation(attachment: ParsedAttachment) -> Invitation | None:
    """The card of a text/calendar part, or None if it holds no event that can be shown."""
    text = charset.decode(attachment.content[:_LONGEST], "utf-8")[0]
    fields = _fields(text)
    event = _first_event(fields)
    if not event:
        return None
    values = {name: (parameters, value) for name, parameters, value in reversed(event)}
    start = _moment(values.get("DTSTART"))
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
        end=_end(values, start),
        all_day=bool(start) and "T" not in values["DTSTART"][1],
        organizer=next((_person(p, v) for n, p, v in event if n == "ORGANIZER"), None),
        attendees=tuple(_person(p, v) for n, p, v in event if n == "ATTENDEE")[:_MOST_GUESTS],
        uid=_text(values.get("UID")),
    )


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


def _first_event(fields: list[Field]) -> list[Field]:
    event: list[Field] = []
    depth: list[str] = []
    for field in fields:
        name, _, value = field
        if name == "BEGIN":
            depth.append(value.strip().upper())
        elif name == "END":
            if depth and depth.pop() == "VEVENT":
                break
        elif depth and depth[-1] == "VEVENT":  # an alarm inside has fields of the same names
            event.append(field)
    return event


def _moment(field: tuple[dict[str, str], str] | None) -> datetime | None:
    """A DATE or DATE-TIME, with its zone; floating times and unknown zones are taken as UTC."""
    match = _TIME.match(field[1].strip()) if field else None
    if not field or not match:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        hour, minute = int(match[4] or 0), int(match[5] or 0)
        zone = UTC if match[7] else _zone(field[0].get("TZID", ""))
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(name: str) -> tzinfo:
    name = name.strip().strip("\"'")
    name = _WINDOWS_ZONES.get(name, name)
    if not re.fullmatch(r"[A-Za-z]+(?:/[A-Za-z_+-]+[0-9]*){0,2}", name):
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return UTC


def _end(values: dict[str, tuple[dict[str, str], str]], start: datetime | None) -> datetime | None:
    if "DTEND" in values:
        return _moment(values["DTEND"])
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


def _person(parameters: dict[str, str], value: str) -> MailAddress:
    address = re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)
    return MailAddress(clean(parameters.get("CN", ""))[:200], clean(address)[:320])
