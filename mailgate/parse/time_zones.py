"""The offset from UTC of a local time in an invitation, by the name of its time zone.

A name is looked up in the time zone database, then among the definitions in the invitation itself
(RFC 5545 3.6.5), then among the names that Windows uses (Unicode CLDR). Where none knows it, the
offset is unknown: a guess would show a wrong hour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Field = tuple[str, dict[str, str], str]
"""A content line: its name, its parameters, its value."""

_IANA = re.compile(r"[A-Za-z]+(?:/[A-Za-z_+-]+[0-9]*){0,2}")
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?$")
_LOCAL_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?Z?)?$")
_BY_DAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)$")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNDERSTOOD = {"FREQ", "INTERVAL", "UNTIL", "BYMONTH", "BYDAY", "BYMONTHDAY", "WKST"}
_MOST_DATES = 500


class _NotUnderstoodError(ValueError):
    """The invitation defines the zone by a rule that is not read here."""


def offset_at(local: datetime, name: str, fields: Sequence[Field]) -> timedelta | None:
    """Return the offset from UTC of a local time, or None where nobody knows the zone.

    :param local: a time without a zone.
    :param name: the TZID.
    :param fields: the content lines of the whole calendar.
    """
    name = name.strip().strip("\"'")
    if not name:
        return None
    zone = _named(name)
    if zone is None:
        try:
            defined = _defined_offset(local, name, fields)
        except (ValueError, OverflowError):
            defined = None
        if defined is not None:
            return defined
        zone = _named(_windows_zones().get(name, ""))
    return local.replace(tzinfo=zone).utcoffset() if zone else None


def parse_local_time(value: str) -> datetime | None:
    """Return a DATE or DATE-TIME as it is written, without a zone; None where it is neither.

    :raises ValueError: it looks like a time, and there is no such day or hour.
    """
    match = _LOCAL_TIME.match(value.strip())
    if not match:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in match.groups()[:5])
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001 (its zone is looked up later)


def _named(name: str) -> ZoneInfo | None:
    if not _IANA.fullmatch(name):
        # Windows has names such as “UTC-11”, which CLDR maps to “Etc/GMT+11”.
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


@lru_cache(maxsize=1)
def _windows_zones() -> dict[str, str]:
    # Only here: it takes some megabytes, and few mails need it.
    from babel.core import get_global

    return dict(get_global("windows_zone_mapping"))


@dataclass
class _Observance:
    """Standard or daylight time: when it begins, and the offsets before and from then on."""

    begins: datetime
    before: timedelta
    after: timedelta
    rule: dict[str, str]
    dates: tuple[datetime, ...]

    def last_onset(self, local: datetime) -> datetime | None:
        """Return when it began last, as of a local time; None where it had not begun yet."""
        onsets = [one for one in (self.begins, *self.dates) if one <= local]
        if self.rule:
            onsets += [one for one in self._by_rule(local.year) if self.begins <= one <= local]
        return max(onsets, default=None)

    def _by_rule(self, year: int) -> Iterator[datetime]:
        until = parse_local_time(self.rule.get("UNTIL", ""))
        is_utc = self.rule.get("UNTIL", "").strip().endswith("Z")
        last = until.year if until else year
        for one_year in (min(year, last), min(year, last) - 1):
            day = _day_of(self.rule, self.begins, one_year) if one_year >= 1 else None
            if day is None:
                continue
            onset = datetime.combine(day, self.begins.time())
            if until is None or (onset - self.before if is_utc else onset) <= until:
                yield onset


def _defined_offset(local: datetime, name: str, fields: Sequence[Field]) -> timedelta | None:
    observances = _observances(name, fields)
    if not observances:
        return None
    found = [(onset, one) for one in observances if (onset := one.last_onset(local)) is not None]
    if not found:
        return min(observances, key=lambda one: one.begins).before
    return max(found, key=lambda pair: pair[0])[1].after


def _observances(name: str, fields: Sequence[Field]) -> list[_Observance]:
    found: list[_Observance] = []
    inside = False
    zone, parts = "", list[list[Field]]()
    for field in fields:
        kind = field[2].strip().upper()
        if field[0] == "BEGIN" and kind == "VTIMEZONE":
            inside, zone, parts = True, "", []
        elif not inside:
            continue
        elif field[0] == "END" and kind == "VTIMEZONE":
            inside = False
            if zone == name:
                found += map(_observance, parts)
        elif field[0] == "BEGIN" and kind in ("STANDARD", "DAYLIGHT"):
            parts.append([])
        elif field[0] == "TZID":
            zone = re.sub(r"\\([;,\\])", r"\1", field[2]).strip().strip("\"'")
        elif parts:
            parts[-1].append(field)
    return found


def _observance(fields: list[Field]) -> _Observance:
    values = {name: value.strip() for name, _, value in reversed(fields)}
    begins = parse_local_time(values.get("DTSTART", ""))
    if begins is None:
        raise _NotUnderstoodError
    written = [one for name, _, value in fields if name == "RDATE" for one in value.split(",")]
    dates = (parse_local_time(one) for one in written[:_MOST_DATES])
    return _Observance(
        begins,
        _offset(values.get("TZOFFSETFROM", "")),
        _offset(values.get("TZOFFSETTO", "")),
        _rule(values.get("RRULE", "")),
        tuple(one for one in dates if one is not None),
    )


def _offset(value: str) -> timedelta:
    match = _OFFSET.match(value)
    if not match:
        raise _NotUnderstoodError
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if size >= timedelta(hours=24):
        raise _NotUnderstoodError
    return -size if match[1] == "-" else size


def _rule(value: str) -> dict[str, str]:
    """A yearly rule, such as “the last Sunday of March”; empty where there is none."""
    if not value:
        return {}
    rule = {
        name.strip().upper(): words.strip().upper()
        for name, _, words in (part.partition("=") for part in value.split(";") if part)
    }
    if not set(rule) <= _UNDERSTOOD or rule.get("FREQ") != "YEARLY":
        raise _NotUnderstoodError
    if rule.get("INTERVAL", "1") != "1":
        raise _NotUnderstoodError
    return rule


def _day_of(rule: dict[str, str], begins: datetime, year: int) -> date | None:
    """The day of a year that a rule names; None where it names none in that year."""
    month = int(rule.get("BYMONTH", begins.month))
    first = date(year, month, 1)
    length = ((first + timedelta(days=31)).replace(day=1) - first).days
    days = [first + timedelta(days=number) for number in range(length)]
    if "BYDAY" in rule:
        match = _BY_DAY.match(rule["BYDAY"])
        if not match:
            raise _NotUnderstoodError
        days = [day for day in days if day.weekday() == _WEEKDAYS.index(match[2])]
        if match[1]:
            place = int(match[1])
            at = place - 1 if place > 0 else len(days) + place
            days = days[at : at + 1] if at >= 0 else []
    if "BYMONTHDAY" in rule:
        wanted = {int(one) for one in rule["BYMONTHDAY"].split(",")[:31]}
        days = [day for day in days if {day.day, day.day - length - 1} & wanted]
    elif "BYDAY" not in rule:
        days = [day for day in days if day.day == begins.day]
    return days[0] if days else None
