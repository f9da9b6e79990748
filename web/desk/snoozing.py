"""Until when a form snoozes: by a preset in the reader's zone, or at a time of their own."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flask import request

from helpdesk.errors import InvalidInput
from helpdesk.languages import zone_named
from helpdesk.tickets.snoozing import Snooze
from web.desk.blueprint import blueprint
from web.desk.undo import typed_time
from web.languages import moment_here, time_zone

PRESETS = {
    "hours": "In 3 hours",
    "tomorrow": "Tomorrow, 8:00",
    "monday": "Next Monday, 8:00",
    "week": "In a week, 8:00",
}
"""What a menu offers besides a time of one's own."""
_HOURS = timedelta(hours=3)
_MORNING = time(8)


@blueprint.app_template_global()
def snooze_presets() -> dict[str, str]:
    """The presets by name, for the menus."""
    return PRESETS


def chosen_snooze(choice: str, now: datetime) -> Snooze:
    """Until when the form's tickets are to sleep, and whether they sleep on when answered.

    :param choice: the name of a preset, or ``at`` for the form's own time.
    :raises InvalidInput: (``snoozed_until``) it is no time.
    """
    stays = bool(request.form.get("stays"))
    if choice in PRESETS:
        zone = zone_named(time_zone())
        return Snooze(_preset(choice, now.astimezone(zone)).astimezone(UTC), stays)
    until = typed_time("until", "until_offset")
    if choice != "at" or until is None:
        raise InvalidInput("snoozed_until", "Choose the day and time until which it is to sleep.")
    return Snooze(until, stays)


def snooze_words(wanted: Snooze) -> str:
    """A snooze in words: “snoozed until 1 Dec 2026, 08:00 CET”."""
    more = ", even if they answer" if wanted.stays else ""
    return f"snoozed until {moment_here(wanted.until)}{more}"


def _preset(name: str, now: datetime) -> datetime:
    """The moment of a preset, counted from a moment on its reader's clock."""
    if name == "hours":
        return (now.astimezone(UTC) + _HOURS).replace(second=0, microsecond=0)
    days = {"tomorrow": 1, "monday": 7 - now.weekday(), "week": 7}[name]
    return datetime.combine(now.date() + timedelta(days=days), _MORNING, now.tzinfo)
