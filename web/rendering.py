"""What templates may call: dates, sizes, names, text as it was typed, icons."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from markupsafe import Markup, escape

from helpdesk.languages import day_in, moment_in
from helpdesk.tickets.custom_fields import read_day
from helpdesk.vocabulary import GRADES, PRIORITIES, STATUSES, Status
from web import store
from web.assets import asset
from web.languages import is_english_only, language, time_zone
from web.text_html import message_text
from web.uploads import kept_token

_UNITS = (("d", 86400), ("h", 3600), ("min", 60))


def init_app(app: Flask) -> None:
    """Give the templates their filters and names."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        when=when,
        size=size,
        duration=duration,
        message_text=message_text,
        status_label=status_label,
        kept_file=kept_token,
        is_day=lambda typed: read_day(typed) is not None,
    )
    environment.globals["url_for"] = address_of_page
    environment.globals.update(icon=icon, STATUSES=STATUSES, GRADES=GRADES, PRIORITIES=PRIORITIES)


def address_of_page(endpoint: str, **values: Any) -> str:
    """Flask's ``url_for``, which remembers what it made: pages hold the same addresses again."""
    if endpoint.startswith(".") or "_external" in values:
        return url_for(endpoint, **values)
    return _address(request.script_root if request else "", endpoint, **values)


@lru_cache(maxsize=4096, typed=True)
def _address(_root: str, _endpoint: str, **values: Any) -> str:
    """:param _root: where the application is mounted, which the address begins with."""
    return url_for(_endpoint, **values)


@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite. Without a label it is decoration, and screen readers skip it."""
    named = (
        Markup('role="img" aria-label="{}"').format(label) if label else Markup("aria-hidden=true")
    )
    return Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(
        named, asset("icons.svg"), name
    )


def when(moment: datetime, style: str = "ago", as_of: datetime | None = None) -> Markup:
    """A moment: relative words, the exact time on hover; the browser puts it into its own zone.

    :param as_of: now, where a long list asks it once for all.
    """
    if style == "clock" and moment.tzinfo is None:
        return _as_written(moment)
    if style == "clock" and not is_english_only():
        return _on_the_clock(moment)
    words = ago(moment, as_of) if style == "ago" else f"{moment:%-d %b %Y, %H:%M}"
    if style == "day":
        # A whole day is the same day in every zone.
        words = f"{moment:%-d %b %Y}" if is_english_only() else day_in(language(), moment)
        return Markup('<time datetime="{}">{}</time>').format(f"{moment:%Y-%m-%d}", words)
    # Nothing in it was typed by anybody, so nothing has to be escaped.
    return Markup(f"{_time_tag(moment, style)}{words}</time>")  # noqa: S704


@lru_cache(maxsize=4096)
def _time_tag(moment: datetime, style: str) -> str:
    """A list shows the same moments again and again: only the words for them change."""
    return (
        f'<time datetime="{moment.isoformat(timespec="seconds")}" title="{exact(moment)}"'
        f' data-style="{style}">'
    )


def _as_written(moment: datetime) -> Markup:
    """A time in a zone that is not known: the browser leaves it as it is."""
    day = f"{moment:%-d %b %Y}" if is_english_only() else day_in(language(), moment)
    return Markup('<time datetime="{}">{}, {}</time>').format(
        f"{moment:%Y-%m-%dT%H:%M}", day, f"{moment:%H:%M}"
    )


def _on_the_clock(moment: datetime) -> Markup:
    """A moment in the visitor's language and zone, already where there is no script."""
    words = escape(moment_in(language(), moment, time_zone()))
    return Markup('<time datetime="{}" title="{}" data-style="clock">{}</time>').format(
        moment.isoformat(timespec="seconds"), words, words
    )


def ago(moment: datetime, as_of: datetime | None = None) -> str:
    """How long ago, in the largest unit: “2 h”; a date where that is over four weeks."""
    passed = ((as_of or store.now()) - moment).total_seconds()
    if passed > 28 * 86400:
        return f"{moment:%-d %b %Y}" if passed > 300 * 86400 else f"{moment:%-d %b}"
    for unit, seconds in _UNITS:
        if passed >= seconds:
            return f"{int(passed // seconds)} {unit}"
    return "now"


def duration(seconds: float) -> str:
    """A length of time in its two largest units: “2 h 5 min”, “3 d 4 h”."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "under a minute"
    days, hours, left = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [(days, "d"), (hours, "h"), (left, "min")]
    first = next(place for place, (count, _) in enumerate(parts) if count)
    shown = parts[first : first + 2]
    return " ".join(f"{count} {unit}" for count, unit in shown if count)


def exact(moment: datetime) -> str:
    """A moment to the minute, with its zone said."""
    return f"{moment:%a %-d %B %Y, %H:%M} UTC"


def size(count: int) -> str:
    """A number of bytes, as people say it."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.1f} MB"
    return f"{count / 1_000_000_000:.1f} GB"


def status_label(name: str) -> str:
    """A status as staff read it."""
    return STATUSES[Status(name)].label if name in STATUSES else name
