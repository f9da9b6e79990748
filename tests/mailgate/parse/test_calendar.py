"""Invitations as cards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailgate.parse import read_mail
from mailgate.parse.calendar import read_text
from mailgate.parse.mail import Invitation, MailAddress, ParsedAttachment
from tests.mailgate.parse.build import HEAD, multipart, part, text

EVENT = """BEGIN:VCALENDAR
METHOD:{method}
BEGIN:VEVENT
UID:1@x.example
SEQUENCE:{sequence}
SUMMARY:Fitting\\, second
  part
LOCATION:The shop\\nBack room
DTSTART{start}
{end}
ORGANIZER;CN="Ann: A.":mailto:ann@example.org
ATTENDEE;PARTSTAT=NEEDS-ACTION:MAILTO:desk@example.com
BEGIN:VALARM
SUMMARY:alarm
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def _card(
    method: str = "REQUEST",
    sequence: str = "0",
    start: str = ";TZID=Europe/Berlin:20260701T090000",
    end: str = "DURATION:PT1H30M",
) -> Invitation:
    ics = EVENT.format(method=method, sequence=sequence, start=start, end=end).encode()
    kind = b"Content-Type: text/calendar; charset=utf-8; method=REQUEST"
    mail = read_mail(HEAD + multipart(text(b"Come"), part(ics, kind), subtype=b"alternative"))
    assert mail.attachments[0].filename == "invitation.ics"
    assert mail.invitation
    return mail.invitation


def test_what_when_where_and_who() -> None:
    assert _card() == Invitation(
        kind="invited",
        summary="Fitting, second part",
        location="The shop Back room",
        start=datetime(2026, 7, 1, 7, 0, tzinfo=UTC),
        end=datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
        organizer=MailAddress("Ann: A.", "ann@example.org"),
        attendees=(MailAddress("", "desk@example.com"),),
        uid="1@x.example",
    )


@pytest.mark.parametrize(
    ("method", "sequence", "kind"),
    [("REQUEST", "2", "changed"), ("CANCEL", "3", "cancelled"), ("REPLY", "0", "answered")],
)
def test_changes(method: str, sequence: str, kind: str) -> None:
    assert _card(method, sequence).kind == kind


@pytest.mark.parametrize(
    ("start", "hour"),
    [
        (":20260701T090000Z", 9),
        (";TZID=W. Europe Standard Time:20260701T090000", 7),
        (';TZID="America/New_York":20260701T090000', 13),
    ],
)
def test_zones(start: str, hour: int) -> None:
    assert _card(start=start).start == datetime(2026, 7, 1, hour, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["", ";TZID=../../etc/passwd", ";TZID=Nowhere/Land", ";TZID="])
def test_a_time_in_no_known_zone_stays_as_it_is_written(zone: str) -> None:
    card = _card(start=f"{zone}:20260701T090000")
    assert card.start == datetime(2026, 7, 1, 9)  # noqa: DTZ001
    assert card.end == datetime(2026, 7, 1, 10, 30)  # noqa: DTZ001
    assert not card.all_day


def test_a_whole_day() -> None:
    card = _card(start=";VALUE=DATE:20260701", end="DTEND;VALUE=DATE:20260702")
    assert card.all_day
    assert card.end == datetime(2026, 7, 2, tzinfo=UTC)


@pytest.mark.parametrize("start", [":99999999T999999", ":soon", ":00010101T000000"])
def test_odd_times_are_left_out(start: str) -> None:
    card = _card(start=f";TZID=Asia/Tokyo{start}", end="DURATION:P9999W")
    assert (card.start, card.end) == (None, None)


def test_a_calendar_without_an_event_has_no_card() -> None:
    kind = b"Content-Type: text/calendar"
    mail = read_mail(HEAD + multipart(text(b"x"), part(b"BEGIN:VCALENDAR\nEND:VCALENDAR", kind)))
    assert mail.invitation is None
    assert len(mail.attachments) == 1


def test_the_text_of_an_event() -> None:
    for field, told in (
        ("DESCRIPTION:One\\nTwo\\; three", "Visit\n\nOne\nTwo; three"),
        ("X-ALT-DESC;FMTTYPE=text/html:<p>Rich <b>text</b></p>", "Visit\n\nRich text"),
        ("UID:x", "Visit"),
    ):
        content = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Visit\n{field}\nEND:VEVENT\n".encode()
        file = ParsedAttachment("i.ics", "text/calendar", 1, "", "inline", None, content)
        assert read_text(file) == told


def test_the_text_of_an_answer_and_of_a_task() -> None:
    for component, field, told in (
        ("VEVENT", "COMMENT:Only after six\\, please", "Visit\n\nOnly after six, please"),
        ("VTODO", "DESCRIPTION:The lamp is broken", "Visit\n\nThe lamp is broken"),
    ):
        inside = f"BEGIN:{component}\nSUMMARY:Visit\n{field}\nEND:{component}"
        content = f"BEGIN:VCALENDAR\n{inside}\nEND:VCALENDAR\n".encode()
        file = ParsedAttachment("i.ics", "text/calendar", 1, "", "inline", None, content)
        assert read_text(file) == told
