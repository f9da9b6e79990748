"""The time zones that invitations name: of the database, of Windows, and of their own making."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global

from mailgate.parse.time_zones import Field, offset_at

WINDOWS = dict(get_global("windows_zone_mapping"))
JANUARY = datetime(2026, 1, 15, 9)  # noqa: DTZ001 (local times)
JULY = datetime(2026, 7, 15, 9)  # noqa: DTZ001


def hours(local: datetime, name: str, fields: list[Field] | None = None) -> float | None:
    offset = offset_at(local, name, fields or [])
    return None if offset is None else offset / timedelta(hours=1)


def zone(name: str, *observances: str) -> list[Field]:
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for observance in observances:
        kind, *values = observance.split()
        lines += [f"BEGIN:{kind}", *values, f"END:{kind}"]
    lines.append("END:VTIMEZONE")
    return [(line.partition(":")[0], {}, line.partition(":")[2]) for line in lines]


def test_all_zones_of_windows_are_known() -> None:
    assert len(WINDOWS) >= 139


@pytest.mark.parametrize("name", sorted(WINDOWS))
def test_a_zone_of_windows_has_the_offset_of_its_place_in_winter_and_summer(name: str) -> None:
    for local in (JANUARY, JULY):
        place = local.replace(tzinfo=ZoneInfo(WINDOWS[name]))
        assert offset_at(local, name, []) == place.utcoffset()


@pytest.mark.parametrize(
    ("name", "january", "july"),
    [
        ("W. Europe Standard Time", 1, 2),
        ("Hawaiian Standard Time", -10, -10),
        ("Newfoundland Standard Time", -3.5, -2.5),
        ("Nepal Standard Time", 5.75, 5.75),
        ("Cen. Australia Standard Time", 10.5, 9.5),
        ("UTC-11", -11, -11),
        ("UTC+12", 12, 12),
        ("Europe/Berlin", 1, 2),
        ('"America/New_York"', -5, -4),
        ("UTC", 0, 0),
    ],
)
def test_names_of_places_and_of_windows(name: str, january: float, july: float) -> None:
    assert (hours(JANUARY, name), hours(JULY, name)) == (january, july)


@pytest.mark.parametrize(
    "name", ["", "Shop time", "Nowhere/Land", "../../etc/passwd", "Customized"]
)
def test_what_nobody_knows_has_no_offset(name: str) -> None:
    assert offset_at(JULY, name, []) is None


BERLIN = (
    "STANDARD DTSTART:16011028T030000 RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"
    " TZOFFSETFROM:+0200 TZOFFSETTO:+0100",
    "DAYLIGHT DTSTART:16010325T020000 RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"
    " TZOFFSETFROM:+0100 TZOFFSETTO:+0200",
)


@pytest.mark.parametrize("year", [1996, 2024, 2025, 2026, 2027])
def test_a_definition_of_a_place_gives_what_the_place_has_all_year(year: int) -> None:
    fields = zone("Mine", *BERLIN)
    local = datetime(year, 1, 1, 12)  # noqa: DTZ001
    while local.year == year:
        expected = local.replace(tzinfo=ZoneInfo("Europe/Berlin")).utcoffset()
        assert offset_at(local, "Mine", fields) == expected, local
        local += timedelta(days=1)


def test_the_second_sunday_may_be_written_as_days_of_the_month() -> None:
    fields = zone(
        "Eastern",
        "DAYLIGHT DTSTART:20070311T020000 TZOFFSETFROM:-0500 TZOFFSETTO:-0400"
        " RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14",
        "STANDARD DTSTART:20071104T020000 TZOFFSETFROM:-0400 TZOFFSETTO:-0500"
        " RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
    )
    new_york = ZoneInfo("America/New_York")
    for day in range(365):
        local = JANUARY + timedelta(days=day)
        expected = local.replace(tzinfo=new_york).utcoffset()
        assert offset_at(local, "Eastern", fields) == expected


def test_a_zone_without_summer_time_and_a_rule_that_ended() -> None:
    fields = zone("Flat", "STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0000 TZOFFSETTO:+0545")
    assert hours(JULY, "Flat", fields) == 5.75
    ended = zone(
        "Ended",
        "STANDARD DTSTART:19701025T030000 TZOFFSETFROM:+0300 TZOFFSETTO:+0200",
        "DAYLIGHT DTSTART:19710328T020000 TZOFFSETFROM:+0200 TZOFFSETTO:+0300"
        " RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20160327T000000Z",
        "STANDARD DTSTART:19711031T030000 TZOFFSETFROM:+0300 TZOFFSETTO:+0200"
        " RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20151025T000000Z",
        "STANDARD DTSTART:20160907T000000 TZOFFSETFROM:+0300 TZOFFSETTO:+0300",
    )
    assert hours(JANUARY, "Ended", ended) == 3
    assert hours(datetime(2014, 1, 15), "Ended", ended) == 2  # noqa: DTZ001
    assert hours(datetime(2014, 7, 15), "Ended", ended) == 3  # noqa: DTZ001


def test_dates_may_be_listed_and_before_the_first_the_offset_is_the_one_it_came_from() -> None:
    fields = zone(
        "Listed",
        "DAYLIGHT DTSTART:20250330T020000 RDATE:20260329T020000,20270328T020000"
        " TZOFFSETFROM:+0100 TZOFFSETTO:+0200",
        "STANDARD DTSTART:20251026T030000 RDATE:20261025T030000"
        " TZOFFSETFROM:+0200 TZOFFSETTO:+0100",
    )
    assert (hours(JANUARY, "Listed", fields), hours(JULY, "Listed", fields)) == (1, 2)
    assert hours(datetime(2020, 7, 1), "Listed", fields) == 1  # noqa: DTZ001


def test_the_own_definition_says_what_a_name_of_windows_means() -> None:
    fields = zone(
        "Tokyo Standard Time",
        "STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0800 TZOFFSETTO:+0800",
    )
    assert hours(JULY, "Tokyo Standard Time", fields) == 8


@pytest.mark.parametrize(
    "observance",
    [
        "STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100",
        "STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+9900",
        "STANDARD DTSTART:soon TZOFFSETFROM:+0100 TZOFFSETTO:+0100",
        "STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0100 RRULE:FREQ=SECONDLY",
        "STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0100"
        " RRULE:FREQ=YEARLY;BYMONTH=13;BYDAY=1SU",
        "STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0100 TZOFFSETTO:+0100"
        " RRULE:FREQ=YEARLY;BYDAY=MO,TU",
    ],
)
def test_a_definition_that_cannot_be_read_is_none(observance: str) -> None:
    assert hours(JULY, "Mine", zone("Mine", observance)) is None
    assert hours(JULY, "Tokyo Standard Time", zone("Tokyo Standard Time", observance)) == 9


def test_the_reader_does_not_load_the_names_of_windows_for_every_mail() -> None:
    script = "import sys, mailgate.parse.child; print('babel' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
